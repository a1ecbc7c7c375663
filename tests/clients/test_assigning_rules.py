"""Who is proposed for which orphan by a rule: limits kept, nobody excluded, the same list each time."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.orphans.rules import DeveloperCandidate, ProposedDeveloper, Rule, Settings, Waiting, Why, propose


def person(number: str, *, branch: str = "B1", load: int = 0, score: str = "0") -> DeveloperCandidate:
    return DeveloperCandidate(number, branch, load, Decimal(score))


def orphans(count: int, branch: str | None = "B1") -> list[Waiting]:
    return [Waiting(f"C{index:03}", branch) for index in range(count)]


def settings(
    rule: Rule, *, near: bool = False, limit: int = 99, excluded: tuple[str, ...] = (), after: str = ""
) -> Settings:
    return Settings(rule, near, limit, frozenset(excluded), after)


def taken(proposals: list[ProposedDeveloper]) -> list[str | None]:
    return [one.developer for one in proposals]


@pytest.mark.article("1-6")
def test_round_robin_goes_by_staff_number_and_on_after_the_last() -> None:
    people = [person("03"), person("01"), person("02", load=50)]
    assert taken(propose(orphans(4), people, settings(Rule.ROUND_ROBIN))) == ["01", "02", "03", "01"]
    assert taken(propose(orphans(3), people, settings(Rule.ROUND_ROBIN, after="01"))) == ["02", "03", "01"]
    assert taken(propose(orphans(1), people, settings(Rule.ROUND_ROBIN, after="99"))) == ["01"]


def test_the_least_loaded_is_filled_up_first() -> None:
    people = [person("01", load=3), person("02", load=1), person("03", load=1)]
    found = propose(orphans(5), people, settings(Rule.LEAST_LOADED))
    assert taken(found) == ["02", "03", "02", "03", "01"]
    assert [one.load_before for one in found] == [1, 1, 2, 2, 3]


def test_a_higher_score_gets_more_in_proportion() -> None:
    people = [person("01", score="1.2"), person("02", score="0.6"), person("03", score="0")]
    assert taken(propose(orphans(6), people, settings(Rule.BY_SCORE))) == ["01", "02", "01", "01", "02", "01"]
    without = [person("01", load=2), person("02", load=1)]
    assert taken(propose(orphans(3), without, settings(Rule.BY_SCORE))) == ["02", "01", "02"]


def test_people_of_the_branch_come_first_while_they_have_room() -> None:
    people = [person("01", branch="B1"), person("02", branch="B2")]
    found = propose(orphans(3, "B2"), people, settings(Rule.LEAST_LOADED, near=True, limit=2))
    assert [(one.developer, one.same_branch) for one in found] == [("02", True), ("02", True), ("01", False)]
    assert taken(propose(orphans(2, None), people, settings(Rule.ROUND_ROBIN, near=True))) == ["01", "02"]


def test_nobody_is_proposed_when_nobody_has_room() -> None:
    found = propose(orphans(2), [person("01", load=4)], settings(Rule.ROUND_ROBIN, limit=5))
    assert [(one.developer, one.why) for one in found] == [("01", Why.TURN), (None, Why.NOBODY)]


BRANCHES = st.sampled_from(["B1", "B2", "B3"])
PEOPLE = st.lists(
    st.builds(
        DeveloperCandidate,
        st.integers(0, 20).map(lambda number: f"{number:02}"),
        BRANCHES,
        st.integers(0, 6),
        st.decimals(0, 3, places=4),
    ),
    max_size=8,
    unique_by=lambda one: one.number,
)
WAITING = st.lists(st.one_of(st.none(), BRANCHES), max_size=25).map(
    lambda branches: [Waiting(f"C{index:03}", branch) for index, branch in enumerate(branches)]
)
SETTINGS = st.builds(
    Settings,
    st.sampled_from(Rule),
    st.booleans(),
    st.integers(1, 9),
    st.frozensets(st.integers(0, 20).map(lambda number: f"{number:02}"), max_size=5),
    st.integers(0, 20).map(lambda number: f"{number:02}"),
)


@given(WAITING, PEOPLE, SETTINGS)
def test_whatever_the_rule_it_keeps_to_its_limits(
    waiting: list[Waiting], people: list[DeveloperCandidate], settings: Settings
) -> None:
    found = propose(waiting, people, settings)
    assert [one.client for one in found] == [one.number for one in waiting]
    assert propose(waiting, people[::-1], settings) == found, "it depends on the order in which people are given"
    loads = {one.number: one.load for one in people}
    for one in found:
        if one.developer is None:
            room = [load < settings.limit for number, load in loads.items() if number not in settings.excluded]
            assert not any(room), "somebody had room"
            continue
        assert one.developer not in settings.excluded
        assert one.load_before == loads[one.developer]
        loads[one.developer] += 1
        assert loads[one.developer] <= settings.limit


@given(WAITING, PEOPLE)
def test_least_loaded_leaves_nobody_two_ahead_of_who_got_one(
    waiting: list[Waiting], people: list[DeveloperCandidate]
) -> None:
    found = propose(waiting, people, settings(Rule.LEAST_LOADED))
    loads = {one.number: one.load for one in people}
    got = set()
    for one in found:
        if one.developer is not None:
            loads[one.developer] += 1
            got.add(one.developer)
    for number in got:
        assert all(loads[number] <= load + 1 for load in loads.values())
