"""One choice of page layout: everything about a form's looks but its check style."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

FONTS = {
    "noto-sans": "Noto Sans CJK SC",
    "noto-serif": "Noto Serif CJK SC",
    "zenhei": "WenQuanYi Zen Hei",
    "microhei": "WenQuanYi Micro Hei",
    "uming": "AR PL UMing CN",
    "ukai": "AR PL UKai CN",
    "stsong": "STSong-Light",
}
"""Families by short name; ``stsong`` is a font that PDFs name without embedding it."""
SYSTEM_FONTS = ("noto-sans", "noto-serif", "zenhei", "microhei", "uming", "ukai")
PAPERS = {"A4": (595.28, 841.89), "A3": (841.89, 1190.55)}
COLUMN_SETS = {
    "full": (
        "section",
        "indicator",
        "nature",
        "content",
        "self",
        "self_keyword",
        "reviewer",
        "reviewer_remark",
    ),
    "no-labels": ("nature", "content", "self", "self_keyword", "reviewer", "reviewer_remark"),
    "bare": ("nature", "content", "self", "reviewer"),
}
_BASE_WIDTHS = {
    "section": 9.0,
    "indicator": 10.0,
    "nature": 7.5,
    "content": 32.0,
    "self": 8.5,
    "self_keyword": 12.0,
    "reviewer": 8.5,
    "reviewer_remark": 14.0,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How the pages look. Sizes are points, widths percent of the table by column.

    ``stray_after`` names the item that a row without a number follows, ``lost_row`` one that is
    not printed, ``nature_swapped`` one printed under the other nature. ``scale`` and
    ``backgrounds`` are a browser's print options, the latter for native check boxes only.
    """

    font: str = "noto-sans"
    size: float = 9.0
    rules: str = "full"
    heading_repeat: bool = True
    heading_wrap: bool = False
    paper: str = "A4"
    landscape: bool = False
    columns: str = "full"
    merge: str = "span"
    fragments: tuple[int, ...] = ()
    fragment_widths: tuple[tuple[float, ...], ...] = ()
    fragment_heading: bool = True
    fragment_break: bool = True
    rows_split: bool = False
    align: str = "center"
    valign: str = "middle"
    padding: float = 2.0
    box: float = 10.0
    label: str = "({}) {}"
    label_dash: str = "- "
    shade: str = "none"
    margin: float = 36.0
    browser_lines: bool = False
    footer_style: str = "table"
    thousands: bool = True
    stray_after: str = ""
    stray_ticked: bool = False
    unknown_row: bool = False
    lost_row: str = ""
    nature_swapped: str = ""
    scale: float = 1.0
    backgrounds: bool = True

    @property
    def page(self) -> tuple[float, float]:
        """Page width and height in points."""
        w, h = PAPERS[self.paper]
        return (h, w) if self.landscape else (w, h)

    @property
    def family(self) -> str:
        """The font family's name."""
        return FONTS[self.font]

    @property
    def column_ids(self) -> tuple[str, ...]:
        """Ids of the printed columns, left to right."""
        return COLUMN_SETS[self.columns]


def random_layout(rng: Random, item_ids: tuple[str, ...], fonts: tuple[str, ...]) -> Layout:
    """A layout drawn from ``rng``."""
    size = rng.choice((7.0, 7.5, 8.0, 9.0, 10.0, 10.5, 12.0))
    columns = rng.choices(tuple(COLUMN_SETS), (10, 2, 1))[0]
    base = Layout(
        font=rng.choice(fonts),
        size=size,
        rules=rng.choices(("full", "horizontal", "none"), (6, 2, 2))[0],
        heading_repeat=rng.random() < 0.6,
        heading_wrap=rng.random() < 0.3,
        paper=rng.choices(("A4", "A3"), (5, 1))[0],
        landscape=rng.random() < 0.35,
        columns=columns,
        merge=rng.choices(("span", "each", "first"), (6, 2, 2))[0],
        rows_split=rng.random() < 0.4,
        align=rng.choices(("center", "left", "right"), (5, 3, 1))[0],
        valign=rng.choices(("middle", "top", "bottom"), (4, 3, 1))[0],
        padding=rng.choice((1.0, 2.0, 3.0, 5.0)),
        box=rng.choice((6.0, 8.0, 10.0, 12.0, 14.0, 16.0)),
        label=rng.choices(("({}) {}", "({}){}", "（{}）{}", "（{}） {}"), (6, 2, 2, 1))[0],
        label_dash=rng.choice(("- ", "-", "-  ")),
        shade=rng.choices(("none", "heading", "zebra", "dark-heading"), (6, 2, 1, 1))[0],
        margin=rng.choice((24.0, 36.0, 54.0)),
        browser_lines=rng.random() < 0.25,
        footer_style=rng.choice(("table", "lines", "tight-lines")),
        thousands=rng.random() < 0.7,
        scale=rng.choice((1.0, 1.0, 0.85, 0.7)),
        backgrounds=rng.random() < 0.5,
    )
    return _with_rows(rng, _with_fragments(rng, base, len(item_ids)), item_ids)


def widths_for(layout: Layout, fragment: int) -> tuple[float, ...]:
    """Column widths of one fragment, in percent."""
    if fragment < len(layout.fragment_widths):
        return layout.fragment_widths[fragment]
    return _normal([_BASE_WIDTHS[c] for c in layout.column_ids])


def _with_fragments(rng: Random, layout: Layout, rows: int) -> Layout:
    count = rng.choices((1, 2, 3, 5), (6, 2, 2, 2))[0]
    cuts = tuple(sorted(rng.sample(range(5, rows - 3), count - 1)))
    jitter = rng.random() < 0.7 or count > 1
    widths = tuple(_jittered(rng, layout) for _ in range(count)) if jitter else ()
    return replace(
        layout,
        fragments=cuts,
        fragment_widths=widths,
        fragment_heading=rng.random() < 0.5,
        fragment_break=rng.random() < 0.7,
    )


def _jittered(rng: Random, layout: Layout) -> tuple[float, ...]:
    return _normal([_BASE_WIDTHS[c] * rng.uniform(0.85, 1.25) for c in layout.column_ids])


def _with_rows(rng: Random, layout: Layout, item_ids: tuple[str, ...]) -> Layout:
    if rng.random() < 0.12:
        layout = replace(layout, stray_after=rng.choice(item_ids), stray_ticked=rng.random() < 0.3)
    if rng.random() < 0.04:
        layout = replace(layout, unknown_row=True)
    if rng.random() < 0.06:
        layout = replace(layout, lost_row=rng.choice(item_ids))
    if layout.merge == "each" and rng.random() < 0.2:
        swapped = rng.choice([i for i in item_ids if i != layout.lost_row])
        layout = replace(layout, nature_swapped=swapped)
    return layout


def _normal(widths: list[float]) -> tuple[float, ...]:
    total = sum(widths)
    return tuple(round(100 * w / total, 2) for w in widths)
