"""Posts, spells and ranks as they follow from events, at the day's edges."""

import datetime as dt
from decimal import Decimal as D

import pytest

from rulebook.month import Month
from staff.assessment.rules import Stretch, is_full_month, stretches_of
from staff.careers.rules import CareerEvent, PostSpan, RankChange, RankSpan, posts_held, ranks_held

SALES, OTHER_SALES, OFFICE = 1, 2, 3
APRIL = Month(2011, 4)


def day(month: int, number: int, year: int = 2011) -> dt.date:
    return dt.date(year, month, number)


def hired(date: dt.date) -> CareerEvent:
    return CareerEvent(date, SALES, in_sales=True, rank="ZL")


def to_office(date: dt.date, salary: str | None = "2500.00") -> CareerEvent:
    return CareerEvent(date, OFFICE, in_sales=False, base_salary=D(salary) if salary else None)


def gone(date: dt.date) -> CareerEvent:
    return CareerEvent(date, None, in_sales=False)


def test_posts_end_where_the_next_begins_and_a_gap_follows_a_departure() -> None:
    events = [hired(day(4, 1)), to_office(day(5, 10)), gone(day(6, 1)), CareerEvent(day(8, 1), SALES, True, "GW")]
    assert posts_held(events) == [
        PostSpan(SALES, True, day(4, 1), day(5, 10), None),
        PostSpan(OFFICE, False, day(5, 10), day(6, 1), D("2500.00")),
        PostSpan(SALES, True, day(8, 1), None, None),
    ]


def test_a_move_within_support_keeps_the_salary_unless_it_names_one() -> None:
    events = [to_office(day(4, 1), "2000.00"), to_office(day(5, 1), None), to_office(day(6, 1), "2100.00")]
    assert [post.base_salary for post in posts_held(events)] == [D("2000.00"), D("2000.00"), D("2100.00")]


@pytest.mark.article("1-4.3.2")
def test_a_rank_changes_on_the_first_of_the_month_after_the_assessment() -> None:
    changes = [RankChange(day(5, 1), day(4, 1), "GW")]
    assert ranks_held([hired(day(4, 1))], changes) == [
        RankSpan("ZL", day(4, 1), day(5, 1)),
        RankSpan("GW", day(5, 1), None),
    ]


@pytest.mark.article("1-4.3.3")
def test_a_change_earned_before_leaving_sales_is_not_taken_along_when_entering_anew() -> None:
    events = [hired(day(4, 1)), to_office(day(5, 1)), CareerEvent(day(6, 1), SALES, True, "ZL")]
    changes = [RankChange(day(5, 1), day(4, 1), "GW")]
    assert ranks_held(events, changes) == [
        RankSpan("ZL", day(4, 1), day(5, 1)),
        RankSpan("ZL", day(6, 1), None),
    ]


def test_a_move_within_sales_keeps_the_spell() -> None:
    events = [hired(day(4, 1)), CareerEvent(day(4, 15), OTHER_SALES, in_sales=True)]
    assert ranks_held(events, []) == [RankSpan("ZL", day(4, 1), None)]


@pytest.mark.article("1-4.1", "1-3.6")
@pytest.mark.parametrize(
    ("events", "stretches", "is_full"),
    [
        ([hired(day(4, 1))], [(1, 30, True)], True),
        ([hired(day(4, 2))], [(2, 30, True)], False),
        ([hired(day(3, 31)), gone(day(4, 30))], [(1, 29, True)], False),
        ([hired(day(3, 31)), gone(day(5, 1))], [(1, 30, True)], True),
        ([hired(day(3, 1)), to_office(day(4, 30))], [(1, 29, True), (30, 30, False)], False),
        ([hired(day(3, 1)), CareerEvent(day(4, 15), OTHER_SALES, True)], [(1, 30, True)], True),
        (
            [hired(day(3, 1)), gone(day(4, 10)), CareerEvent(day(4, 21), SALES, True, "ZL")],
            [(1, 9, True), (21, 30, True)],
            False,
        ),
        ([hired(day(3, 1)), gone(day(4, 1))], [], False),
        ([hired(day(5, 1))], [], False),
    ],
)  # fmt: skip
def test_the_months_stretches(events: list[CareerEvent], stretches: list[tuple[int, int, bool]], is_full: bool) -> None:
    found = stretches_of(posts_held(events), APRIL)
    assert [(stretch.start.day, stretch.end.day, stretch.in_sales) for stretch in found] == stretches
    assert is_full_month(found, APRIL) is is_full


def test_a_rise_of_salary_within_support_makes_two_stretches() -> None:
    posts = posts_held([to_office(day(3, 1), "2000.00"), to_office(day(4, 11), "2300.00")])
    assert stretches_of(posts, APRIL) == [
        Stretch(day(4, 1), day(4, 10), False, D("2000.00")),
        Stretch(day(4, 11), day(4, 30), False, D("2300.00")),
    ]
