"""Where everybody is when, as the workbook and the database together say; and what is wrong with the moves."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from rulebook.month import Month
from staff.models import Department, PersonnelEvent
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key
from workbooks.problems import Problems

Kind = PersonnelEvent.Kind


@dataclass(frozen=True, slots=True)
class Turn:
    """From `start` on a person is in a department, or out of post (None), by a hire or a move."""

    start: dt.date
    department: Entry | None
    by: Entry


@dataclass(slots=True)
class Whereabouts:
    """A person's departments over time; from `unknown_from` on a mistake keeps them in the dark."""

    turns: list[Turn] = field(default_factory=list)
    unknown_from: dt.date | None = None

    @property
    def is_touched(self) -> bool:
        """Whether the file changes where the person is."""
        return any(turn.by.is_touched for turn in self.turns)

    def is_known(self, day: dt.date) -> bool:
        """Whether it can be told where the person is on a day."""
        return self.unknown_from is None or day < self.unknown_from

    def on(self, day: dt.date) -> Entry | None:
        """The department on a day, or None when not in post."""
        return next((turn.department for turn in reversed(self.turns) if turn.start <= day), None)

    def is_in_post_within(self, month: Month) -> bool:
        """Whether the person is in post on any day of a month."""
        return bool(self.on(month.first)) or any(turn.start in month and turn.department for turn in self.turns)

    def last_within(self, month: Month, fits: Callable[[Entry], bool]) -> Entry | None:
        """The last department that fits of those in which the person is on any day of a month."""
        begun = [turn for turn in self.turns if turn.start <= month.last]
        ends = [turn.start for turn in begun[1:]] + [None]
        spans = zip(begun, ends, strict=True)
        here = [turn.department for turn, end in spans if end is None or end > month.first]
        return next((department for department in reversed(here) if department and fits(department)), None)

    def blame(self, problems: Problems, victim: Entry, date: str) -> None:
        """Report the file's last turn before a row of the database that it leaves without its person in post."""
        before = [turn.by for turn in self.turns if turn.by.is_touched and turn.start <= victim[date]]
        culprit = before[-1] if before else next(turn.by for turn in self.turns if turn.by.is_touched)
        _blame(problems, culprit, victim, date)


def in_sales(department: Entry | None) -> bool | None:
    """Whether a department is in the sales system; None if that can't be told."""
    if department is None:
        return False
    return department["system"] == Department.System.SALES if department.knows("system") else None


def trace_everybody(company: Company, problems: Problems) -> dict[Key, Whereabouts]:
    """Follow everybody's hire and moves, report those that don't fit, and return where each is, by staff number."""
    moves: dict[object, list[Entry]] = defaultdict(list)
    for event in company["events"].entries.values():
        moves[event.key[0]].append(event)
    undated = {entry.said.get("employee") for entry in company["events"].parsed.undeclared}
    return {
        key: _Trace(company, problems, employee, moves[key[0]], key[0] in undated).follow()
        for key, employee in company["employees"].entries.items()
    }


