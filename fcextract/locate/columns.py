"""Which column is which: by the headings where there are any, else by the boxes.

Two ways to say where a column is. Between vertical rules a column is a cell,
named by its place to the right of the item text, so that fragments of other
widths need nothing new. Without them it is a range of x, found from where the
boxes stand in all parts of the table that share a layout.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fcextract.locate.bands import Band
from fcextract.locate.cells import cell_roles
from fcextract.locate.draft import Draft
from fcextract.locate.fragments import Fragment, find_fragments
from fcextract.locate.inferred import NO_COLUMNS, Columns


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns of a document.

    ``by_cells``: roles of the cells right of the item text, by how many there are.
    ``fragments``: the parts of the table that have no vertical rules.
    """

    by_cells: dict[int, tuple[str, ...]]
    fragments: tuple[Fragment, ...]

    def columns(self, draft: Draft, band: Band) -> Columns:
        """The columns in one band; empty where they are unknown."""
        if band.right is not None:
            roles = self.by_cells.get(len(band.right), ())
            cells = {r: cell for r, cell in zip(roles, band.right, strict=False) if r}
            return Columns(cells, cells)
        mine = [f for f in self.fragments if f.page == draft.page.number]
        y = (band.top + band.bottom) / 2
        near = min(mine, key=lambda f: max(f.top - y, y - f.bottom, 0.0), default=None)
        return near.columns if near else NO_COLUMNS


def find_layout(drafts: Sequence[Draft]) -> Layout:
    """The columns of all pages of one document."""
    counts = {len(b.right) for d in drafts for b in d.bands if b.right}
    by_cells = {n: roles for n in sorted(counts) if (roles := cell_roles(drafts, n))}
    return Layout(by_cells, find_fragments(drafts))
