"""Branches, departments and people who come, go and move at every edge of a month."""

import datetime as dt
from decimal import Decimal

from monthend.verify.facts import Department, EventKind, OpeningSales, OpeningState, PersonnelEvent
from rulebook.month import Month
from tests.companies.draft import FEN, Draft, Leave

FUNCTIONS = ("财务", "人力资源", "行政", "客服")
SALARIES = ("1800.00", "2200.00", "2650.50", "3100.00", "3333.33", "0.00", "4999.99")
KINDS_OF_LEAVE = ("病假", "产假", "工伤", "事假", "年休")


def make_staff(draft: Draft) -> None:
    """Fill in places, people, their moves, what they bring along and when they are away."""
    _open_branches(draft)
    for number in range(1, draft.chance.randint(8, 40) + 1):
        person = f"{number:05}"
        draft.people.append(person)
        _hire(draft, person)
        _move_about(draft, person)
    for person in draft.people:
        _bring_along(draft, person)
        _take_leave(draft, person)


def _open_branches(draft: Draft) -> None:
    """One to four branches, each with sales teams, some without any support department."""
    for number in range(1, draft.chance.randint(1, 4) + 1):
        branch = f"B{number:02}"
        draft.branches.append(branch)
        for team in range(1, draft.chance.randint(1, 3) + 1):
            draft.departments.append(Department(f"{branch}S{team}", branch, is_sales=True))
        if number == 1 or draft.happens(0.75):
            for function in draft.chance.sample(FUNCTIONS, draft.chance.randint(1, 3)):
                draft.departments.append(Department(f"{branch}{function}", branch, is_sales=False))


def _hire(draft: Draft, person: str) -> None:
    """Most are there long before go-live, the others join around it or later, at an edge of a month."""
    chance = draft.chance
    if draft.happens(0.65):
        date = dt.date(2010, 1, 1) + dt.timedelta(days=chance.randrange(400))
    elif draft.happens(0.3):
        date = draft.day_in(draft.months[0] - chance.randint(1, 2))
    else:
        date = draft.day_in(chance.choice(draft.months))
    department = _department(draft, is_sales=draft.happens(0.75))
    draft.events.append(_entry(draft, person, date, EventKind.HIRED, department))


def _move_about(draft: Draft, person: str) -> None:
    hired = draft.events[-1]
    earliest = max(draft.months[0] - 2, Month.of(hired.date))
    stands: Department | None = _by_code(draft, hired.department)
    dates = {
        draft.day_in(month)
        for month in (earliest + offset for offset in range(9))
        if month <= draft.months[-1] and draft.happens(0.45 * draft.restlessness)
    }
    if dates and draft.happens(0.3):
        dates.add(max(dates) + dt.timedelta(days=draft.chance.choice([1, 1, 2, 9])))
    coming = sorted(date for date in dates if date > hired.date)
    while coming:
        event = _move(draft, person, coming.pop(0), stands)
        draft.events.append(event)
        stands = None if event.department is None else _by_code(draft, event.department)
        if stands is None and draft.happens(0.7):
            back = _back(draft, event.date)
            coming = sorted({back, *coming}) if back <= draft.months[-1].last else coming


def _back(draft: Draft, left: dt.date) -> dt.date:
    """When a leaver comes back: at once, before the month ends, with the next one, a day later, or after a while."""
    month = Month.of(left)
    return max(
        left + dt.timedelta(days=1),
        draft.chance.choice(
            [left, month.last, (month + 1).first, (month + 1).first + dt.timedelta(days=1), (month + 2).first]
        ),
    )


def _move(draft: Draft, person: str, date: dt.date, stands: Department | None) -> PersonnelEvent:
    """A leaver comes back by 异岗; the others are moved within their system, change post, or leave."""
    if stands is None:
        back = _department(draft, is_sales=draft.happens(0.7))
        return _entry(draft, person, date, EventKind.CHANGE_OF_POST, back)
    kind = draft.chance.choice(["transfer", "transfer", "same system", "other system", "other system", "departure"])
    if kind == "departure":
        return PersonnelEvent(person, date, EventKind.DEPARTURE, None, None, None)
    if kind == "other system":
        return _entry(draft, person, date, EventKind.CHANGE_OF_POST, _department(draft, is_sales=not stands.is_sales))
    department = _department(draft, is_sales=stands.is_sales)
    event_kind = EventKind.TRANSFER if kind == "transfer" else EventKind.CHANGE_OF_POST
    salary = None
    if not stands.is_sales and draft.happens(0.5):
        salary = Decimal(draft.chance.choice(SALARIES))
    return PersonnelEvent(person, date, event_kind, department.code, None, salary)


def _entry(draft: Draft, person: str, date: dt.date, kind: EventKind, department: Department) -> PersonnelEvent:
    """Into sales with a rank, the lower ones more often, into support with a salary."""
    if department.is_sales:
        codes = [rank.code for rank in draft.plans[0].ranks]
        (rank,) = draft.chance.choices(codes, weights=range(len(codes) + 1, 1, -1))
        return PersonnelEvent(person, date, kind, department.code, rank, None)
    return PersonnelEvent(person, date, kind, department.code, None, Decimal(draft.chance.choice(SALARIES)))


def _bring_along(draft: Draft, person: str) -> None:
    """Deficits, running cycles, runs on the threshold wage, rights, and sales of months before go-live."""
    go_live = draft.months[0]
    stay = draft.staffing().on(person, go_live.first)
    if draft.happens(0.6 if stay is not None else 0.9):
        return
    brought = Decimal(draft.chance.choice(["0.00", "-0.01", "-100.00", "-1234.56", "-9999.99"]))
    ranks = draft.plans[0].ranks
    if stay is None or stay.entered_sales is None or stay.entry_rank is None:
        draft.opening_states.append(OpeningState(person, brought, None, 0, None))
        return
    higher = [rank.code for rank in ranks if rank.level > draft.plans[0].rank(stay.entry_rank).level]
    draft.opening_states.append(
        OpeningState(
            person=person,
            brought=brought,
            cycle_start=draft.chance.choice([None, go_live, go_live - 1, go_live - 2]),
            threshold_streak=draft.chance.choice([0, 0, 1, 2]),
            reinstatement_rank=draft.chance.choice(higher) if higher and draft.happens(0.4) else None,
        )
    )
    for month in (go_live - 3, go_live - 2, go_live - 1):
        if stay.entered_sales <= month.first and draft.happens(0.7):
            qualification = draft.chance.choice(ranks[1:]).qualification
            whole = qualification.sales if qualification else Decimal(0)
            sales = draft.chance.choice([Decimal("0.00"), Decimal("-500.00"), whole, whole / 2, Decimal("28000.00")])
            draft.opening_sales.append(OpeningSales(person, month, draft.near(sales.quantize(FEN))))


def _take_leave(draft: Draft, person: str) -> None:
    if not draft.happens(0.2):
        return
    month = draft.chance.choice(draft.months)
    start = draft.day_in(month)
    end = draft.chance.choice([start, month.last, month.last + dt.timedelta(days=1), start + dt.timedelta(days=40)])
    draft.leaves.append(Leave(person, start, end, draft.chance.choice(KINDS_OF_LEAVE)))


def _department(draft: Draft, *, is_sales: bool) -> Department:
    return draft.chance.choice([department for department in draft.departments if department.is_sales == is_sales])


def _by_code(draft: Draft, code: str | None) -> Department:
    return next(department for department in draft.departments if department.code == code)
