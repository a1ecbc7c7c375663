"""Where everybody stands on any day, from the personnel events alone."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from monthend.verify.facts import Department, EventKind, Facts, PersonnelEvent
from rulebook.month import Month


@dataclass(frozen=True, slots=True)
class Stay:
    """A person in one department from `start` on.

    In sales, `entered_sales` is the day on which this time in the sales system began, with `entry_rank`.
    """

    start: dt.date
    department: Department
    base_salary: Decimal | None
    entered_sales: dt.date | None
    entry_rank: str | None


class Staffing:
    """Everybody's stays."""

    def __init__(self, facts: Facts) -> None:
        self._departments = {department.code: department for department in facts.departments}
        by_person: dict[str, list[PersonnelEvent]] = defaultdict(list)
        for event in facts.events:
            by_person[event.person].append(event)
        self._turns = {
            person: list(self._follow(sorted(events, key=lambda event: event.date)))
            for person, events in by_person.items()
        }

    def on(self, person: str, day: dt.date) -> Stay | None:
        """Where a person stands on a day; None when not in post."""
        found = None
        for start, stay in self._turns.get(person, []):
            if start <= day:
                found = stay
        return found

    def in_sales(self, person: str, day: dt.date) -> bool:
        """Whether a person is in post in a sales department on a day."""
        stay = self.on(person, day)
        return stay is not None and stay.department.is_sales

    def days_in_post(self, person: str, month: Month) -> list[tuple[dt.date, Stay]]:
        """The days of a month on which a person is in post, and where."""
        first = month.first
        days = [first + dt.timedelta(days=number) for number in range(month.days)]
        return [(day, stay) for day in days if (stay := self.on(person, day)) is not None]

    def last_in_post(self, person: str, month: Month) -> Stay | None:
        """Where a person stands on the last day in post of a month; None when not in post in it."""
        day, first = month.last, month.first
        while day >= first:
            stay = self.on(person, day)
            if stay is not None:
                return stay
            day -= dt.timedelta(days=1)
        return None

    def last_until(self, person: str, until: dt.date) -> Stay | None:
        """The last post up to and with a day; None for who was never in post until then."""
        found = None
        for start, stay in self._turns.get(person, []):
            if start <= until and stay is not None:
                found = stay
        return found

    def days_in_sales(self, person: str, month: Month) -> list[tuple[dt.date, Stay]]:
        """The days of a month on which a person is in post in a sales department."""
        return [(day, stay) for day, stay in self.days_in_post(person, month) if stay.department.is_sales]

    def full_month_in_sales(self, person: str, month: Month) -> Stay | None:
        """The last stay of a month that lies wholly within one time in the sales system; None of a partial month."""
        days = self.days_in_sales(person, month)
        if len(days) == month.days and days[0][1].entered_sales == days[-1][1].entered_sales:
            return days[-1][1]
        return None

    def last_in_sales(self, person: str, until: dt.date) -> tuple[dt.date, Stay] | None:
        """The last day on which a person was in sales, up to and with `until`, and the stay; None if there is none."""
        turns = self._turns.get(person, [])
        ends = [start - dt.timedelta(days=1) for start, _stay in turns[1:]] + [dt.date.max]
        found = None
        for (start, stay), end in zip(turns, ends, strict=True):
            if start <= until and stay is not None and stay.department.is_sales:
                found = min(end, until), stay
        return found

    def _follow(self, events: list[PersonnelEvent]) -> Iterator[tuple[dt.date, Stay | None]]:
        """Each event's day and where the person stands from then on."""
        before: Stay | None = None
        for event in events:
            before = self._after(before, event)
            yield event.date, before

    def _after(self, before: Stay | None, event: PersonnelEvent) -> Stay | None:
        if event.kind == EventKind.DEPARTURE or event.department is None:
            return None
        department = self._departments[event.department]
        if not department.is_sales:
            salary = event.base_salary
            if salary is None and before is not None:
                salary = before.base_salary
            return Stay(event.date, department, salary, entered_sales=None, entry_rank=None)
        if before is not None and before.department.is_sales:
            return Stay(event.date, department, None, before.entered_sales, before.entry_rank)
        return Stay(event.date, department, None, event.date, event.rank)
