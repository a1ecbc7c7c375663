"""A year of the working calendar as its page shows it: twelve months in squares, and the days that differ."""

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Row, Table, Tone
from access.rights import Right, may
from disputes.clock.actions import Moved
from disputes.clock.models import WorkingDay
from disputes.clock.rules import DAY, SATURDAY
from rulebook.cells import headings, number, numeric, text
from rulebook.month import Month
from rulebook.wording import month_text


@dataclass(frozen=True, slots=True)
class Square:
    """A day of a month: whether it is worked, the mark and the words that say so, and where it is changed."""

    number: int
    mark: str
    words: str
    style: str
    href: str


@dataclass(frozen=True, slots=True)
class MonthOfDays:
    """A month in weeks from Monday to Sunday; None where a week reaches into another month."""

    title: str
    weeks: Sequence[Sequence[Square | None]]


@dataclass(frozen=True, slots=True)
class YearOfDays:
    """A year, whether its calendar is official, in words, and the days on which it isn't the week that tells."""

    number: int
    state: Cell
    told: str
    weekdays: Sequence[str]
    months: Sequence[MonthOfDays]
    table: Table


def year_of_days(year: int, viewer: User, today: dt.date) -> YearOfDays:
    """A year for its viewer, in one query."""
    rows = {row.day: row for row in WorkingDay.objects.filter(day__year=year)}
    links = Links(viewer, reached=rows.values())
    may_add = may(viewer, Right.ADD, WorkingDay)
    is_official = any(row.is_official for row in rows.values())
    return YearOfDays(
        number=year,
        state=_state(is_official),
        told=_told(is_official),
        weekdays=_weekdays(),
        months=[_month(Month(year, number), rows, links, may_add, today) for number in range(1, 13)],
        table=_table(rows.values(), links),
    )


def told_of(day: WorkingDay) -> str:
    """A day in a sentence, such as `2026-10-10 (Sa): worked, National Day`."""
    holds = _("worked") if day.is_working else _("day off")
    words = _("%(day)s (%(weekday)s): %(holds)s") % {
        "day": day.day.isoformat(),
        "weekday": _weekdays()[day.day.weekday()],
        "holds": holds,
    }
    return f"{words} · {day.name}" if day.name else words


def moved_text(moved: Iterable[Moved]) -> str:
    """Which deadlines moved, such as `D0001: 2026-10-16 → 2026-10-19`."""
    return _(", ").join(_moved(one) for one in moved)


def _moved(one: Moved) -> str:
    if one.was.due_on == one.now.due_on:
        words = _("%(dispute)s: official now") if one.now.is_official else _("%(dispute)s: no longer official")
        return words % {"dispute": one.dispute}
    return f"{one.dispute}: {one.was.due_on} → {one.now.due_on}"


def _state(is_official: bool) -> Cell:
    if is_official:
        return Cell(_("official"), tone=Tone.DONE)
    return Cell(_("no official calendar"), tone=Tone.ATTENTION)


def _told(is_official: bool) -> str:
    if is_official:
        return _("As the State Council published it, with what was entered here. Disputes are due by it.")
    return _(
        "Nothing is published for this year yet: but for what was entered here it goes by the week. A dispute whose"
        " term touches it says so, and its deadline follows once the year is published."
    )


def _weekdays() -> Sequence[str]:
    return [
        pgettext("weekday", "Mo"),
        pgettext("weekday", "Tu"),
        pgettext("weekday", "We"),
        pgettext("weekday", "Th"),
        pgettext("weekday", "Fr"),
        pgettext("weekday", "Sa"),
        pgettext("weekday", "Su"),
    ]


def _month(
    month: Month, rows: Mapping[dt.date, WorkingDay], links: Links, may_add: bool, today: dt.date
) -> MonthOfDays:
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.number)
    return MonthOfDays(
        month_text(month),
        [
            [_square(day, rows.get(day), links, may_add, day == today) if day in month else None for day in week]
            for week in weeks
        ],
    )


def _square(day: dt.date, row: WorkingDay | None, links: Links, may_add: bool, is_today: bool) -> Square:
    is_working = row.is_working if row else day.weekday() < SATURDAY
    href = links.to(row)
    if row is None and may_add:
        href = f"{reverse('admin:disputes_workingday_add')}?{urlencode({'day': day.isoformat()})}"
    mark = (pgettext("calendar", "on") if is_working else pgettext("calendar", "off")) if row else ""
    styles = [
        *(["is-off"] if not is_working else []),
        *(["is-make-up"] if row and is_working else []),
        *(["is-entered"] if row and not row.is_official else []),
        *(["is-today"] if is_today else []),
    ]
    plain = WorkingDay(day=day, is_working=is_working)
    return Square(day.day, mark, told_of(row or plain), " ".join(styles), href)


def _table(rows: Iterable[WorkingDay], links: Links) -> Table:
    lines = [
        Row(
            [
                Cell(_span(group), links.to(group[0])),
                text(group[0].name),
                text(_("worked") if group[0].is_working else _("day off")),
                number(len(group)),
                text(_("published") if group[0].is_official else _("entered here")),
            ]
        )
        for group in _groups(sorted(rows, key=lambda row: row.day))
    ]
    return Table(
        _("Holidays and make-up days"),
        headings(
            _("day"),
            _("occasion"),
            pgettext("calendar", "what holds"),
            numeric(_("number of days")),
            pgettext("calendar", "source"),
        ),
        lines,
        empty=_("None yet: every day from Monday to Friday is worked."),
    )


def _span(group: Sequence[WorkingDay]) -> str:
    first, last = group[0].day.isoformat(), group[-1].day.isoformat()
    return first if first == last else f"{first} – {last}"


def _groups(rows: Iterable[WorkingDay]) -> Iterator[list[WorkingDay]]:
    """Days one after the other of which the same is said."""
    group: list[WorkingDay] = []
    for row in rows:
        if group and (row.day - group[-1].day != DAY or _said(row) != _said(group[-1])):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _said(row: WorkingDay) -> tuple[bool, str, bool]:
    return row.is_working, row.name, row.is_official
