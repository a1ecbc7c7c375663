"""Who is in support and has no weight is named wherever a month is looked at, printed and handed over (1-7)."""

import io
from decimal import Decimal as D

import pytest
from django.core.management import call_command

from access.actor import CONSOLE
from compensation.actions import remove_support_weight
from compensation.models import SupportWeight
from compensation.month.selectors import pools_to_share
from monthend.models import MonthRun
from staff.models import Employee
from tests.firm import APRIL, Firm, slip

pytestmark = [pytest.mark.django_db, pytest.mark.article("1-7.2.2")]


def named() -> dict[str, list[Employee]]:
    """Who goes without, by branch."""
    return {one.pool.branch.name: list(one.without_weight) for one in pools_to_share(APRIL) if one.without_weight}


@pytest.fixture
def anne(firm: Firm) -> Employee:
    """Sells enough for a pool of 480.00 in the north, of which a clerk has a weight."""
    anne = firm.seller()
    firm.sells(anne, "80000.00")
    firm.weigh(firm.clerk(), "1")
    return anne


def test_a_deleted_weight(firm: Firm, anne: Employee) -> None:
    ben = firm.clerk()
    firm.weigh(ben, "1")
    assert firm.close(lock=False).without_weight == []
    remove_support_weight(weight=SupportWeight.objects.get(employee=ben), by=CONSOLE)
    assert [list(one.without_weight) for one in firm.close(lock=False).without_weight] == [[ben]]
    assert slip(ben).support_bonus == 0


def test_moved_to_support_within_the_month(firm: Firm, anne: Employee) -> None:
    firm.move(anne, "04-20", firm.office, salary="3000.00")
    firm.close(lock=False)
    assert named() == {"North": [anne]}


@pytest.mark.parametrize(
    ("moves", "branch"),
    [
        ((), "North"),
        ((("leave", "04-02"),), "North"),
        ((("leave", "04-30"),), "North"),
        ((("sales", "04-02"),), "North"),
        ((("sales", "04-10"), ("leave", "04-20")), "North"),
        ((("leave", "04-01"),), None),
        ((("sales", "04-01"),), None),
        ((("south", "04-30"),), "South"),
        ((("south", "05-01"),), "North"),
    ],
)
def test_a_day_in_support_is_enough(
    firm: Firm, anne: Employee, moves: tuple[tuple[str, str], ...], branch: str | None
) -> None:
    firm.sells(firm.seller(department=firm.south_sales), "80000.00")
    firm.weigh(firm.clerk(department=firm.south_office), "1")
    ben = firm.clerk()
    for where, day in moves:
        if where == "leave":
            firm.leave(ben, day)
        else:
            place = firm.sales if where == "sales" else firm.south_office
            firm.move(
                ben, day, place, rank="ZL" if where == "sales" else "", salary=None if where == "sales" else "1.00"
            )
    firm.close(lock=False)
    assert named() == ({branch: [ben]} if branch else {})


def test_hired_within_the_month(firm: Firm, anne: Employee) -> None:
    ben, late = firm.clerk(since="04-30"), firm.clerk(since="05-01")
    firm.close(lock=False)
    assert named() == {"North": [ben]}
    assert late not in named()["North"]


def test_a_weight_of_0_says_it_and_no_pool_asks_for_none(firm: Firm, anne: Employee) -> None:
    firm.weigh(firm.clerk(), "0")
    firm.clerk(department=firm.south_office)
    assert firm.close().is_locked
    assert named() == {}


def test_a_pool_whose_weights_are_all_0_stays_unshared_and_says_so(firm: Firm, anne: Employee) -> None:
    SupportWeight.objects.update(weight=D(0))
    report = firm.close()
    assert not report.is_locked
    assert report.blockers == ["North：支持奖金 480.00 尚未分配，2011年4月的权重全是 0。"]
    assert report.without_weight == []


def test_it_is_printed_and_the_month_is_locked_all_the_same(firm: Firm, anne: Employee) -> None:
    ben = firm.clerk()
    out = io.StringIO()
    call_command("close_month", "2011-04", "--lock", stdout=out)
    sentence = f"North：{ben.name} ({ben.number}) 没有2011年4月的权重，奖金池 480.00 元，未填权重者分不到。"
    assert f"注意：{sentence}" in out.getvalue()
    assert MonthRun.objects.get().state == MonthRun.State.LOCKED
