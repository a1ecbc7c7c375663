"""Whose pay can't be known: asked of the database alone as of a roster read whole."""

from collections.abc import Callable

import pytest

from clients.models import Contract
from monthend.checks import Obstacle, blockers_of
from monthend.models import MonthRun
from rulebook.selectors import plan_version_at
from staff.careers.selectors_roster import read_roster
from staff.models import Employee, Post, RankHolding, Target
from staff.pay.selectors_missing import unpayable, unpayable_in
from tests.firm import APRIL, TODAY, Firm, on

pytestmark = pytest.mark.django_db


def without_salary(firm: Firm) -> Employee:
    clerk = firm.clerk()
    clerk.posts.update(base_salary=None)
    return clerk


def unknown_rank(firm: Firm) -> Employee:
    seller = firm.seller("ZL")
    seller.ranks.update(rank="XX")
    return seller


def no_rank_at_the_end(firm: Firm) -> Employee:
    seller = firm.seller("ZL")
    seller.ranks.update(end=on("04-30"))
    return seller


def into_support_on_the_last_day(firm: Firm) -> Employee:
    seller = firm.seller("ZL")
    firm.move(seller, "04-30", firm.office)
    Post.objects.filter(employee=seller, start=on("04-30")).update(base_salary=None)
    return seller


def out_of_a_bad_post_in_the_month(firm: Firm) -> Employee:
    clerk = firm.clerk()
    clerk.posts.update(base_salary=None)
    firm.leave(clerk, "04-02")
    Post.objects.filter(employee=clerk).update(base_salary=None)
    return clerk


@pytest.mark.parametrize(
    "bad",
    [without_salary, unknown_rank, no_rank_at_the_end, into_support_on_the_last_day, out_of_a_bad_post_in_the_month],
)
def test_bad_data_is_told(bad: Callable[[Firm], Employee]) -> None:
    firm = Firm()
    firm.seller("ZL")
    firm.clerk()
    person = bad(firm)
    assert set(asked(firm)) == {person.pk}


def test_who_is_not_in_post_is_no_matter() -> None:
    firm = Firm()
    gone, coming = without_salary(firm), firm.clerk(since="05-01")
    firm.leave(gone, "04-01")
    Post.objects.filter(employee__in=(gone, coming)).update(base_salary=None)
    ended = firm.seller("ZL")
    RankHolding.objects.filter(employee=ended).update(end=on("05-01"))
    assert asked(firm) == {}


def asked(firm: Firm) -> dict[int, list[str]]:
    """The answer, which both ways of asking give."""
    plan = plan_version_at(APRIL).plan
    told = unpayable_in(APRIL, plan)
    assert told == unpayable(read_roster(APRIL).people.values(), plan)
    return told


def test_a_branch_whose_people_moved_on_needs_no_target() -> None:
    firm = Firm()
    mover = firm.seller("ZL", department=firm.south_sales)
    Target.objects.filter(branch=firm.south).delete()
    firm.move(mover, "04-30", firm.sales, kind="transfer")
    assert missing(firm) == set()
    stays = firm.seller("ZL", department=firm.south_sales, since="04-30")
    assert missing(firm) == {firm.south.pk}
    firm.leave(stays, "05-01")
    assert missing(firm) == {firm.south.pk}


def test_a_branch_with_sales_alone_needs_a_target() -> None:
    firm = Firm()
    mover = firm.seller("ZL", department=firm.south_sales)
    Target.objects.filter(branch=firm.south).delete()
    firm.sells(mover, "1.00", "04-02")
    Contract.objects.update(branch=firm.south)
    firm.move(mover, "04-30", firm.sales, kind="transfer")
    assert missing(firm) == {firm.south.pk}


def missing(firm: Firm) -> set[int]:
    """The branches whose target the month waits for."""
    firm.close(lock=False)
    run = MonthRun.objects.exclude(state=MonthRun.State.REPLACED).get()
    return {one.subject.pk for one in blockers_of(run, TODAY) if one.obstacle is Obstacle.MISSING_TARGET}
