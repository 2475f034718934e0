"""The boxes of rows that stand on pages of pixels, through the raster judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fcextract.geometry import Box
from fcextract.marks.raster import CellReading, judge_form
from fcextract.records import BoxReading, CellImage, LocatedRow, PageFrame, Place, State
from fcextract.scan import Scan

#: A cell's surroundings that are shown with it: a share of its height, and at most points.
MARGIN, MOST = 0.34, 14.0


def read_paper(
    rows: Sequence[LocatedRow], frames: Mapping[int, PageFrame]
) -> dict[int, BoxReading]:
    """The reading of every place on a page of pixels, by the place's ``id``. All boxes of the
    form are judged together."""
    held: list[tuple[Place, Scan, Box]] = []
    for row in rows:
        scan = frames[row.page].scan
        for place in (row.self_place, row.reviewer_place):
            if place is not None and scan is not None:
                held.append((place, scan, _around(place.cell)))
    readings = judge_form([_image(place.cell, scan, around) for place, scan, around in held])
    return {
        id(place): _reading(place, frames[place.page], scan, around, reading)
        for (place, scan, around), reading in zip(held, readings, strict=True)
    }


def _around(cell: Box) -> Box:
    return cell.grow(min(MARGIN * cell.height, MOST))


def _image(cell: Box, scan: Scan, around: Box) -> CellImage:
    y0, y1, x0, x1 = scan.span(around)
    s = scan.scale
    inner = (cell.x0 * s - x0, cell.y0 * s - y0, cell.x1 * s - x0, cell.y1 * s - y0)
    colour = None if scan.colour is None else scan.colour[y0:y1, x0:x1]
    return CellImage(scan.grey[y0:y1, x0:x1], colour, inner, scan.dpi, scan.bilevel)


def _reading(
    place: Place, frame: PageFrame, scan: Scan, around: Box, found: CellReading
) -> BoxReading:
    """The reading with its box on the page as submitted; the cell where no box was found."""
    y0, _, x0, _ = scan.span(around)
    s = scan.scale
    box = place.cell
    if found.box is not None:
        a, b, c, d = found.box
        box = Box((a + x0) / s, (b + y0) / s, (c + x0) / s, (d + y0) / s)
    missing = found.state is State.MISSING
    return BoxReading(
        found.state,
        found.confidence,
        place.page,
        None if missing else frame.submitted(box),
        () if missing else ("raster",),
        found.code,
        found.reason,
    )
