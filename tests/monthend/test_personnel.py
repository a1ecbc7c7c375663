"""Personnel changes made by page: the same rows as an import writes, nothing before they are confirmed."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from access.actor import CONSOLE, Actor
from access.models import User
from access.refusals import EffectChanged
from clients.models import ClientStatus, Contract
from people.personnel.actions import effect_of, make_move, take_back_move
from people.personnel.selectors import Joining, Kind, MoveRefused, Moving, PersonnelMove, PostTerms
from staff.models import Department, Employee, PersonnelEvent, Post, RankHolding
from tests.cast import log_in_of
from tests.firm import APRIL, JUNE, MAY, Firm, on
from tests.imports.books import take_in
from tests.imports.company import company
from tests.monthend.deciding import give

TODAY = dt.date(2011, 6, 20)


def terms(department: str, rank: str = "", salary: str | None = None) -> PostTerms:
    return PostTerms(Department.objects.get(code=department), rank, Decimal(salary) if salary else None)


def person(number: str) -> Employee:
    return Employee.objects.get(number=number)


def newcomer(number: str = "05", day: str = "06-15") -> Employee:
    return Employee(number=number, name="戊", hired_on=on(day))


SAME: dict[str, tuple[str, list[Any], Callable[[], PersonnelMove]]] = {
    "a departure": (
        "异动",
        ["01", "2011-06-15", "离岗", None, None, None],
        lambda: Moving(person("01"), Kind.DEPARTURE, on("06-15")),
    ),
    "into support": (
        "异动",
        ["02", "2011-06-21", "异岗", "T1", None, 2800],
        lambda: Moving(person("02"), Kind.CHANGE_OF_POST, on("06-21"), terms("T1", salary="2800")),
    ),
    "into sales": (
        "异动",
        ["03", "2011-06-21", "异岗", "S1", "ZL", None],
        lambda: Moving(person("03"), Kind.CHANGE_OF_POST, on("06-21"), terms("S1", "ZL")),
    ),
    "within sales": (
        "异动",
        ["01", "2011-07-01", "调动", "S2", None, None],
        lambda: Moving(person("01"), Kind.TRANSFER, on("07-01"), terms("S2")),
    ),
    "joining": (
        "员工",
        ["05", "戊", "S2", "ZL", "2011-06-15", None, None],
        lambda: Joining(newcomer(), terms("S2", "ZL")),
    ),
}


def kept() -> list[set[tuple[object, ...]]]:
    """All that personnel changes lead to, by numbers and codes."""
    return [
        set(Employee.objects.values_list("number", "name", "hired_on", "phone")),
        set(
            PersonnelEvent.objects.values_list(
                "employee__number", "date", "kind", "new_department__code", "new_rank", "new_base_salary"
            )
        ),
        set(Post.objects.values_list("employee__number", "department__code", "start", "end", "base_salary")),
        set(RankHolding.objects.values_list("employee__number", "rank", "start", "end")),
        set(
            ClientStatus.objects.values_list(
                "client__number", "sequence", "since", "cause", "orphan_kind", "owner__number", "developer__number"
            )
        ),
        set(Contract.objects.values_list("number", "branch__code", "orphan_kind")),
    ]


def make(move: PersonnelMove) -> PersonnelEvent:
    return make_move(move, shown=effect_of(move, today=TODAY, by=CONSOLE).digest, today=TODAY, by=CONSOLE).event


@pytest.mark.parametrize("name", SAME)
def test_a_page_writes_what_an_import_writes(db: None, name: str) -> None:
    sheet, row, move = SAME[name]
    assert take_in(company()).imported
    before = kept()
    with transaction.atomic():
        changed = company()
        changed[sheet].append(row)
        assert take_in(changed).imported
        imported = kept()
        transaction.set_rollback(True)
    assert kept() == before != imported
    make(move())
    assert kept() == imported


def test_looking_writes_nothing(db: None) -> None:
    assert take_in(company()).imported
    before = kept()
    effect = effect_of(SAME["a departure"][2](), today=TODAY, by=CONSOLE)
    assert [lost.client.number for lost in effect.clients] == ["C1", "C3"]
    assert all(lost.becomes_orphan for lost in effect.clients)
    assert [lost.open for lost in effect.clients] == [Decimal("1000.00"), Decimal(0)]
    assert kept() == before


def test_a_leaver_is_paid_by_days(db: None) -> None:
    firm = Firm()
    seller = firm.seller("ZL")
    effect = effect_of(Moving(seller, Kind.DEPARTURE, on("06-16")), today=TODAY, by=CONSOLE)
    assert [(line.start, line.end, line.days, line.amount) for line in effect.pay] == [
        (on("06-01"), on("06-15"), Decimal(15), Decimal("800.00"))
    ]


def test_what_was_not_shown_is_not_made(db: None) -> None:
    firm = Firm()
    seller = firm.seller("ZL")
    move = Moving(seller, Kind.DEPARTURE, on("06-16"))
    shown = effect_of(move, today=TODAY, by=CONSOLE).digest
    firm.client(seller, since="06-01")
    with pytest.raises(EffectChanged) as changed:
        make_move(move, shown=shown, today=TODAY, by=CONSOLE)
    assert len(changed.value.effect.clients) == 1
    assert not PersonnelEvent.objects.filter(kind=Kind.DEPARTURE).exists()
    make_move(move, shown=changed.value.effect.digest, today=TODAY, by=CONSOLE)
    assert Post.objects.get(employee=seller).end == on("06-16")


@pytest.mark.parametrize(("day", "active"), [("06-16", False), ("07-16", True)])
def test_a_log_in_is_shut_from_the_first_day_gone(db: None, day: str, *, active: bool) -> None:
    seller = Firm().seller("ZL")
    seller.user = log_in_of(User.Role.SALESPERSON, "u")
    seller.save()
    make(Moving(seller, Kind.DEPARTURE, on(day)))
    assert User.objects.get(username="u").is_active is active


def test_a_move_is_taken_back_with_what_followed(db: None) -> None:
    assert take_in(company()).imported
    before = kept()
    event = make(SAME["a departure"][2]())
    assert kept() != before
    take_back_move(event, by=CONSOLE)
    assert kept() == before
    hire = PersonnelEvent.objects.get(employee__number="01", kind=Kind.HIRED)
    with pytest.raises(MoveRefused):
        take_back_move(hire, by=CONSOLE)


def test_a_move_that_another_followed_stays(db: None) -> None:
    firm = Firm()
    seller = firm.seller("ZL")
    first = make(Moving(seller, Kind.TRANSFER, on("06-10"), PostTerms(firm.south_sales)))
    make(Moving(seller, Kind.DEPARTURE, on("06-20")))
    with pytest.raises(MoveRefused):
        take_back_move(first, by=CONSOLE)


def test_a_move_that_a_decision_on_the_rank_stands_on_stays(firm: Firm) -> None:
    clerk = firm.clerk()
    firm.close(APRIL)
    entered = make(Moving(clerk, Kind.CHANGE_OF_POST, on("05-01"), PostTerms(firm.sales, rank="ZL")))
    decision = give(clerk, JUNE, "GJ")
    with pytest.raises(MoveRefused, match="2011年6月"):
        take_back_move(entered, by=CONSOLE)
    give(clerk, JUNE, "")
    take_back_move(entered, by=CONSOLE)
    assert not Post.objects.filter(employee=clerk, department=firm.sales).exists()
    assert decision.rank == "GJ"


REFUSED: dict[str, tuple[str | None, Callable[[Firm, Employee, Employee], PersonnelMove]]] = {
    "a locked month": ("date", lambda firm, seller, clerk: Moving(seller, Kind.DEPARTURE, on("04-20"))),
    "joining in a locked month": (
        "date",
        lambda firm, seller, clerk: Joining(newcomer("9", "04-20"), PostTerms(firm.sales, "ZL")),
    ),
    "a year beyond": ("date", lambda firm, seller, clerk: Moving(seller, Kind.DEPARTURE, dt.date(9999, 12, 31))),
    "a taken number": (
        "number",
        lambda firm, seller, clerk: Joining(newcomer(seller.number), PostTerms(firm.sales, "ZL")),
    ),
    "no rank": ("rank", lambda firm, seller, clerk: Joining(newcomer("9"), PostTerms(firm.sales))),
    "no such rank": ("rank", lambda firm, seller, clerk: Joining(newcomer("9"), PostTerms(firm.sales, "??"))),
    "no salary": ("base_salary", lambda firm, seller, clerk: Joining(newcomer("9"), PostTerms(firm.office))),
    "a rank in support": (
        "rank",
        lambda firm, seller, clerk: Joining(newcomer("9"), PostTerms(firm.office, "ZL", Decimal(3000))),
    ),
    "a salary in sales": (
        "base_salary",
        lambda firm, seller, clerk: Joining(newcomer("9"), PostTerms(firm.sales, "ZL", Decimal(3000))),
    ),
    "a rank kept": (
        "rank",
        lambda firm, seller, clerk: Moving(seller, Kind.TRANSFER, on("06-01"), PostTerms(firm.south_sales, "GW")),
    ),
    "into the other system": (
        "department",
        lambda firm, seller, clerk: Moving(seller, Kind.TRANSFER, on("06-01"), PostTerms(firm.office)),
    ),
    "there already": (
        "department",
        lambda firm, seller, clerk: Moving(seller, Kind.TRANSFER, on("06-01"), PostTerms(firm.sales)),
    ),
    "before a contract": ("date", lambda firm, seller, clerk: Moving(seller, Kind.DEPARTURE, on("05-10"))),
    "before the last change": (
        "date",
        lambda firm, seller, clerk: Moving(clerk, Kind.TRANSFER, on("05-05"), PostTerms(firm.south_office)),
    ),
    "after leaving": (
        "person",
        lambda firm, seller, clerk: Moving(clerk, Kind.TRANSFER, on("06-05"), PostTerms(firm.south_office)),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_an_import_refuses_is_refused(db: None, name: str) -> None:
    firm = Firm()
    seller, clerk = firm.seller("ZL"), firm.clerk()
    firm.leave(clerk, "05-20")
    firm.sells(seller, "30000.00", "05-15")
    firm.close(APRIL)
    firm.close(MAY, lock=False)
    field, move = REFUSED[name]
    before = kept()
    with pytest.raises(MoveRefused) as refused:
        effect_of(move(firm, seller, clerk), today=TODAY, by=CONSOLE)
    assert refused.value.field == field
    assert kept() == before


def test_who_left_comes_back_by_a_change_of_post(db: None) -> None:
    firm = Firm()
    clerk = firm.clerk()
    firm.leave(clerk, "05-20")
    make(Moving(clerk, Kind.CHANGE_OF_POST, on("06-05"), PostTerms(firm.sales, "ZL")))
    assert RankHolding.objects.get(employee=clerk).start == on("06-05")


def test_only_human_resources_makes_them(db: None) -> None:
    firm = Firm()
    finance = log_in_of(User.Role.FINANCE, "f")
    with pytest.raises(MoveRefused):
        effect_of(Moving(firm.seller("ZL"), Kind.DEPARTURE, on("06-16")), today=TODAY, by=Actor(finance))
