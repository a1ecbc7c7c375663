"""By when a dispute is decided, and who is reminded of it (3-2.3)."""

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.models import Change, User
from access.roles import PEOPLE
from disputes.clock.actions import ClockRefused, add_pause, recompute_deadlines
from disputes.clock.rules import Deadline, Span, Stage, WorkCalendar, deadline, stage_of, working_days_left
from disputes.clock.selectors import clocks_of, deadline_of, due_soon_or_late, work_calendar
from disputes.models import Dispute, Pause, WorkingDay
from disputes.notices import dispute_notices
from tests.disputes.rows import day, ended, raised, somebody, user_of

Role = User.Role
WEEKS = WorkCalendar({}, frozenset({2026}))
DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2028, 12, 31))


@pytest.mark.parametrize(
    ("raised_on", "due_on"),
    [
        pytest.param("2026-09-28", "2026-10-16", id="over National Day, with its make-up Saturday"),
        pytest.param("2026-02-09", "2026-02-28", id="over Spring Festival, with both make-up Saturdays"),
        pytest.param("2026-02-13", "2026-03-05", id="the day before a make-up Saturday: that is the first day"),
        pytest.param("2026-10-01", "2026-10-20", id="on a holiday"),
        pytest.param("2026-10-10", "2026-10-23", id="on a make-up Saturday: the day itself doesn't count"),
        pytest.param("2025-12-26", "2026-01-12", id="over the year's end, with a make-up Sunday"),
        pytest.param("2026-06-01", "2026-06-15", id="two plain weeks"),
        pytest.param("2020-01-20", "2020-02-11", id="over the Spring Festival that was made longer"),
    ],
)
@pytest.mark.article("3-2.3")
@pytest.mark.django_db
def test_the_tenth_working_day(raised_on: str, due_on: str) -> None:
    assert deadline_of(day(raised_on)) == Deadline(day(due_on), is_official=True)


@pytest.mark.parametrize(
    ("raised_on", "due_on", "is_official"),
    [
        pytest.param("2026-12-17", "2026-12-31", True, id="the last that ends within the known years"),
        pytest.param("2026-12-18", "2027-01-01", False, id="a day later: nobody has said that 1 January is a holiday"),
        pytest.param("2026-12-31", "2027-01-14", False, id="begins in the unknown year"),
        pytest.param("2003-12-31", "2004-01-15", True, id="raised in an unknown year, counted in a known one"),
    ],
)
@pytest.mark.article("3-2.3")
@pytest.mark.django_db
def test_a_year_without_official_data_is_said_to_be_so(raised_on: str, due_on: str, is_official: bool) -> None:
    calendar = work_calendar(day(raised_on))
    assert deadline(day(raised_on), 10, calendar) == Deadline(day(due_on), is_official)


@pytest.mark.parametrize(
    ("start", "end", "due_on"),
    [
        pytest.param("2026-06-02", "2026-06-02", "2026-06-16", id="a working day"),
        pytest.param("2026-06-06", "2026-06-07", "2026-06-15", id="a week-end: nothing"),
        pytest.param("2026-06-15", "2026-06-15", "2026-06-16", id="the last day"),
        pytest.param("2026-06-16", "2026-06-20", "2026-06-15", id="after the last day: nothing"),
        pytest.param("2026-06-01", "2026-06-01", "2026-06-15", id="the day it was raised, which doesn't count"),
        pytest.param("2026-06-02", "2026-06-12", "2026-06-26", id="nine working days"),
    ],
)
@pytest.mark.article("3-2.3")
def test_days_of_a_pause_do_not_count(start: str, end: str, due_on: str) -> None:
    found = deadline(day("2026-06-01"), 10, WEEKS, [Span(day(start), day(end))])
    assert found.due_on == day(due_on)


def test_days_in_two_pauses_are_left_out_once() -> None:
    pauses = [Span(day("2026-06-02"), day("2026-06-04")), Span(day("2026-06-03"), day("2026-06-05"))]
    assert deadline(day("2026-06-01"), 10, WEEKS, pauses).due_on == day("2026-06-19")


@pytest.mark.parametrize(
    ("today", "left", "stage"),
    [
        ("2026-06-05", 6, None),
        ("2026-06-08", 5, Stage.IN_FIVE),
        ("2026-06-10", 3, Stage.IN_FIVE),
        ("2026-06-11", 2, Stage.IN_TWO),
        ("2026-06-12", 1, Stage.IN_TWO),
        ("2026-06-14", 1, Stage.IN_TWO),
        ("2026-06-15", 0, Stage.TODAY),
        ("2026-06-16", -1, Stage.LATE),
        ("2026-06-20", -4, Stage.LATE),
        ("2026-06-22", -5, Stage.LATE),
    ],
)
def test_what_is_left_of_a_term(today: str, left: int, stage: Stage | None) -> None:
    found = working_days_left(day(today), day("2026-06-15"), WEEKS)
    assert (found, stage_of(found)) == (left, stage)


def test_a_term_that_ended_on_a_friday_is_late_on_saturday() -> None:
    assert working_days_left(day("2026-06-13"), day("2026-06-12"), WEEKS) == -1


