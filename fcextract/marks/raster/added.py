"""What was added to a mark to take it back: lines through it, a scribble over it.

A mark that was struck through has the ink of its hand's marks and more.
"""

from __future__ import annotations

from fcextract.marks.raster.measure import Measures

#: What it finds less likely than this it does not find possible.
HARDLY = 0.01
#: So many times as large as its hand's usual mark, or so many times its ink, is a mark that was gone
#: over; from the last on one that the network finds likelier taken back than the fourth. Of 8,473
#: marks of the mill's papers that are checked otherwise 138 are, of 37 marks taken back 33. Where
#: the hand's marks are too few to tell, so much of the inside and so much outside is.
ADDED, INKED, HEAVIER, MAY_BE = 1.7, 1.5, 1.25, 0.03
BLACK = 0.95, 0.15
#: A box that is black inside and all round has been gone over from so many times on, if the network
#: finds that possible.
ROUND = 1.2


def is_gone_over(measures: Measures, back: float) -> bool:
    """Whether so much was added to a mark that it was taken back: more ink than its hand's marks
    have; where those are too few to tell, all of the box and more. ``back`` is how likely the
    network finds that it was."""
    if measures.more > 0:
        black = measures.fill >= BLACK[0] and measures.ringed
        if measures.more > ADDED or (black and measures.more > ROUND and back > HARDLY):
            return True
        ink = measures.more * measures.shade
        return ink > INKED or (ink > HEAVIER and back > MAY_BE)
    return measures.fill >= BLACK[0] and measures.spills >= BLACK[1]
