"""Two readings as the recomputation takes them from the rulebook: refunds in parts, and the deficit of who leaves."""

import datetime as dt
from decimal import Decimal as D

import pytest

from monthend.verify.facts import (
    Cash,
    Client,
    Contract,
    Correction,
    Department,
    EventKind,
    Facts,
    PersonnelEvent,
    Receipt,
    Target,
)
from monthend.verify.recompute import recompute
from monthend.verify.results import MonthResults
from rulebook.month import Month
from tests.plans import PLAN

APRIL, MAY, JUNE = (Month(2011, number) for number in (4, 5, 6))


def on(text: str) -> dt.date:
    """A day of 2011, written `04-15`."""
    return dt.date.fromisoformat(f"2011-{text}")


def hired(person: str, day: dt.date) -> PersonnelEvent:
    """Somebody who enters sales at the lowest rank."""
    return PersonnelEvent(person, day, EventKind.HIRED, "S", PLAN.lowest_rank.code, None)


def moved(person: str, day: str, kind: EventKind = EventKind.CHANGE_OF_POST) -> PersonnelEvent:
    """Somebody who leaves, or comes back into sales."""
    back = kind != EventKind.DEPARTURE
    return PersonnelEvent(person, on(day), kind, "S" if back else None, PLAN.lowest_rank.code if back else None, None)


def cash(number: str, day: str, amount: str, reverses: str | None = None, posted: Month | None = None) -> Receipt:
    """Cash of the one contract, or a refund."""
    return Receipt(number, "K", on(day), posted or Month.of(on(day)), D(amount), reverses)


def months(
    *receipts: Receipt, moves: tuple[PersonnelEvent, ...] = (), until: Month = APRIL + 3, **more: object
) -> list[MonthResults]:
    """The months of a branch in which 1 closes an orphan's contract, 2 assists on it, and 3 sells as well."""
    people = ("1", "2", "3")
    return list(
        recompute(
            Facts(
                first_month=APRIL,
                plans=(PLAN,),
                cash=Cash.of(receipts),
                branches=("B",),
                departments=(Department("S", "B", is_sales=True),),
                people=people,
                events=(*(hired(person, dt.date(2010, 1, 1)) for person in people), *moves),
                clients=(Client("C", None, None, on("03-01")),),
                contracts=(Contract("K", "C", on("04-01"), "1", "2"),),
                targets=tuple(Target(APRIL + offset, "B", D(1)) for offset in range(4)),
                **more,  # type: ignore[arg-type]
            ),
            until,
        )
    )


def paid(found: list[MonthResults], kind: str) -> list[tuple[str, str]]:
    """The lines of a kind, by receipt."""
    return sorted(
        (receipt, str(line.amount))
        for month in found
        for (receipt, _person, of_kind), line in month.lines.items()
        if of_kind == kind
    )


def left(found: list[MonthResults]) -> list[D]:
    """What remains of all lines and adjustments, of the commission and of the assist."""
    sums = {"commission": D(0), "assist": D(0)}
    for month in found:
        for (_receipt, _person, kind), line in month.lines.items():
            sums[kind] += line.amount
        for (_correction, _adjusted, _of, kind, *_whose), adjustment in month.adjustments.items():
            sums[kind] += adjustment.amount
    return list(sums.values())


PART = "-2.75"
"""A third of 8.25, which paid 0.50 at 6 %, and 0.05 to the assistant; for a part of it alone it is 0.17, and 0.02."""


def parts(*days: str, posted: tuple[Month | None, ...] = (None, None, None)) -> list[Receipt]:
    """8.25 of 5 April, and its refunds in thirds."""
    refunds = [
        cash(f"R{turn}", day, PART, "R0", month)
        for turn, (day, month) in enumerate(zip(days, posted, strict=True), start=1)
    ]
    return [cash("R0", "04-05", "8.25"), *refunds]


@pytest.mark.parametrize(
    "days", [("04-10", "04-10", "04-10"), ("04-10", "05-10", "06-10"), ("05-09", "05-10", "05-10")]
)
def test_the_last_of_refunds_in_parts_takes_what_is_left(days: tuple[str, str, str]) -> None:
    found = months(*parts(*days))
    assert paid(found, "commission") == [("R0", "0.50"), ("R1", "-0.17"), ("R2", "-0.17"), ("R3", "-0.16")]
    assert paid(found, "assist") == [("R0", "0.05"), ("R1", "-0.02"), ("R2", "-0.02"), ("R3", "-0.01")]


