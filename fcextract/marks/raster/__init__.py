"""Marks on paper: whether a printed check box is ticked, told from its pixels.

ink       CellImage         -> View         how much darker than the paper each pixel is
pieces    Views             -> pieces       what stands in each cell, and what looks alike
habit     places            -> Habit        where in their cells boxes stand
outline   pieces            -> boxes        the form's blank box, and where each cell has it
find      Views             -> squares      the same on forms that show no blank box
register  boxes             -> Patches      all boxes at one size, frame on frame
blank     Patches           -> Blank        the form's blank box, pixel by pixel
strokes   masks             -> yes or no    what goes round a box, or through it
measure   Patches, Blank    -> Measures     what is inked that the blank box does not explain
context   Patches           -> pictures     what the network is shown besides the box itself
net       pictures          -> Kinds        what the network takes each box for
hands     both, by hand     -> both         what one writer's marks have in common
surround  Views             -> pieces       what else is written in each cell
writing   surroundings      -> masks        what of that is the next column's
scene     Views, boxes      -> Scenes       a box with what stands about it
added     Measures          -> yes or no    whether a mark was gone over
decide    Measures, Kinds   -> a state
heard     all of these      -> readings     both judges heard on every box
trust     readings          -> readings     what the form's other boxes say against one
"""

from fcextract.marks.raster.judge import judge_form, read_mark
from fcextract.marks.raster.records import NO_BOX, CellReading, Mark

__all__ = ["NO_BOX", "CellReading", "Mark", "judge_form", "read_mark"]
