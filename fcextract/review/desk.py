"""What the page can ask and do, in plain calls. One thread at a time: see :class:`Desk`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from fcextract.corrections import COLUMNS, UNDO, Correction, moment, standing, undo
from fcextract.errors import ConflictError, UsageError
from fcextract.geometry import Box
from fcextract.ledger import Ledger
from fcextract.outlines import OutlineCache
from fcextract.records import Entry, State
from fcextract.review import sweep, views
from fcextract.review.places import around_box, index_of, strip
from fcextract.review.roster import Roster
from fcextract.review.views import View

#: Seconds of making outlines before whoever waits gets a turn.
SLICE = 0.05


class Spread(NamedTuple):
    """A part of a page to draw: its file and what that held when it was read, the page, the
    part (the whole where None; it may reach beyond), the clockwise turn to show it by."""

    path: Path
    sha256: str
    page: int
    rect: Box | None
    turn: int


class Desk:
    """The ledger of one results folder at work.

    Everything is called on the thread that made it (SQLite wants that, and so nothing
    here needs a lock).
    """

    def __init__(self, out: Path) -> None:
        self._ledger = Ledger.open(out)
        self._cache = OutlineCache(out)
        self._roster = Roster(self._ledger, self._cache)
        self._list = (-1, "")

    def close(self) -> None:
        """Let go of the files."""
        self._cache.close()
        self._ledger.close()

    def fill(self) -> bool:
        """Make some of the outlines still to be made. Gives whether there are more; where
        there are none, the list is ready to be asked for."""
        more = self._roster.fill(SLICE)
        if not more:
            self.forms()
        return more

    # -------------------------------------------------------------- looking

    def state(self) -> View:
        """How much there is, and a version that rises with every change."""
        roster = self._now()
        return {
            "version": roster.version,
            "forms": len(roster.forms),
            "pending": roster.pending,
            "waiting": sum(x.waiting for x in roster.outlines.values()),
        }

    def forms(self) -> str:
        """The list of forms, and the files that gave none, as JSON."""
        roster = self._now()
        if self._list[0] != roster.version:
            lines = [views.line(f, x, roster.is_repeated(f)) for f, x in roster.outlines.items()]
            failures = [views.failure(s) for s in roster.failures]
            told = {**self.state(), "lines": lines, "failures": failures}
            self._list = roster.version, json.dumps(told, ensure_ascii=False)
        return self._list[1]

    def form(self, form: str) -> View:
        """One form with everything on it."""
        roster = self._now()
        return views.form(form, roster.audited(form), roster.listed(form).history.mine)

    def box(self, form: str, item_id: str, column: str) -> View:
        """One box with its row, its neighbours and its history."""
        roster = self._now()
        entry, index = self._entry(form, item_id, column)
        around = strip(roster.audited(form).sheet, index)
        audited, history = roster.audited(form), roster.listed(form).history.mine
        return {
            **views.form_in_short(form, audited),
            **views.one_box(entry, column, history, around),
        }

    def queue(self, form: str, column: str) -> View:
        """The boxes that wait for a person."""
        spots, total = sweep.queue(self._now().outlines, form, column)
        return {"spots": [s._asdict() for s in spots], "total": total}

    def gallery(self, state: str, column: str, form: str, first: int, most: int) -> View:
        """Boxes of one state, the least certain first."""
        found, total = sweep.gallery(self._now().outlines, _state(state), column, form, first, most)
        return {"spots": [s._asdict() for s in found], "total": total}

    # ------------------------------------------------------------- pictures

    def page(self, form: str, page: int) -> Spread:
        """A page of a form."""
        known = self._now().form_pages(form)
        if page not in known:
            raise UsageError(
                f"这份表没有第 {page} 页。请回到列表重新打开这份表。",
                f"The form has no page {page}. Go back to the list and open the form again.",
            )
        return self._spread(form, page, None, known[page])

    def strip(self, form: str, item_id: str, column: str) -> Spread:
        """The row of a box with its neighbours."""
        _, index = self._entry(form, item_id, column)
        around = strip(self._roster.audited(form).sheet, index)
        if around is None:
            raise _nowhere()
        return self._spread(form, around.page, around.rect, around.turn)

    def close_up(self, form: str, item_id: str, column: str, around: float) -> Spread:
        """A box with ``around`` times its longer side above and below, and more beside it."""
        entry, _ = self._entry(form, item_id, column)
        reading = entry.box_in(column)
        if reading.box is None or reading.page is None:
            raise _nowhere()
        turn = self._now().form_pages(form).get(reading.page, 0)
        rect = around_box(reading.box, around, turn)
        return self._spread(form, reading.page, rect, turn)

    # ----------------------------------------------------------- correcting

    def correct(self, asked: Mapping[str, Any]) -> View:
        """Append a correction and tell what follows from it.

        Raises:
            ConflictError: the box no longer stands as it was seen.
        """
        form, item_id, column = (str(asked[k]) for k in ("form", "item_id", "column"))
        stored = self._now().listed(form).stored
        self._entry(form, item_id, column)
        why = " ".join(str(asked.get("why", "")).split())
        given = Correction(
            sha256=stored.sha256,
            place=stored.place,
            item_id=item_id,
            column=column,
            old=_state(str(asked["old"])),
            new=_state(str(asked["new"])),
            who=str(asked.get("who", "")),
            at=moment(),
            why="" if why == UNDO else why,
        )
        return self._append(form, given)

    def undo(self, asked: Mapping[str, Any]) -> View:
        """Take back the correction of a box that stands, if it is the one seen.

        Raises:
            ConflictError: another one stands, or none.
        """
        form, item_id, column = (str(asked[k]) for k in ("form", "item_id", "column"))
        left = standing(self._now().listed(form).history.mine).get((item_id, column))
        if not left or [left[-1].at, left[-1].new.value] != [asked["at"], asked["new"]]:
            raise _gone()
        return self._append(form, undo(left[-1], str(asked.get("who", ""))))

    def _append(self, form: str, given: Correction) -> View:
        self._ledger.correct([given])
        self._roster.corrected(given.sha256, given.place)
        return {
            "box": self.box(form, *given.box),
            "summary": views.summary(self._roster.audited(form)),
            "state": self.state(),
        }

    # --------------------------------------------------------------- inside

    def sources(self) -> dict[str, str]:
        """What stands in the folder: source to content hash."""
        return {x.source: x.sha256 for x in self._ledger.standings()}

    def options(self) -> dict[str, Any]:
        """The options of the latest run."""
        return dict(self._ledger.last_run().get("options", {}))

    def _now(self) -> Roster:
        self._roster.refresh()
        return self._roster

    def _entry(self, form: str, item_id: str, column: str) -> tuple[Entry, int]:
        sheet = self._roster.audited(form).sheet
        index = index_of(sheet, item_id)
        if index is None or column not in COLUMNS:
            raise UsageError(
                f"这份表没有框 {item_id} {column}。请回到列表重新打开这份表。",
                f"The form has no box {item_id} {column}. Go back to the list and open it again.",
            )
        return sheet.entries[index], index

    def _spread(self, form: str, page: int, rect: Box | None, turn: int) -> Spread:
        stored = self._roster.listed(form).stored
        return Spread(Path(stored.path), stored.sha256, page, rect, turn)


def _state(name: str) -> State:
    try:
        return State(name)
    except ValueError:
        raise UsageError(
            f"没有状态 {name}；只有 checked、empty、uncertain、missing。",
            f"There is no state {name}; there are checked, empty, uncertain and missing.",
        ) from None


def _nowhere() -> UsageError:
    return UsageError(
        "这个框在页面上没有位置（文字稿没有版面，或没有找到这一行）。请看逐项表。",
        "This box has no place on a page (a transcript has none, or the row was not found). "
        "See the table.",
    )


def _gone() -> ConflictError:
    return ConflictError(
        "要撤销的那次更正已不是最新的，可能有人先改过，因此没有撤销。请刷新后再看一次。",
        "The correction to take back is no longer the one that stands; someone may have been "
        "first. Nothing was taken back. Refresh and look again.",
    )
