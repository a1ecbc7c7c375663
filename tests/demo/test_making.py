"""The demo made on a given day: its months, its running month, and what a later day finds."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE
from access.models import Change, User
from clients.models import Handover, Receipt
from clients.protection.selectors import lapsing_soon, open_pool
from compensation.models import Adjustment, Payslip
from disputes.clock.rules import Stage
from disputes.clock.selectors import due_soon_or_late
from disputes.models import Dispute
from disputes.selectors import visible_to
from monthend.close import close_month
from periods.models import Period
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from salesorg.databases.clones import Databases, connected_to
from salesorg.demo.making import make_demo
from salesorg.demo.months import DemoMonths
from staff.models import Employee, PersonnelEvent
from tests.imports.books import take_in
from tests.made_once import made_once

State = Dispute.State
pytestmark = pytest.mark.long
EXPECTED = json.loads((Path(__file__).parents[1] / "cases" / "edges.expected.json").read_text(encoding="utf-8"))
DAYS = [dt.date(2012, 3, 31), dt.date(2014, 5, 1)]
"""A 31st after a leap year's February, and a first of a month with a short February among the locked months.

Both lie in the past, for who is in post is asked of the clock.
"""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo company, the day on which it was made and its months."""

    database: str
    today: dt.date
    months: DemoMonths


@pytest.fixture(scope="module", params=DAYS, ids=str)
def made(
    request: pytest.FixtureRequest,
    databases: Databases,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Demo]:
    """The demo, made once a day; its passwords are kept apart from those of a demo that is served."""
    with pytest.MonkeyPatch.context() as patch:
        state = tmp_path_factory.mktemp("state")
        patch.setattr(settings, "STATE_DIR", state)
        patch.setattr(settings, "SALESORG_EVIDENCE_DIR", state / "evidence")
        with made_once(databases, django_db_blocker, lambda: make_demo(request.param).months) as demo:
            yield Demo(demo.database, request.param, demo.what)


@pytest.fixture
def demo(made: Demo, django_db_blocker: DjangoDbBlocker) -> Iterator[Demo]:
    """The demo; what a test does to it is taken back."""
    with django_db_blocker.unblock(), connected_to(made.database), transaction.atomic():
        yield made
        transaction.set_rollback(True)


def test_five_months_are_locked_and_the_last_full_one_is_open(demo: Demo) -> None:
    states = dict(Period.objects.values_list("month", "state"))
    assert demo.months == DemoMonths.as_of(demo.today)
    assert states == dict.fromkeys(demo.months.locked, "locked") | {demo.months.open: "computed"}
    assert plan_version_at(demo.months.first).version == plan_version_at(demo.months.running).version == "2011-04"


def test_the_locked_months_pay_what_the_workbook_pays_as_it_is_written(demo: Demo) -> None:
    """All but the base pay of who was in post for a part of a month: that goes by the month's days."""
    for month, written in zip(demo.months.locked, EXPECTED, strict=False):
        slips = {slip.employee.number: slip for slip in Payslip.objects.filter(month=month).select_related("employee")}
        assert {number: _pay(slip) for number, slip in slips.items()} == {
            number: _written_pay(slip) for number, slip in written["slips"].items()
        }
        others = {
            number for number, slip in slips.items() if slip.base_pay != Decimal(written["slips"][number]["base"])
        }
        assert others <= _in_post_for_a_part(month)


def _pay(slip: Payslip) -> tuple[Any, ...]:
    amounts = (slip.sales, slip.commission, slip.assist, slip.brought, slip.carried, slip.support_bonus)
    return (slip.rank, slip.on_threshold_wage, *amounts)


def _written_pay(slip: dict[str, Any]) -> tuple[Any, ...]:
    names = ("sales", "commission", "assist", "brought", "carried", "support")
    return (slip["rank"] or "", slip["threshold"], *(Decimal(slip[name]) for name in names))


def _in_post_for_a_part(month: Month) -> set[str]:
    hired = Employee.objects.filter(hired_on__gt=month.first, hired_on__lte=month.last)
    moved = PersonnelEvent.objects.filter(date__gt=month.first, date__lte=month.last)
    return {*hired.values_list("number", flat=True), *moved.values_list("employee__number", flat=True)}