class _Trace:
    """Follows one person."""

    def __init__(
        self, company: Company, problems: Problems, employee: Entry, moves: list[Entry], moves_unknown: bool
    ) -> None:
        self._company = company
        self._problems = problems
        self._employee = employee
        self._moves = sorted(moves, key=lambda move: move.key[1])
        self._moves_unknown = moves_unknown
        self._last_touched = employee if employee.is_touched else None
        self._found = Whereabouts()

    def follow(self) -> Whereabouts:
        """Walk through the hire and the moves in order of date, up to the first that doesn't fit."""
        employee = self._employee
        if not employee.knows("hired_on") or employee["hired_on"] is None:
            self._found.unknown_from = dt.date.min
            return self._found
        if employee.knows("department"):
            department = self._department(employee)
            self._found.turns.append(Turn(employee["hired_on"], department, employee))
            self._check_hire(department)
        else:
            self._found.unknown_from = employee["hired_on"]
        if self._moves_unknown:
            self._found.unknown_from = employee["hired_on"]
        for move in self._moves:
            if not self._take(move):
                self._lose_track(max(move["date"], employee["hired_on"]))
                break
        return self._found

    def _take(self, move: Entry) -> bool:
        """Check a move against where the person was, and go along; False where the trail is lost."""
        if move.is_touched:
            self._last_touched = move
        if not move.knows("kind", "department") or self._found.unknown_from == self._employee["hired_on"]:
            return False
        before = self._found.turns[-1].department
        if not self._check_order(move, before):
            return False
        if move["kind"] == Kind.DEPARTURE:
            self._found.turns.append(Turn(move["date"], None, move))
            return self._refuse_given(move, _("must be empty for a departure"), "department", "rank", "base_salary")
        department = self._department(move)
        if department is None:
            return self._refuse(move, "department", _("must not be empty"))
        self._found.turns.append(Turn(move["date"], department, move))
        return self._check_systems(move, before, department)

    def _check_order(self, move: Entry, before: Entry | None) -> bool:
        hired_on = self._employee["hired_on"]
        if move["date"] <= hired_on:
            return self._refuse(move, "date", _("not after the hire on %(date)s") % {"date": hired_on})
        if before is None and move["kind"] != Kind.CHANGE_OF_POST:
            return self._refuse(
                move, "kind", _("the person has left before; only a change of post (异岗) brings somebody back")
            )
        return True

    def _check_systems(self, move: Entry, before: Entry | None, after: Entry) -> bool:
        old, new = in_sales(before), in_sales(after)
        if before is None:
            old = None if new is None else not new
        if old is None or new is None:
            return True
        if move["kind"] == Kind.TRANSFER and old != new:
            reason = _("into the other system: that is a change of post (异岗), not a move within the system (调动)")
            is_rightly_there = move["base_salary"] is not None or move["rank"] is not None
            return self._refuse(move, "kind" if is_rightly_there else "department", reason)
        return self._check_terms(move, is_sales=new, enters=old != new)

    def _check_hire(self, department: Entry | None) -> None:
        is_sales = in_sales(department)
        if self._employee.is_touched and is_sales is not None:
            self._check_terms(self._employee, is_sales=is_sales, enters=True)

    def _check_terms(self, entry: Entry, *, is_sales: bool, enters: bool) -> bool:
        """Rank and base salary, of a hire or a move: sales staff have a rank, support staff a base salary (1-4.1)."""
        if not is_sales:
            fits = self._refuse_given(entry, _("support staff have no rank"), "rank")
            if enters and entry["base_salary"] is None:
                fits = self._refuse(entry, "base_salary", _("needed for support staff"))
            return fits
        if entry.is_touched and entry["base_salary"] is not None and entry.knows("base_salary"):
            self._problems.warn(entry.problem("base_salary", _("ignored: sales staff are paid by rank")))
        if not enters:
            return self._refuse_given(entry, _("a move within sales doesn't change the rank"), "rank")
        if entry["rank"] is None:
            return self._refuse(entry, "rank", _("needed for sales staff"))
        return True

    def _department(self, entry: Entry) -> Entry | None:
        return self._company["departments"].get(entry["department"])

    def _refuse_given(self, entry: Entry, reason: str, *fields: str) -> bool:
        given = [name for name in fields if entry[name] is not None]
        for name in given:
            self._refuse(entry, name, reason)
        return not given

    def _refuse(self, entry: Entry, name: str, reason: str) -> bool:
        """Report a field of this entry, or, if the file doesn't touch it, of the last one that it does."""
        if entry.is_touched:
            entry.refuse(self._problems, name, reason)
        elif self._last_touched is not None:
            _blame(self._problems, self._last_touched, entry, "date")
        return False

    def _lose_track(self, day: dt.date) -> None:
        known = self._found.unknown_from
        self._found.unknown_from = day if known is None else min(known, day)


def _blame(problems: Problems, culprit: Entry, victim: Entry, date: str) -> None:
    """Report a hire or move of the file that doesn't go with what the database holds."""
    place = {"sheet": victim.sheet.title, "key": victim.key[0], "date": victim[date]}
    reason = _("doesn't go with %(sheet)s %(key)s of %(date)s") % place
    culprit.refuse(problems, "hired_on" if culprit.sheet.name == "employees" else "date", reason)
