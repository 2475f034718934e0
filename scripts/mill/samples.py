"""The samples that are committed: a small varied set, chosen by hand, filled by the mill.

``samples/seed`` is the transcript of the real form and is never written here.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from mill.edition import ROOT
from mill.fill import random_fill
from mill.job import Producer
from mill.layout import Layout
from mill.make import available, make_files
from mill.plan import Spec
from mill.producers import PRODUCERS
from mill.seed_pages import LAYOUT, seed_fill

LICENCES = {
    "noto-sans": "Noto Sans CJK: OFL-1.1",
    "noto-serif": "Noto Serif CJK: OFL-1.1",
    "zenhei": "WenQuanYi Zen Hei: GPL-2.0 with font embedding exception",
    "microhei": "WenQuanYi Micro Hei: Apache-2.0",
    "uming": "AR PL UMing: Arphic Public License",
    "ukai": "AR PL UKai: Arphic Public License",
    "stsong": "STSong-Light: named, not embedded",
}
_SYMBOLS = "DejaVu Sans (marks): Bitstream Vera licence"


@dataclass(frozen=True, slots=True)
class Sample:
    """One committed sample; ``hard`` says what a reader may stumble over."""

    id: str
    hard: str
    producer: str
    style: str
    regime: str = "half"
    fault: str = "none"
    layout: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    base: str = ""
    put_on: tuple[str, ...] = ()
    forms: int = 1


SAMPLES = (
    Sample(
        "chromium-native",
        "The likeliest real input: check boxes of a web page, blue with a white tick when ticked; "
        "all text in Type 3 fonts.",
        "chromium",
        "native",
        regime="reviewer-follows",
        layout={"heading_repeat": False, "browser_lines": True},
    ),
    Sample(
        "chromium-disabled",
        "A read-only web form: grey boxes, a ticked one is grey with a white tick; A3.",
        "chromium",
        "native-disabled",
        fault="rate",
        layout={
            "font": "zenhei",
            "paper": "A3",
            "rules": "horizontal",
            "align": "left",
            "columns": "no-labels",
        },
    ),
    Sample(
        "chromium-element-ui",
        "Boxes drawn by style sheet as a common web toolkit does: blue square, white corner turned "
        "by 45 degrees; dark heading row.",
        "chromium",
        "css-element",
        regime="sparse",
        layout={"font": "zenhei", "box": 10.5, "shade": "dark-heading", "valign": "top"},
    ),
    Sample(
        "chromium-loose-ticks",
        "Red ticks drawn far beyond their boxes, towards the row above; no rules at all.",
        "chromium",
        "svg-loose",
        layout={"font": "zenhei", "rules": "none", "size": 8.0, "padding": 3.0, "box": 8.0},
    ),
    Sample(
        "firefox-native",
        "Firefox check boxes: blue rounded square with a white polygon; the map from glyphs to "
        "text is partly wrong for CFF fonts.",
        "firefox",
        "native",
        regime="dense",
        fault="total",
        layout={"columns": "bare"},
    ),
    Sample(
        "firefox-yes-no",
        "Both answers carry a mark: a root before the one that holds, a square before the other.",
        "firefox",
        "yes-no",
        regime="checkerboard",
        layout={"font": "zenhei", "columns": "no-labels"},
    ),
    Sample(
        "wkhtmltopdf-native",
        "A tick is two crossing hairlines in a hairline square; A3 landscape.",
        "wkhtmltopdf",
        "native",
        fault="guiding",
        layout={"font": "microhei", "paper": "A3", "landscape": True, "size": 12.0},
    ),
    Sample(
        "wkhtmltopdf-sliced",
        "Page breaks cut through lines of text and through ticks, whose halves stand on two pages; "
        "an empty box prints nothing.",
        "wkhtmltopdf",
        "image-tick-alone",
        regime="dense",
        layout={"font": "microhei", "rows_split": True, "heading_repeat": False, "size": 10.5},
    ),
    Sample(
        "weasyprint-fragments",
        "The table in five pieces with other column widths and no second heading; a ticked box "
        "is a filled square inside its frame.",
        "weasyprint",
        "native",
        layout={
            "font": "microhei",
            "fragments": (20, 55, 90, 120),
            "fragment_widths": (
                (9, 11, 8, 32, 9, 11, 9, 11),
                (6, 8, 7, 40, 12, 9, 8, 10),
                (12, 14, 9, 26, 8, 12, 8, 11),
                (9, 10, 7, 36, 7, 13, 9, 9),
                (8, 8, 8, 30, 10, 14, 10, 12),
            ),
            "fragment_heading": False,
        },
    ),
    Sample(
        "weasyprint-forms",
        "Form fields: the state is only in the field, the appearance has a private tick.",
        "weasyprint",
        "native-forms",
        regime="self-only",
        fault="denominator",
        layout={"font": "microhei"},
    ),
    Sample(
        "word-content-control",
        "Word content controls: a ticked one shows a cross in a box, in another font.",
        "libreoffice-docx",
        "word-sdt",
        layout={"font": "noto-serif", "merge": "each"},
    ),
    Sample(
        "word-wingdings",
        "Private-use code points of a symbol font that is not embedded under its own name.",
        "libreoffice-docx",
        "word-wingdings",
        fault="binding",
        layout={"label": "（{}）{}"},
    ),
    Sample(
        "word-legacy",
        "Old Word form fields: hairline square, hairline cross.",
        "libreoffice-docx",
        "word-legacy",
        layout={"valign": "top", "align": "left"},
    ),
    Sample(
        "word-two-forms",
        "Two forms in one file; a root alone is a tick, an empty box prints nothing, and nothing "
        "is ticked by the reviewer.",
        "libreoffice-docx",
        "root-alone",
        regime="self-only",
        forms=2,
    ),
    Sample(
        "odt-controls",
        "Form controls of a text document, exported as form fields.",
        "libreoffice-odt",
        "odt-controls",
        layout={"columns": "bare", "font": "zenhei"},
    ),
    Sample(
        "odt-flattened",
        "The same controls exported flat: only their appearance is left.",
        "libreoffice-odt",
        "odt-controls-flat",
        layout={"font": "noto-serif", "rules": "horizontal"},
    ),
    Sample(
        "workbook",
        "A printed workbook: a square always, a root after it when ticked; labels only in the "
        "first row of their block; no declaration.",
        "libreoffice-xlsx",
        "square-then-root",
        fault="no-block",
        layout={"merge": "first", "fragments": (64,)},
    ),
    Sample(
        "reportlab-circle",
        "Form fields whose tick is a dot; text in a font that is named and not embedded.",
        "reportlab",
        "widget-circle",
        layout={"font": "stsong"},
    ),
    Sample(
        "reportlab-all-ticked",
        "Every box ticked with a dingbat: nothing empty on the page to compare with.",
        "reportlab",
        "drawn-zapf",
        regime="all",
        layout={"font": "microhei", "size": 7.5, "box": 8.0},
    ),
    Sample(
        "fpdf2-slash",
        "A tick is one slanting stroke.",
        "fpdf2",
        "drawn-slash",
        layout={"font": "microhei", "shade": "zebra", "merge": "each"},
    ),
    Sample(
        "pymupdf-empty",
        "Nothing ticked, and an empty box prints nothing but its frame.",
        "pymupdf",
        "drawn-tick",
        regime="empty",
        layout={"font": "microhei"},
    ),
    Sample(
        "typst-applies",
        "The words beside the squares say which answer is meant.",
        "typst",
        "applies",
        layout={"columns": "no-labels", "landscape": True},
    ),
    Sample(
        "qt-ballot-cross",
        "Qt's text engine: the mark comes from another font than the text.",
        "qt-text",
        "ballot-cross",
        regime="blocks",
        layout={"font": "zenhei"},
    ),
    Sample(
        "reviewer-ink",
        "The county ticked on screen, the reviewer with a viewer's pen: scrawls over empty boxes.",
        "chromium",
        "ink-scrawl",
        regime="sparse",
        base="native",
        put_on=("reviewer",),
        layout={"font": "zenhei"},
    ),
    Sample(
        "typewriter",
        "Typed squares, ticked by a viewer's typewriter annotation.",
        "weasyprint",
        "freetext-root",
        base="ballot-check",
        put_on=("self", "reviewer"),
        layout={"font": "microhei", "size": 8.0},
    ),
    Sample(
        "pasted-ticks",
        "Pictures of a tick pasted over drawn boxes.",
        "chromium",
        "picture-tick",
        base="css-tick",
        put_on=("self", "reviewer"),
        layout={"font": "zenhei", "box": 11.0},
    ),
    Sample(
        "baked-ink",
        "Pen strokes flattened into the page.",
        "weasyprint",
        "baked-ink",
        base="square-or-root",
        put_on=("self", "reviewer"),
        layout={"font": "microhei"},
    ),
    Sample(
        "white-patch",
        "A few typed marks covered by a white patch: the text layer and the picture disagree, and "
        "nobody can be sure.",
        "chromium",
        "conflict-white-patch",
        base="ballot-check",
        layout={"font": "zenhei"},
    ),
    Sample(
        "lost-page",
        "One page of rows is not in the file.",
        "weasyprint",
        "svg-tick",
        layout={"font": "microhei", "size": 10.5},
        steps=("drop",),
    ),
    Sample(
        "shuffled-ghostscript",
        "Pages out of order, saved again by Ghostscript.",
        "typst",
        "drawn-cross",
        layout={"size": 10.5, "box": 9.0},
        steps=("shuffle", "ghostscript"),
    ),
    Sample(
        "turned-twice",
        "Content turned by a quarter with no entry that says so, and one page twice.",
        "fpdf2",
        "square-fill",
        layout={"font": "uming"},
        steps=("duplicate", "turn"),
    ),
    Sample(
        "foreign-pages",
        "Unrelated pages in between, some with numbered lists and check boxes of their own; the "
        "list has a row without a number, a row that is on no list, and lacks one row.",
        "reportlab",
        "square-check",
        layout={
            "font": "microhei",
            "stray_after": "077",
            "stray_ticked": True,
            "unknown_row": True,
            "lost_row": "112",
        },
        steps=("foreign", "qpdf"),
    ),
    Sample(
        "transcript-md",
        "A transcript as Markdown tables.",
        "transcript-md",
        "native",
        fault="all-counts",
        layout={"fragments": (40, 100)},
    ),
    Sample("transcript-html", "A transcript as a web page.", "transcript-html", "native"),
)
SEED_PAGES = Sample(
    "seed-pages",
    "The real form's own page structure: five pieces with other column widths, a label torn in "
    "two by a page break (知识在身 / 边), rows shifted by a stray column, a row without a number "
    "after (96), (130) and (131) a page before their labels, and a declaration that does not "
    "match the ticks.",
    "chromium",
    "native",
)


def make_all(only: Sequence[str] = ()) -> list[str]:
    """Write samples and golden truth; a line for each sample that could not be made."""
    wanted = [s for s in (*SAMPLES, SEED_PAGES) if not only or s.id in only]
    producers = available([PRODUCERS[name] for name in dict.fromkeys(s.producer for s in wanted)])
    with tempfile.TemporaryDirectory(prefix="mill-samples-") as folder:
        _, failed = make_files([_spec(s) for s in wanted], producers, Path(folder))
        for sample in wanted:
            _place(sample, PRODUCERS[sample.producer], Path(folder))
    return failed


def _spec(sample: Sample) -> Spec:
    if sample is SEED_PAGES:
        return Spec("seed-pages", "seed", "chromium", "native", "", (), LAYOUT, (seed_fill(),), ())
    rng = Random(f"sample/{sample.id}")
    font = "noto-sans" if "noto-sans" in PRODUCERS[sample.producer].fonts else "microhei"
    layout = Layout(**{"font": font, **sample.layout})
    fills = tuple(random_fill(rng, sample.regime, sample.fault) for _ in range(sample.forms))
    return Spec(
        sample.id,
        f"sample/{sample.id}",
        sample.producer,
        sample.style,
        sample.base,
        sample.put_on,
        layout,
        fills,
        sample.steps,
    )


def _place(sample: Sample, producer: Producer, made: Path) -> None:
    source = made / f"{sample.id}{producer.suffix}"
    if not source.exists():
        print(f"left as it was: samples/{sample.id}", file=sys.stderr)
        return
    target = ROOT / "samples" / sample.id
    golden = ROOT / "golden" / sample.id
    for folder in (target, golden):
        folder.mkdir(parents=True, exist_ok=True)
    source.replace(target / source.name)
    (made / f"{sample.id}.json").replace(golden / "truth.json")
    (target / "about.toml").write_text(_about(sample, producer), encoding="utf-8", newline="\n")


def _about(sample: Sample, producer: Producer) -> str:
    font = str(sample.layout.get("font", _spec(sample).layout.font))
    licences = [] if producer.suffix != ".pdf" else [LICENCES[font], _SYMBOLS]
    lines = [
        "from = " + _toml("made by scripts/make_samples --samples; all figures are invented"),
        "producer = " + _toml(producer.version()),
        "style = " + _toml(sample.style),
        "steps = [" + ", ".join(map(_toml, sample.steps)) + "]",
        "hard = " + _toml(sample.hard),
        "licence = " + _toml("AGPL-3.0-or-later"),
        "fonts = [" + ", ".join(map(_toml, licences)) + "]",
    ]
    if sample is SEED_PAGES:
        origin = "made by scripts/make_samples --samples after the transcript in samples/seed"
        lines[0] = "from = " + _toml(origin)
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
