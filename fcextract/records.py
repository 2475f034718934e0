"""Every record that one step hands to the next, in pipeline order.

All are frozen. Boxes are :class:`fcextract.geometry.Box`: page points, origin
top left. Colours are ``0xRRGGBB`` integers or None.

====================  ====================  =======================================
step                  gives                 carries
====================  ====================  =======================================
ingest                Document              upright pages and the objects on them
locate                LocatedTable          rows: number, text, two box places, cells
marks                 MarkedTable           per box: evidence, state, confidence
reconcile             Scoresheet            one entry per canonical item, list order
audit                 AuditedSheet          recomputed summary, findings
====================  ====================  =======================================
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from fcextract.editions import Item
from fcextract.geometry import Box, turn_back

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from fcextract.scan import Scan

# --------------------------------------------------------------------- ingest


class Run(NamedTuple):
    """Characters of one font that stand next to each other on one baseline.

    ``box`` is the hull of their advance boxes (origin to origin, ascender to
    descender); ``edges`` the left edge of every character, then the right edge of
    the last, so that ``len(edges) == len(text) + 1``. ``codes`` are the font's
    glyph ids, one a character, or empty where the engine tells none. ``seq`` is the
    place in the page's painting order, comparable with that of shapes and pictures,
    or -1 where unknown. ``seen`` is False for text that paints nothing (render
    mode 3, zero opacity).
    """

    text: str
    box: Box
    edges: tuple[float, ...]
    codes: tuple[int, ...]
    font: str
    size: float
    color: int | None
    seq: int
    seen: bool


class Rule(NamedTuple):
    """One straight stroke along an axis: a ruled line, or a side of a frame.

    ``along`` is ``h`` or ``v``; it runs from ``lo`` to ``hi`` at ``at`` (its centre
    line) and is ``weight`` points thick. ``border`` marks a side of a rectangle too
    large to be a box.
    """

    along: str
    at: float
    lo: float
    hi: float
    weight: float
    color: int
    seq: int
    border: bool = False

    def box(self, thinnest: float = 0.0) -> Box:
        """The rectangle the stroke covers, taken to be at least ``thinnest`` points thick."""
        half = max(self.weight, thinnest) / 2
        if self.along == "h":
            return Box(self.lo, self.at - half, self.hi, self.at + half)
        return Box(self.at - half, self.lo, self.at + half, self.hi)


class Shape(NamedTuple):
    """One painted path.

    ``points`` are its flattened sub-paths (each a tuple of (x, y)); ``fill`` and
    ``stroke`` are colours or None where it is not filled or stroked; ``width`` is
    the stroke's, in points. ``full`` is the share of its own box that its largest
    outline encloses (see :func:`fcextract.geometry.enclosed`): 1 for a square, 0 for
    an open stroke.
    """

    box: Box
    points: tuple[tuple[tuple[float, float], ...], ...]
    fill: int | None
    stroke: int | None
    width: float
    opacity: float
    even_odd: bool
    seq: int
    full: float = 0.0


class Picture(NamedTuple):
    """One placed image.

    Measured on its own pixels, for pictures small enough to be a box or a tick (-1
    elsewhere): ``ink`` is the share of its area that is opaque and darker than
    paper; ``core`` the same over the middle half of the inked part; ``ring`` the
    share of that part's four edges that is inked, least of the four. ``digest``
    identifies the image.
    """

    box: Box
    digest: str
    ink: float
    core: float
    ring: float
    seq: int


class Widget(NamedTuple):
    """One form field (PDF widget or HTML input). ``checked`` is None where it is no
    check box or its value and its appearance state contradict each other."""

    box: Box
    kind: str
    name: str
    checked: bool | None
    value: str
    hidden: bool


class Annotation(NamedTuple):
    """One annotation that paints: ``kind`` is Ink, FreeText, Stamp, Line, …;
    ``strokes`` are its polylines where it has any; ``text`` its contents; ``fill`` its
    interior colour."""

    box: Box
    kind: str
    text: str
    strokes: tuple[tuple[tuple[float, float], ...], ...]
    color: int | None
    hidden: bool
    fill: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One upright page.

    ``number`` is 1-based in the source. ``width`` and ``height`` are of the upright
    page; ``turn`` is the clockwise turn, in degrees, that made the submitted page
    upright. ``geometric`` is False for a transcript, which has no places; ``readable`` is
    False for a page of a damaged file of which nothing could be read. ``scan`` holds the
    pixels of a page that is a picture, made flat: places on it are the flat page's.
    ``damage`` is what was found broken in the file, or empty: a mark may be lost with it.
    """

    number: int
    width: float
    height: float
    turn: int = 0
    runs: tuple[Run, ...] = ()
    rules: tuple[Rule, ...] = ()
    shapes: tuple[Shape, ...] = ()
    pictures: tuple[Picture, ...] = ()
    widgets: tuple[Widget, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    geometric: bool = True
    readable: bool = True
    scan: Scan | None = None
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One submitted file."""

    source: str
    sha256: str
    kind: str
    pages: tuple[Page, ...]


# --------------------------------------------------------------------- locate


class Place(NamedTuple):
    """One box's cell on the page, with everything painted or placed in it.

    ``cell`` is upright page points. ``page`` is 1-based in the source. ``strays`` are
    shapes that reach into the cell and have their middle elsewhere, ``lines`` the whole
    ruled lines that pass it, its own borders among them.
    """

    page: int
    cell: Box
    runs: tuple[Run, ...] = ()
    shapes: tuple[Shape, ...] = ()
    rules: tuple[Rule, ...] = ()
    pictures: tuple[Picture, ...] = ()
    widgets: tuple[Widget, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    strays: tuple[Shape, ...] = ()
    lines: tuple[Rule, ...] = ()


class CellImage(NamedTuple):
    """One box's cell as pixels, where the page has no objects to tell.

    ``grey`` is (h, w), 0 black: a crop with about a third of a row height round the
    cell on each side. ``colour`` is the same crop, (h, w, 3) in BGR order, or None.
    ``cell`` is ``(x0, y0, x1, y1)``, the inner side of the rules where ruled, in pixels
    of the crop; ``dpi`` its pixels per inch; ``bilevel`` says that the source was one-bit.
    """

    grey: NDArray[np.uint8]
    colour: NDArray[np.uint8] | None
    cell: tuple[float, float, float, float]
    dpi: float
    bilevel: bool


@dataclass(frozen=True, slots=True)
class LocatedRow:
    """One row as it stands on one page, upright.

    ``number`` is None where none is printed; ``lines`` are the lines of the item
    text without it. A place is None where the row has no such cell. ``doubt`` says why
    the row's own boxes cannot be told from its neighbours', or is empty. ``ruled`` tells
    that rules bound the row; ``span`` is the height of the middle of its first and of its last line of text.
    """

    page: int
    band: Box
    number: int | None
    lines: tuple[str, ...]
    nature: str = ""
    self_place: Place | None = None
    reviewer_place: Place | None = None
    keyword: tuple[str, ...] = ()
    remark: tuple[str, ...] = ()
    doubt: str = ""
    ruled: bool = True
    span: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PageFrame:
    """How a page's upright frame lies on the page as submitted: the turn that made
    it upright, the upright sides, and whether it has places at all. ``scan`` are
    the pixels of a page that is a picture, ``damage`` what is broken in its file."""

    number: int
    turn: int
    width: float
    height: float
    geometric: bool
    scan: Scan | None = None
    damage: str = ""

    def submitted(self, box: Box) -> Box | None:
        """``box`` of the upright page as it lies on the page as submitted, to a hundredth
        of a point; None where the page has no places."""
        if not self.geometric:
            return None
        if self.scan is not None:
            return self.scan.warp.submitted(box).rounded()
        return turn_back(box, self.turn, self.width, self.height).rounded()


@dataclass(frozen=True, slots=True)
class LocatedTable:
    """One form: its rows in page order, its header and footer, its pages."""

    source: str
    sha256: str
    pages: tuple[PageFrame, ...]
    rows: tuple[LocatedRow, ...]
    header: Header
    declared: Declared | None
    notes: tuple[Note, ...] = ()


# ------------------------------------------------------------------ downstream


class State(StrEnum):
    """What a box says."""

    CHECKED = "checked"
    EMPTY = "empty"
    UNCERTAIN = "uncertain"
    MISSING = "missing"


class Measure(NamedTuple):
    """What one witness says of a box: a kind of evidence (see :class:`BoxReading`) and its
    word, or a quantity measured on the pixels and its value."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class BoxReading:
    """The decision on one box, with what it rests on.

    ``box`` is on the page as submitted. ``readers`` are the kinds of evidence that
    agreed (``glyph``, ``vector``, ``widget``, ``annotation``, ``picture``,
    ``native``, ``raster``). ``code`` is the finding that goes with a state that is
    not sure (``box-uncertain``, ``box-missing``, ``readers-disagree``,
    ``mark-outside-box``, ``mark-cancelled``) or empty; ``reason`` says why, in a
    few English words meant for the ledger and for debugging. ``present`` is False
    where neither a box nor a mark is seen: in a blank cell, and in one that holds only
    a text. ``measures`` is all that was heard, in the order in which it was. ``read_as`` is
    set where a person corrected the box: what it was read as.
    """

    state: State
    confidence: float
    page: int | None = None
    box: Box | None = None
    readers: tuple[str, ...] = ()
    code: str = ""
    reason: str = ""
    present: bool = True
    measures: tuple[Measure, ...] = ()
    read_as: State | None = None

    def unread(
        self, reason: str, code: str = "box-uncertain", state: State = State.UNCERTAIN
    ) -> BoxReading:
        """The same box, of which no more is said than ``state`` (uncertain or missing)."""
        return replace(self, state=state, confidence=0.0, code=code, reason=reason)


@dataclass(frozen=True, slots=True)
class MarkedTable:
    """One form, its boxes decided."""

    source: str
    sha256: str
    pages: tuple[int, ...]
    rows: tuple[RowReading, ...]
    header: Header
    declared: Declared | None
    notes: tuple[Note, ...] = ()


MISSING_BOX = BoxReading(State.MISSING, 0.0, code="box-missing", reason="no row", present=False)


@dataclass(frozen=True, slots=True)
class RowReading:
    """One row as printed on the form.

    ``number`` is the printed number (None where none was read), ``wording`` the
    printed item text without it, ``nature`` the printed nature ("" where none).
    ``band`` is the row's place on page ``page`` as submitted. ``recognised``
    tells that its text was read from pixels, and no further than the row's item needs.
    """

    page: int
    band: Box | None
    number: int | None
    wording: str
    nature: str
    self_box: BoxReading
    reviewer_box: BoxReading
    keyword: str = ""
    remark: str = ""
    recognised: bool = False


class Note(NamedTuple):
    """Something a step saw that a person should know. ``code`` is a finding code of
    the contract; ``detail`` is put into the message as it is."""

    code: str
    item_id: str = ""
    page: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """The form's own identification, as text and whole numbers."""

    application_no: str = ""
    resettled_population: int | None = None
    talents_introduced: int | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """The nine declared figures; None where not printed or not readable.

    Rates are percentages as printed (4.26 for "4.26 %").
    """

    total: int | None = None
    total_of: int | None = None
    total_rate: float | None = None
    binding: int | None = None
    binding_of: int | None = None
    binding_rate: float | None = None
    guiding: int | None = None
    guiding_of: int | None = None
    guiding_rate: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One canonical item with what the form says of it. ``row`` is None where the
    row was not found (both boxes are then ``missing``)."""

    item: Item
    row: RowReading | None
    self_box: BoxReading
    reviewer_box: BoxReading
    keyword: str = ""
    remark: str = ""
    corrected: str = ""

    def box_in(self, column: str) -> BoxReading:
        """The box in ``column``: ``self`` or ``reviewer``."""
        return self.self_box if column == "self" else self.reviewer_box

    def page_of(self, column: str) -> int | None:
        """The page of the box in ``column``, or else its row's; None where neither is known."""
        page = self.box_in(column).page
        return page if page is not None or self.row is None else self.row.page


@dataclass(frozen=True, slots=True)
class ExtraRow:
    """A printed row that is no canonical item, or one too many of it.

    ``code`` is ``unnumbered-row``, ``item-unknown`` or ``item-repeated``.
    """

    code: str
    row: RowReading
    item_id: str = ""


@dataclass(frozen=True, slots=True)
class Scoresheet:
    """One form, reconciled with its edition: exactly the edition's items, in list
    order. ``declared`` is None where no summary block was found; ``place`` is the form's
    among those of its file, from 0."""

    source: str
    sha256: str
    edition_id: str
    pages: tuple[int, ...]
    header: Header
    declared: Declared | None
    entries: tuple[Entry, ...]
    extras: tuple[ExtraRow, ...] = ()
    notes: tuple[Note, ...] = ()
    place: int = 0


class Finding(NamedTuple):
    """Something true about a form that a person should know."""

    code: str
    severity: str
    item_id: str
    page: int | None
    declared: str
    computed: str
    message_zh: str
    message_en: str


class Hint(NamedTuple):
    """What would explain a declared count that the ticks contradict. ``items`` are the
    rows it speaks of, where it names any."""

    kind: str
    message_zh: str
    message_en: str
    items: tuple[str, ...] = ()


class Certainty(NamedTuple):
    """How far the readings of a form may be relied on: the number of wrong boxes to expect
    among those read, by their confidences, and whether doubtful readings could, if wrong,
    change the verdict."""

    wrong_boxes: float
    at_risk: bool


NOTHING_READ = Certainty(0.0, False)


class Count(NamedTuple):
    """One recomputed total: surely checked, and the range that unread boxes leave.

    ``rate`` is ``total`` over ``of``, in percent, two decimals, half up.
    """

    total: int
    min: int
    max: int
    of: int
    rate: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Recomputed totals: ``counts[(who, what)]`` with who in ``self``, ``reviewer``
    and what in ``total``, ``binding``, ``guiding``."""

    counts: dict[tuple[str, str], Count]
    unread_boxes: int


@dataclass(frozen=True, slots=True)
class AuditedSheet:
    """One form, audited."""

    form_id: str
    sheet: Scoresheet
    county_code: str
    county: str
    summary: Summary
    findings: tuple[Finding, ...]
    status: str
    verdict: str
    hints: tuple[Hint, ...] = ()
    certainty: Certainty = NOTHING_READ


@dataclass(frozen=True, slots=True)
class FailedFile:
    """A file that gave no form: its row in the results."""

    source: str
    sha256: str
    code: str
    error_zh: str
    error_en: str
    pages: int = 0