@given(
    DAYS,
    st.integers(1, 20),
    st.lists(st.tuples(DAYS, st.integers(0, 40)), max_size=3),
    st.dictionaries(DAYS, st.booleans()),
)
def test_on_the_day_it_was_raised_the_whole_term_is_left(
    raised_on: dt.date, term: int, spans: list[tuple[dt.date, int]], exceptions: dict[dt.date, bool]
) -> None:
    calendar = WorkCalendar(exceptions, frozenset())
    pauses = [Span(start, start + dt.timedelta(days=days)) for start, days in spans]
    due_on = deadline(raised_on, term, calendar, pauses).due_on
    assert working_days_left(raised_on, due_on, calendar, pauses) == term
    assert calendar.is_worked(due_on)
    assert not any(due_on in pause for pause in pauses)


@pytest.mark.article("3-2.3")
@pytest.mark.django_db
def test_a_pause_moves_the_deadline_and_that_is_kept_with_who_did_it() -> None:
    dispute, director = raised("2026-06-01"), somebody(Role.MARKETING_DIRECTOR)
    [moved] = add_pause(
        dispute,
        start=day("2026-06-08"),
        end=day("2026-06-09"),
        reason="当事人出差",
        today=day("2026-06-08"),
        by=director,
    )
    dispute.refresh_from_db()
    assert (moved.was.due_on, moved.now.due_on, dispute.due_on) == (
        day("2026-06-15"),
        day("2026-06-17"),
        day("2026-06-17"),
    )
    change = Change.objects.get(model="disputes.dispute", kind="changed")
    assert (change.by, change.before, change.after) == (
        director.user,
        {"due_on": "2026-06-15"},
        {"due_on": "2026-06-17"},
    )
    clock = clocks_of([dispute], day("2026-06-08"))[dispute.pk]
    assert (clock.left, clock.paused_until) == (6, day("2026-06-09"))


PAUSE = {"start": "2026-06-08", "end": "2026-06-09", "reason": "当事人出差", "today": "2026-06-08"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param({"reason": "  "}, "请写明", id="no reason"),
        pytest.param({"start": "2026-06-05"}, "2026-06-08", id="a day gone by"),
        pytest.param({"start": "2026-06-16", "end": "2026-06-17"}, "2026-06-15", id="after its deadline"),
        pytest.param({"end": "2026-06-07"}, "92", id="ends before it begins"),
        pytest.param({"end": "2026-09-09"}, "92", id="a day too long"),
        pytest.param({"today": "2026-06-16", "start": "2026-06-16", "end": "2026-06-16"}, "总经理", id="late"),
    ],
)
@pytest.mark.django_db
def test_a_pause_is_refused(given: dict[str, str], told: str) -> None:
    dispute, wanted = raised("2026-06-01"), {**PAUSE, **given}
    with pytest.raises(ClockRefused, match=told):
        add_pause(
            dispute,
            start=day(wanted["start"]),
            end=day(wanted["end"]),
            reason=wanted["reason"],
            today=day(wanted["today"]),
            by=somebody(Role.HR),
        )
    assert not Pause.objects.exists()
    assert Dispute.objects.get().due_on == day("2026-06-15")


@pytest.mark.parametrize("role", sorted(set(PEOPLE) - {Role.HR, Role.MARKETING_DIRECTOR}))
@pytest.mark.django_db
def test_nobody_else_pauses(role: str) -> None:
    dispute = raised("2026-06-01")
    start = day("2026-06-08")
    with pytest.raises(ClockRefused, match="人力资源或营销总监"):
        add_pause(dispute, start=start, end=start, reason="x", today=start, by=somebody(role))


@pytest.mark.django_db
def test_what_has_ended_is_not_paused_and_its_deadline_stays() -> None:
    dispute = ended(raised("2026-06-01"), on="2026-06-03")
    WorkingDay.objects.create(day=day("2026-06-08"), is_working=False)
    start = day("2026-06-08")
    with pytest.raises(ClockRefused, match="已结束"):
        add_pause(dispute, start=start, end=start, reason="x", today=start, by=somebody(Role.HR))
    assert recompute_deadlines(by=somebody(Role.HR)) == []
    assert Dispute.objects.get().due_on == day("2026-06-15")


@pytest.mark.article("3-2.3")
@pytest.mark.django_db
def test_reminders_are_for_what_is_open_by_how_near_it_is() -> None:
    late, today, two, five = (raised(on) for on in ("2026-05-28", "2026-05-29", "2026-06-02", "2026-06-05"))
    raised("2026-06-08")
    ended(raised("2026-05-25"), on="2026-06-01")
    director = user_of(Role.MARKETING_DIRECTOR)
    assert due_soon_or_late(director, day("2026-06-12")) == {
        Stage.LATE: [late],
        Stage.TODAY: [today],
        Stage.IN_TWO: [two],
        Stage.IN_FIVE: [five],
    }


@pytest.mark.parametrize(
    ("role", "told"),
    [
        (Role.HR, ["1 件争议已逾期，已上报总经理", "1 件争议今天到期"]),
        (Role.MARKETING_DIRECTOR, ["1 件争议已逾期，已上报总经理", "1 件争议今天到期"]),
        (Role.GENERAL_MANAGER, ["1 件争议逾期未决，请您过问"]),
        (Role.FINANCE, []),
        (Role.AUDITOR, []),
        (Role.SALESPERSON, []),
    ],
)
@pytest.mark.django_db
def test_who_is_told_on_the_first_page(role: str, told: list[str]) -> None:
    today = timezone.localdate()
    for due_on in (today - dt.timedelta(days=1), today):
        dispute = raised("2026-06-01")
        Dispute.objects.filter(pk=dispute.pk).update(due_on=due_on)
    found = [f"{one.count} {one.text}" for one in dispute_notices(user_of(role)) if "件争议" in one.text]
    assert found == told
