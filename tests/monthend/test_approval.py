"""The way to the lock: who may take which step, four eyes, staleness, and a history that is only ever added to."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE, Actor
from access.models import User
from access.roles import PEOPLE
from clients.models import Receipt
from monthend.approval.actions import approve_run, mark_paid, reject_run, submit_run
from monthend.approval.actions_deputies import DeputyRefused, name_deputy
from monthend.approval.selectors import read_in_charge
from monthend.checks import CloseRefused
from monthend.close import close_month
from monthend.lock.actions import lock_month
from monthend.lock.selectors_seal import seal_of
from monthend.models import Deputy, MonthRun, MonthTransition
from monthend.rights import may_approve
from monthend.verify.actions import ask_for_verification, perform_verification
from periods.models import Period
from salesorg.databases.clones import Databases
from staff.models import Employee
from tests.cast import actor_of
from tests.firm import APRIL, MAY, TODAY, Firm
from tests.made_once import Made, made_once

Role = User.Role
State = MonthRun.State


def computed_firm() -> Firm:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "30000.00")
    firm.close(lock=False)
    return firm


@pytest.fixture(scope="module")
def computed(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Firm]]:
    with made_once(databases, django_db_blocker, computed_firm) as computed:
        yield computed


@pytest.fixture
def firm(computed: Made[Firm]) -> Iterator[Firm]:
    with computed.taken_back() as firm:
        yield firm


@pytest.fixture
def run(firm: Firm) -> MonthRun:
    return MonthRun.objects.get(state=State.COMPUTED)


@pytest.fixture
def hr(firm: Firm) -> Actor:
    return actor_of(Role.HR)


@pytest.fixture
def director(firm: Firm) -> Actor:
    return actor_of(Role.MARKETING_DIRECTOR)


def state() -> str:
    return MonthRun.objects.exclude(state=State.REPLACED).get().state


def verify_and_lock(run: MonthRun, by: Actor) -> MonthRun:
    verification = ask_for_verification(run.pk, locks=True, by=by, today=TODAY)
    perform_verification(verification.pk, today=TODAY)
    run.refresh_from_db()
    return run


def history(run: MonthRun) -> list[tuple[str, int | None]]:
    return list(run.transitions.values_list("kind", "by"))


@contextmanager
def refused(about: str = "") -> Iterator[None]:
    """What is done in it is refused, naming `about`."""
    with pytest.raises(CloseRefused) as refusal:
        yield
    assert about in str(refusal.value)


def test_prepared_approved_locked_and_paid_by_different_people(run: MonthRun, hr: Actor, director: Actor) -> None:
    finance = actor_of(Role.FINANCE)
    submit_run(run.pk, today=TODAY, by=hr)
    assert Period.objects.get().state == Period.State.COMPUTED
    approve_run(run.pk, today=TODAY, by=director)
    assert Period.objects.get().state == Period.State.APPROVED
    locked = verify_and_lock(run, hr)
    assert (locked.prepared_by, locked.approved_by, locked.locked_by) == (hr.user, director.user, hr.user)
    assert len(locked.seal) == 64
    mark_paid(run.pk, paid_on=TODAY, voucher="V1", today=TODAY, by=finance)
    assert history(run) == [
        ("started", None),
        ("computed", None),
        ("submitted", hr.user.pk),  # type: ignore[union-attr]
        ("approved", director.user.pk),  # type: ignore[union-attr]
        ("locked", hr.user.pk),  # type: ignore[union-attr]
        ("paid", finance.user.pk),  # type: ignore[union-attr]
    ]


def test_paid_once_and_by_finance(run: MonthRun, hr: Actor, director: Actor) -> None:
    finance = actor_of(Role.FINANCE)
    with refused():
        mark_paid(run.pk, paid_on=TODAY, voucher="V1", today=TODAY, by=finance)
    verify_and_lock(run, CONSOLE)
    with refused():
        mark_paid(run.pk, paid_on=TODAY, voucher="V1", today=TODAY, by=director)
    mark_paid(run.pk, paid_on=TODAY, voucher="V1", today=TODAY, by=finance)
    with refused():
        mark_paid(run.pk, paid_on=TODAY, voucher="V1", today=TODAY, by=finance)


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.HR])
def test_only_hr_hands_over(run: MonthRun, role: str) -> None:
    with refused():
        submit_run(run.pk, today=TODAY, by=actor_of(role))
    assert state() == State.COMPUTED


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.MARKETING_DIRECTOR])
def test_only_the_director_approves(run: MonthRun, hr: Actor, role: str) -> None:
    submit_run(run.pk, today=TODAY, by=hr)
    other = actor_of(role, "another")
    with refused():
        approve_run(run.pk, today=TODAY, by=other)
    with refused():
        reject_run(run.pk, reason="x", today=TODAY, by=other)
    assert state() == State.SUBMITTED


def test_nobody_approves_the_own_work(run: MonthRun, hr: Actor) -> None:
    submit_run(run.pk, today=TODAY, by=hr)
    assert hr.user is not None
    hr.user.role = Role.MARKETING_DIRECTOR
    hr.user.save()
    with refused():
        approve_run(run.pk, today=TODAY, by=hr)


def test_what_blocks_the_lock_blocks_handing_over(firm: Firm, run: MonthRun, hr: Actor) -> None:
    with refused("2011年4月"):
        submit_run(run.pk, today=APRIL.last, by=hr)
    assert state() == State.COMPUTED


def test_sent_back_with_a_reason(run: MonthRun, hr: Actor, director: Actor) -> None:
    submit_run(run.pk, today=TODAY, by=hr)
    with refused():
        reject_run(run.pk, reason="  ", today=TODAY, by=director)
    reject_run(run.pk, reason="R7?", today=TODAY, by=director)
    run.refresh_from_db()
    assert (run.state, run.prepared_by) == (State.COMPUTED, None)
    assert run.transitions.last().reason == "R7?"  # type: ignore[union-attr]
    submit_run(run.pk, today=TODAY, by=hr)
    approve_run(run.pk, today=TODAY, by=director)
    reject_run(run.pk, reason="on second thought", today=TODAY, by=director)
    assert Period.objects.get().state == Period.State.COMPUTED


@pytest.mark.parametrize("until", [State.COMPUTED, State.SUBMITTED, State.APPROVED])
def test_changed_inputs_withdraw_everything(run: MonthRun, hr: Actor, director: Actor, until: str) -> None:
    if until != State.COMPUTED:
        submit_run(run.pk, today=TODAY, by=hr)
    if until == State.APPROVED:
        approve_run(run.pk, today=TODAY, by=director)
    Receipt.objects.update(amount="30000.01")
    run.refresh_from_db()
    assert (run.state, run.prepared_by, run.approved_by, run.approved_at) == (State.STALE, None, None, None)
    assert run.transitions.last().kind == "stale"  # type: ignore[union-attr]
    assert Period.objects.get().state == Period.State.OPEN
    for step in (submit_run, approve_run, lock_month):
        with refused("2011年4月"):
            step(run.pk, today=TODAY, by=hr)
    close_month(APRIL, lock=False, today=TODAY, by=hr)
    assert state() == State.COMPUTED


def test_later_months_and_what_nothing_is_computed_from_do_not_count(firm: Firm, run: MonthRun) -> None:
    Employee.objects.update(phone="13900000000")
    Receipt.objects.update(amount="30000.00")
    firm.receipt(firm.contract(Employee.objects.get(), signed="05-01"), "1.00", "05-02")
    run.refresh_from_db()
    assert run.state == State.COMPUTED


def test_without_approval_only_the_console_locks(run: MonthRun, hr: Actor, director: Actor) -> None:
    with refused():
        lock_month(run.pk, today=TODAY, by=director)
    submit_run(run.pk, today=TODAY, by=hr)
    with refused():
        lock_month(run.pk, today=TODAY, by=director)
    with refused():
        lock_month(run.pk, today=TODAY, by=CONSOLE)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'approved'",
        "state = 'approved', approved_by_id = {hr}, approved_at = now()",
        "state = 'approved', approved_by_id = {hr}, approved_at = now(), prepared_by_id = {hr}, prepared_at = now()",
        "state = 'approved', approved_by_id = {director}, approved_at = now()",
        "state = 'approved', approved_by_id = {director}, approved_at = now(), prepared_at = now()",
        "state = 'approved', approved_by_id = {director}, prepared_by_id = {hr}, prepared_at = now()",
        "state = 'approved', approved_by_id = {director}, approved_for_id = {hr}, approved_at = now(),"
        " prepared_by_id = {hr}, prepared_at = now()",
        "state = 'approved', locked_at_console = true",
        "state = 'submitted'",
        "state = 'submitted', prepared_by_id = {hr}",
        "state = 'locked', locked_at = now(), locked_by_id = {director}, seal = 'x'",
        "state = 'locked', locked_at = now(), locked_by_id = {director}, seal = 'x', prepared_by_id = {hr}",
        "state = 'locked', locked_at = now(), locked_by_id = {director}, seal = 'x', locked_at_console = true",
        "state = 'locked', locked_at = now(), seal = 'x'",
        "state = 'locked', locked_at = now(), locked_at_console = true",
        "state = 'locked', locked_at_console = true, seal = 'x'",
        "locked_at_console = true",
        "seal = 'x'",
    ],
)
def test_the_database_holds_to_four_eyes(run: MonthRun, hr: Actor, director: Actor, change: str) -> None:
    assert hr.user is not None
    assert director.user is not None
    values = change.format(hr=hr.user.pk, director=director.user.pk)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE monthend_monthrun SET {values}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE monthend_monthtransition SET at = now()",
        "UPDATE monthend_monthtransition SET by_id = NULL, reason = 'x' WHERE kind = 'started'",
        "DELETE FROM monthend_monthtransition",
    ],
)
def test_the_history_is_only_added_to(run: MonthRun, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def deputy_of(director: Actor, deputy: Actor, start: dt.date, end: dt.date) -> Deputy:
    named = Deputy(deputy=deputy.user, start=start, end=end)
    name_deputy(named, by=director)
    return named


@pytest.mark.parametrize(("day", "may"), [(-1, False), (0, True), (4, True), (5, False)])
def test_a_deputy_approves_on_the_named_days(run: MonthRun, hr: Actor, director: Actor, day: int, may: bool) -> None:
    deputy = actor_of(Role.GENERAL_MANAGER)
    deputy_of(director, deputy, TODAY, TODAY + dt.timedelta(4))
    submit_run(run.pk, today=TODAY, by=hr)
    today = TODAY + dt.timedelta(day)
    if may:
        approve_run(run.pk, today=today, by=deputy)
        run.refresh_from_db()
        assert (run.approved_by, run.approved_for) == (deputy.user, director.user)
        assert run.transitions.last().on_behalf_of == director.user  # type: ignore[union-attr]
    else:
        with refused():
            approve_run(run.pk, today=today, by=deputy)


def test_a_deputy_does_not_approve_the_own_work(run: MonthRun, hr: Actor, director: Actor) -> None:
    deputy_of(director, hr, TODAY, TODAY)
    submit_run(run.pk, today=TODAY, by=hr)
    with refused():
        approve_run(run.pk, today=TODAY, by=hr)
    another = actor_of(Role.HR, "another")
    deputy_of(director, another, TODAY, TODAY)
    approve_run(run.pk, today=TODAY, by=another)


def test_a_deputy_of_who_left_is_none(run: MonthRun, hr: Actor, director: Actor) -> None:
    deputy = actor_of(Role.GENERAL_MANAGER)
    deputy_of(director, deputy, TODAY, TODAY)
    User.objects.filter(pk=director.user.pk).update(is_active=False)  # type: ignore[union-attr]
    submit_run(run.pk, today=TODAY, by=hr)
    with refused():
        approve_run(run.pk, today=TODAY, by=deputy)


@pytest.mark.parametrize("role", [Role.BRANCH_GM, Role.AUDITOR, Role.OPERATOR])
def test_a_deputy_whose_role_was_changed_is_none(run: MonthRun, hr: Actor, director: Actor, role: str) -> None:
    finance = actor_of(Role.FINANCE)
    deputy_of(director, finance, TODAY, TODAY)
    submit_run(run.pk, today=TODAY, by=hr)
    one = finance.user
    assert one is not None
    assert may_approve(one, TODAY)
    one.role = role
    one.save()
    assert not may_approve(one, TODAY)
    assert [acting.user for acting in read_in_charge(TODAY).directors] == [director.user]
    for act in (approve_run, partial(reject_run, reason="x")):
        with refused():
            act(run.pk, today=TODAY, by=finance)


@pytest.mark.persons
def test_a_deputy_is_somebody_known(director: Actor) -> None:
    with pytest.raises(DeputyRefused, match="未关联"):
        deputy_of(director, actor_of(Role.FINANCE), TODAY, TODAY)


def test_whom_a_deputy_can_be(director: Actor, hr: Actor) -> None:
    with pytest.raises(DeputyRefused):
        deputy_of(hr, director, TODAY, TODAY)
    for role in (Role.SALESPERSON, Role.BRANCH_GM, Role.AUDITOR, Role.OPERATOR):
        with pytest.raises(DeputyRefused):
            deputy_of(director, actor_of(role), TODAY, TODAY)
    with pytest.raises(ValidationError):
        deputy_of(director, director, TODAY, TODAY)
    with pytest.raises(ValidationError):
        deputy_of(director, hr, TODAY, TODAY - dt.timedelta(1))


def test_the_seal_tells_of_every_change_and_of_no_id(firm: Firm, run: MonthRun) -> None:
    before = seal_of(APRIL)
    assert before == seal_of(APRIL) != seal_of(MAY)
    close_month(APRIL, lock=False, today=timezone.localdate(), by=CONSOLE)
    assert seal_of(APRIL) == before
    with connection.cursor() as cursor:
        cursor.execute("UPDATE compensation_commissionline SET amount = amount + 0.01")
    assert seal_of(APRIL) != before


def test_transitions_name_their_kinds() -> None:
    assert {State.COMPUTED, State.STALE} <= set(MonthTransition.Kind.values)
