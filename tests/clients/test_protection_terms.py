"""On which day a client's protection ends."""

import datetime as dt

import pytest

from clients.protection.rules import ProtectionRules, is_end_of_protection, lapse_day, terms_on

START = dt.date(2011, 4, 1)
LONG = ProtectionRules(START, protection_days=90, follow_up_days=30)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2011-{text}")


@pytest.mark.parametrize(
    ("follow_ups", "lapses"),
    [
        pytest.param([], "05-11", id="none: the day after 30 days"),
        pytest.param(["05-10"], "06-10", id="on the last day"),
        pytest.param(["05-11"], "05-11", id="on the very day it lapses: too late"),
        pytest.param(["04-10"], "05-11", id="on the first day: it changes nothing"),
        pytest.param(["04-20", "05-15", "06-10", "07-08"], "07-10", id="the protection ends in any case"),
        pytest.param(["05-15"], "05-11", id="after it has lapsed"),
        pytest.param(["04-30", "04-20"], "05-31", id="in any order"),
        pytest.param(["03-01"], "05-11", id="of before, when somebody else had it"),
    ],
)
def test_the_day_it_lapses(follow_ups: list[str], lapses: str) -> None:
    assert lapse_day(day("04-10"), [day(one) for one in follow_ups], [LONG]) == day(lapses)


@pytest.mark.parametrize(
    ("begun", "lapses", "is_end"),
    [
        pytest.param("04-10", "05-11", False, id="a follow-up would have kept it"),
        pytest.param("04-10", "07-09", False, id="the last day"),
        pytest.param("04-10", "07-10", True, id="the days of protection are over"),
        pytest.param("01-01", "06-30", False, id="owned before the first terms, it begins with them"),
        pytest.param("01-01", "07-01", True, id="owned before the first terms, over"),
    ],
)
def test_whether_a_follow_up_would_have_kept_it(begun: str, lapses: str, *, is_end: bool) -> None:
    assert is_end_of_protection(day(begun), day(lapses), [LONG]) is is_end


def test_without_terms_nothing_lapses() -> None:
    assert lapse_day(day("04-10"), [], []) is None


def test_what_was_owned_before_the_first_terms_begins_with_them() -> None:
    assert lapse_day(day("01-01"), [day("03-31")], [LONG]) == day("05-02")


@pytest.mark.parametrize(
    ("start", "days", "lapses"),
    [
        pytest.param("05-01", 10, "05-01", id="shorter ones: on their first day"),
        pytest.param("05-11", 60, "06-10", id="longer ones on the day it would lapse: kept on"),
        pytest.param("05-12", 60, "05-11", id="longer ones too late"),
    ],
)
def test_terms_that_change_count_from_their_first_day(start: str, days: int, lapses: str) -> None:
    changed = ProtectionRules(day(start), protection_days=90, follow_up_days=days)
    assert lapse_day(day("04-10"), [], [LONG, changed]) == day(lapses)


def test_terms_in_force() -> None:
    later = ProtectionRules(day("05-01"), 90, 10)
    assert terms_on([LONG, later], day("03-31")) is None
    assert terms_on([LONG, later], day("04-30")) == LONG
    assert terms_on([LONG, later], day("05-01")) == later
