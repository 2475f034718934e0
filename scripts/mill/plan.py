"""What one file will be: drawn from the seed, before anything is printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from mill.edition import ITEM_IDS
from mill.fill import Fill, random_fill
from mill.job import Producer
from mill.layout import Layout, random_layout
from mill.styles import OVERLAYS, STYLES, of_kind

BLANK_WHEN_EMPTY = ("root-alone", "tick-alone", "heavy-tick-alone", "image-tick-alone")
"""Styles that print nothing for an empty box, so that there is nothing to put a mark over."""

DOUBTFUL = (*of_kind("conflict"), "widget-conflict")
"""Styles with a few boxes that nobody can be sure of."""

PUT_ON = (*OVERLAYS, *DOUBTFUL, "widget-on-box", "widget-square", "widget-baked")
"""Styles that are put on printed boxes afterwards; the producer must be able to trace them."""

RESAVES = ("ghostscript", "qpdf", "mupdf", "pikepdf", "linearize")
PAGE_STEPS = ("reverse", "shuffle", "drop", "duplicate", "rotate", "turn", "cover", "foreign")
DECORATIONS = ("watermark", "highlight", "seal")
SLICERS = ("wkhtmltopdf",)
"""Producers that cut through a line of text at a page break, and print it on both pages: always
where a row may break, and sometimes beside merged cells where it may not."""
_BASES = ("ballot-check", "square-or-root", "css-tick", "svg-tick", "native")
_NO_EXTENT = (("weasyprint", "native"),)
"""Producers whose link around this base has no extent."""
LOSSY_FONTS = tuple(
    (producer, font)
    for producer in ("firefox", "wkhtmltopdf", "qt-text")
    for font in ("noto-sans", "noto-serif")
)
"""Producers that write a wrong map from glyphs to text for these fonts (measured)."""
LOSSY_RESAVE = "ghostscript"
LOSSY_RESAVED = ("chromium", "firefox", "wkhtmltopdf", "qt-text", "reportlab", "pymupdf")
"""Producers whose text Ghostscript 10 maps to other characters (measured)."""
FLATTENERS = ("ghostscript", "turn")
"""Steps after which only the appearance of a form field is left: no contradiction any more, and
of WeasyPrint's empty fields, which have no appearance, whatever the step makes up."""
_TRACED_STEPS = ("drop",)


@dataclass(frozen=True, slots=True)
class Spec:
    """One file to make. ``base`` is the style printed under marks that are put on
    afterwards (empty where ``style`` itself is printed); ``put_on`` the columns that get
    them; ``steps`` what happens to the printed pages, in order."""

    id: str
    seed: str
    producer: str
    style: str
    base: str
    put_on: tuple[str, ...]
    layout: Layout
    fills: tuple[Fill, ...]
    steps: tuple[str, ...]

    @property
    def printed(self) -> str:
        """The style that the producer prints."""
        return self.base or self.style

    @property
    def traced(self) -> bool:
        """Whether boxes must be found again on the printed pages."""
        return bool(self.base) or any(s in _TRACED_STEPS for s in self.steps)


def draw_spec(seed: int, index: int, producers: Sequence[Producer], lossy: bool = False) -> Spec:
    """The ``index``-th file of a run: producers take turns, all else is drawn.

    With ``lossy`` the file is one whose text layer its makers break; otherwise never.
    """
    if lossy:
        producers = [p for p in producers if p.name in LOSSY_RESAVED]
    producer = producers[index % len(producers)]
    rng = Random(f"{seed}/{index}/{producer.name}")
    style, base, put_on = _draw_style(rng, producer)
    fonts = tuple(f for f in producer.fonts if (producer.name, f) not in LOSSY_FONTS)
    layout = random_layout(rng, ITEM_IDS, fonts)
    steps = _draw_steps(rng, producer, base or style)
    forms = (
        1
        if set(steps) - {"cover", "foreign", *RESAVES, *DECORATIONS}
        else rng.choices((1, 2, 3), (12, 1, 1))[0]
    )
    fills = tuple(random_fill(rng) for _ in range(forms))
    spec = Spec(
        f"{producer.name}-{seed}-{index:05d}",
        f"{seed}/{index}",
        producer.name,
        style,
        base,
        put_on,
        layout,
        fills,
        steps,
    )
    return settle(_lossy(spec, rng) if lossy else spec)


def _lossy(spec: Spec, rng: Random) -> Spec:
    fonts = [font for producer, font in LOSSY_FONTS if producer == spec.producer]
    spec = replace(spec, id=f"lossy-{spec.id}")
    if fonts and rng.random() < 0.5:
        return replace(spec, layout=replace(spec.layout, font=rng.choice(fonts)))
    steps = tuple(s for s in spec.steps if s not in RESAVES)
    return replace(spec, steps=(*steps, LOSSY_RESAVE))


def settle(spec: Spec) -> Spec:
    """Take out what does not go together."""
    layout = spec.layout
    if "drop" in spec.steps or spec.producer in SLICERS:
        layout = replace(layout, rows_split=False)
    if spec.style in ("widget-conflict", "native-forms"):
        kept = tuple(s for s in spec.steps if s not in FLATTENERS)
        spec = replace(spec, steps=kept)
    if spec.printed in BLANK_WHEN_EMPTY and layout.stray_after:
        layout = replace(layout, stray_ticked=True)
    if spec.base and layout.stray_ticked:
        layout = replace(layout, stray_ticked=False)
    if spec.base:
        layout = replace(layout, unknown_row=False)
    if spec.printed in BLANK_WHEN_EMPTY and layout.rules != "full":
        spec = replace(spec, fills=tuple(map(_without_lone_marks, spec.fills)))
    return replace(spec, layout=layout)


def _without_lone_marks(fill: Fill) -> Fill:
    """No remark that is a mark alone: without rules it could be the tick of its row."""
    remarks = {i: "同意" if text in ("√", "×") else text for i, text in fill.remarks.items()}
    return replace(fill, remarks=remarks)


def _draw_style(rng: Random, producer: Producer) -> tuple[str, str, tuple[str, ...]]:
    if not producer.can_trace or rng.random() < 0.75:
        return _printed_style(rng, producer), "", ()
    style = rng.choice(PUT_ON)
    if STYLES[style].kind == "conflict":
        return style, rng.choice(("ballot-check", "square-fill")), ()
    base = rng.choice([b for b in _BASES if (producer.name, b) not in _NO_EXTENT])
    put_on: tuple[str, ...] = ("self", "reviewer")
    if STYLES[style].kind == "overlay" and rng.random() < 0.3:
        put_on = ("reviewer",)
    return style, base, put_on


def _printed_style(rng: Random, producer: Producer) -> str:
    kinds = sorted({STYLES[s].kind for s in producer.styles})
    kind = rng.choice(kinds)
    return rng.choice([s for s in producer.styles if STYLES[s].kind == kind])


def _draw_steps(rng: Random, producer: Producer, printed: str) -> tuple[str, ...]:
    if producer.suffix != ".pdf":
        return ()
    steps = []
    traceable = producer.can_trace and printed not in BLANK_WHEN_EMPTY
    if rng.random() < 0.3:
        step = rng.choice(PAGE_STEPS)
        steps.append(step if traceable or step not in _TRACED_STEPS else "reverse")
    if rng.random() < 0.12:
        steps.insert(0, rng.choice(DECORATIONS))
    if rng.random() < 0.3:
        lossless = producer.name not in LOSSY_RESAVED
        steps.append(rng.choice([r for r in RESAVES if lossless or r != LOSSY_RESAVE]))
    return tuple(steps)