@pytest.mark.parametrize(
    ("days", "posted", "last"),
    [
        (("04-12", "04-11", "04-10"), (None, None, None), "R1"),
        (("04-10", "05-01", "04-11"), (JUNE, None, JUNE), "R3"),
        (("04-28", "05-31", "05-02"), (JUNE, None, None), "R1"),
    ],
)
def test_the_last_is_so_by_posting_month_then_day_then_number(
    days: tuple[str, str, str], posted: tuple[Month | None, ...], last: str
) -> None:
    found = months(*reversed(parts(*days, posted=posted)))
    assert [receipt for receipt, amount in paid(found, "commission") if amount == "-0.16"] == [last]
    assert [receipt for receipt, amount in paid(found, "assist") if amount == "-0.01"] == [last]


def test_a_receipt_not_refunded_whole_has_its_parts_alone() -> None:
    found = months(*parts("04-10", "04-11", "04-12")[:3], cash("R3", "04-12", "-2.74", "R0"))
    assert paid(found, "commission")[-1] == ("R3", "-0.16")
    assert paid(found, "assist")[-1] == ("R3", "-0.02")


def test_parts_count_whether_they_are_credited_or_not() -> None:
    away = [moved("1", "05-01", EventKind.DEPARTURE), moved("1", "05-31"), moved("2", "06-01", EventKind.DEPARTURE)]
    found = months(*parts("05-10", "05-31", "06-10"), moves=tuple(away))
    assert paid(found, "commission") == [("R0", "0.50"), ("R2", "-0.17"), ("R3", "-0.16")]
    assert paid(found, "assist") == [("R0", "0.05"), ("R1", "-0.02"), ("R2", "-0.02")]


@pytest.mark.parametrize("right", ["8.27", "10.00", "5.51"])
def test_what_is_left_is_of_the_corrected_line(right: str) -> None:
    """Two parts in April, the amount corrected in May, and what is left of it refunded in June."""
    whole = D(right) - D("5.50")
    correction = Correction("T1", MAY, "K", "R0", D(right), None)
    found = months(
        *parts("04-10", "04-11", "06-10")[:3], cash("R3", "06-10", f"-{whole}", "R0"), corrections=(correction,)
    )
    assert left(found) == [0, 0]


def test_what_is_left_is_the_right_closers() -> None:
    correction = Correction("T1", MAY, "K", None, None, "3")
    found = months(*parts("04-10", "04-11", "06-10"), corrections=(correction,))
    assert ("R3", "3", "commission") in found[2].lines
    assert left(found) == [0, 0]


OWED = (cash("R0", "04-05", "1000.00"), cash("R1", "05-02", "-1000.00", "R0"))
"""60.00 paid in April, and owed in May by who sells nothing then."""


@pytest.mark.parametrize(
    ("moves", "brought"),
    [
        ((), {6: "-60.00", 7: "-60.00"}),
        ((("05-10", False), ("05-31", True)), {6: "-60.00", 7: "-60.00"}),
        ((("05-10", False), ("06-01", True)), {6: "0.00", 7: "0.00"}),
        ((("05-31", False), ("06-01", True)), {6: "0.00", 7: "0.00"}),
        ((("06-01", False), ("06-02", True)), {6: "0.00", 7: "0.00"}),
        ((("06-02", False), ("06-30", True)), {6: "-60.00", 7: "-60.00"}),
        ((("06-02", False), ("07-01", True)), {6: "-60.00", 7: "0.00"}),
        ((("05-10", False), ("07-01", True)), {7: "0.00"}),
    ],
)
def test_a_deficit_is_carried_while_the_employment_runs_on(
    moves: tuple[tuple[str, bool], ...], brought: dict[int, str]
) -> None:
    away = tuple(moved("1", day, EventKind.CHANGE_OF_POST if back else EventKind.DEPARTURE) for day, back in moves)
    found = months(*OWED, moves=away)
    assert found[1].payslips["1",].carried == D("-60.00")
    assert {
        month.month.number: str(month.payslips["1",].brought) for month in found[2:] if ("1",) in month.payslips
    } == brought
