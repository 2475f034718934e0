"""Marks on paper: whether a printed check box is ticked, told from its pixels.

ink       CellImage        -> View        how much darker than the paper each pixel is
find      Views            -> squares     the printed box in each cell
patches   squares          -> Patches     all boxes at one size, frame on frame
blank     Patches          -> Blank       the form's blank box
measure   Patches, Blank   -> Measures    what is inked that the blank box does not explain
decide    Measures         -> a state
"""

from fcextract.marks.raster.judge import NO_BOX, judge_form, read_mark
from fcextract.marks.raster.records import CellReading, Mark

__all__ = ["NO_BOX", "CellReading", "Mark", "judge_form", "read_mark"]