def test_the_running_month_has_receipts_until_yesterday(demo: Demo) -> None:
    running = Receipt.objects.filter(received_on__gte=demo.months.running.first)
    last = running.order_by("-received_on").values_list("received_on", flat=True).first()
    assert last == (demo.today - dt.timedelta(1) if demo.today.day > 1 else None)
    assert not Receipt.objects.filter(received_on__gte=demo.today).exists()


def test_the_salesperson_has_an_orphan_to_accept_and_a_client_that_is_kept_some_days_more(demo: Demo) -> None:
    person = User.objects.get(username="sales")
    handover = Handover.objects.get(developer__user=person)
    assert (handover.day, handover.answer) == (demo.today, Handover.Answer.WAITING)
    assert handover.accept_by is not None
    assert handover.accept_by == handover.batch.made_at + dt.timedelta(hours=72) > timezone.now()
    soon = lapsing_soon(User.objects.get(username="hr"), demo.today)
    own = Employee.objects.get(user=person).pk
    assert [one.lapses for one in soon if one.owner == own] == [demo.today + dt.timedelta(4)]


def test_the_first_registered_clients_went_to_the_open_pool_with_the_running_month(demo: Demo) -> None:
    clients: Iterable[Any] = open_pool().filter(name__startswith="北京星河")
    assert [client.since for client in clients] == [demo.months.running.first]


def test_the_two_salespeople_see_three_disputes_one_of_which_is_near_its_day(demo: Demo) -> None:
    for name in ("sales", "sales2"):
        assert visible_to(User.objects.get(username=name)).count() == 3
    found = {one.state: one for one in Dispute.objects.all()}
    assert set(found) == {State.VERIFYING, State.SETTLED, State.DECIDED}
    assert due_soon_or_late(User.objects.get(username="hr"), demo.today) == {Stage.IN_TWO: [found[State.VERIFYING]]}
    assert found[State.VERIFYING].evidence.exclude(file_name="").count() == 1


def test_the_ruling_moved_pay_of_the_last_locked_month_between_the_two(demo: Demo) -> None:
    number = Dispute.objects.get(state=State.DECIDED).number
    rows = Adjustment.objects.filter(correction__reference=number)
    moved = {name: (amount, told) for name, amount, *told in rows.values_list(
        "employee__user__username", "amount", "line__month", "month"
    )}  # fmt: skip
    assert set(moved) == {"sales", "sales2"}
    assert moved["sales"][0] == -moved["sales2"][0] > 0
    assert all(told == [demo.months.last_locked, demo.months.open] for _amount, told in moved.values())


def test_what_the_demos_people_did_is_kept_as_theirs(demo: Demo) -> None:
    found = Change.objects.filter(kind=Change.Kind.ADDED, source=Change.Source.PAGE).exclude(model="access.user")
    who = set(found.values_list("model", "by__username").distinct())
    assert {("staff.minimumwage", "hr"), ("compensation.correction", "hr"), ("clients.bankstatement", "finance")} <= who
    assert {("compensation.awardrecommendation", "branchgm"), ("clients.assignmentbatch", "director")} <= who
    assert [model for model, name in who if name is None] == []


def test_a_start_on_a_later_day_moves_and_makes_nothing(demo: Demo) -> None:
    before = _all_rows()
    again = make_demo(demo.today + dt.timedelta(45))
    assert (again.months, again.imported) == (demo.months, None)
    assert _all_rows() == before


def _all_rows() -> dict[str, int]:
    """How many rows each table has."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_on_a_later_day_the_open_month_is_locked_and_the_next_one_closed(demo: Demo) -> None:
    later = (demo.months.running + 1).first + dt.timedelta(9)
    assert close_month(demo.months.open, lock=True, today=later, by=CONSOLE).blockers == []
    weights = [(str(demo.months.running), person, 1) for person in ("00001", "00011", "00012", "00013")]
    assert take_in({"支持奖金权重": [("月份", "工号", "权重"), *weights]}).imported
    report = close_month(demo.months.running, lock=True, today=later, by=CONSOLE)
    assert (report.blockers, report.is_locked) == ([], True)
    assert report.sales == sum(Receipt.objects.filter(posted_in=demo.months.running).values_list("amount", flat=True))
    assert make_demo(later).imported is None
    assert Period.objects.filter(state=Period.State.LOCKED).count() == 7
