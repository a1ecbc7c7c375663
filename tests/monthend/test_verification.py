"""Verifying as a job: asked for once, done once whoever dies, locking only what agrees."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from access.actor import CONSOLE, Actor
from access.models import User
from access.pages.records import Cell, Tone
from access.roles import PEOPLE
from clients.codes import Orphan
from clients.models import Contract, Receipt
from compensation.models import CommissionLine, Payslip
from monthend.approval.actions import approve_run, submit_run
from monthend.checks import CloseRefused
from monthend.close import close_month
from monthend.lock.actions import lock_month
from monthend.lock.selectors_seal import seal_of
from monthend.models import MonthRun, MonthVerification
from monthend.verify.actions import ask_for_verification, perform_verification, sweep_verifications
from monthend.verify.month import verify_month
from monthend.verify.pages import verification_record
from salesorg.databases.clones import Clone, Databases
from tests.cast import actor_of
from tests.firm import APRIL, TODAY, Firm
from tests.locking import lock_unsealed
from tests.made_once import Made, made_once

Role = User.Role
State = MonthRun.State
FEN = Decimal("0.01")


@pytest.fixture(scope="module")
def computed(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Made[Firm]]:
    with made_once(databases, django_db_blocker, computed_firm) as computed:
        yield computed


@pytest.fixture
def firm(computed: Made[Firm]) -> Iterator[Firm]:
    with computed.taken_back() as firm:
        yield firm


def computed_firm() -> Firm:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "30000.00")
    firm.clerk()
    firm.close(lock=False)
    return firm


@pytest.fixture
def run(firm: Firm) -> MonthRun:
    return MonthRun.objects.get()


@pytest.fixture
def hr(firm: Firm) -> Actor:
    return actor_of(Role.HR)


@pytest.fixture
def approved(run: MonthRun, hr: Actor) -> MonthRun:
    approve(run, hr)
    return run


def approve(run: MonthRun, hr: Actor) -> None:
    submit_run(run.pk, today=TODAY, by=hr)
    approve_run(run.pk, today=TODAY, by=actor_of(Role.MARKETING_DIRECTOR))


def ask(run: MonthRun, by: Actor, *, locks: bool = False) -> MonthVerification:
    return ask_for_verification(run.pk, locks=locks, by=by, today=TODAY)


def perform(verification: MonthVerification) -> MonthVerification:
    perform_verification(verification.pk, today=TODAY)
    verification.refresh_from_db()
    verification.run.refresh_from_db()
    return verification


@contextmanager
def refused(about: str = "") -> Iterator[None]:
    """What is done in it is refused, naming `about`."""
    with pytest.raises(CloseRefused) as refusal:
        yield
    assert about in str(refusal.value)


@pytest.mark.parametrize("state", ["computed", "submitted", "approved", "locked"])
def test_a_month_is_verified_in_every_state_in_which_it_has_rows(run: MonthRun, hr: Actor, state: str) -> None:
    if state != State.COMPUTED:
        submit_run(run.pk, today=TODAY, by=hr)
    if state in (State.APPROVED, State.LOCKED):
        approve_run(run.pk, today=TODAY, by=actor_of(Role.MARKETING_DIRECTOR))
    if state == State.LOCKED:
        perform(ask(run, hr, locks=True))
    found = perform(ask(run, hr))
    assert found.agrees
    assert (found.run.state, found.people, found.seal) == (state, 2, seal_of(APRIL))
    assert (found.asked_by, found.refusal, found.differences) == (hr.user, "", [])
    assert found.seconds is not None
    assert found.seconds < 5


def test_asked_twice_it_is_one(run: MonthRun, hr: Actor) -> None:
    first = ask(run, hr)
    assert ask(run, CONSOLE) == first
    done = perform(first)
    perform_verification(first.pk, today=TODAY)
    assert MonthVerification.objects.get().done_at == done.done_at
    assert ask(run, hr) != first


@pytest.mark.parametrize("role", PEOPLE)
def test_who_may_have_a_month_verified(run: MonthRun, role: str) -> None:
    if role in (Role.HR, Role.FINANCE, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR):
        ask(run, actor_of(role))
    else:
        with refused():
            ask(run, actor_of(role))


def test_what_is_not_computed_is_not_verified(run: MonthRun, hr: Actor) -> None:
    Receipt.objects.update(amount="30000.01")
    with refused("2011年4月"):
        ask(run, hr)


def test_what_agrees_is_locked_by_whoever_asked(approved: MonthRun, hr: Actor) -> None:
    locked = perform(ask(approved, hr, locks=True)).run
    assert (locked.state, locked.locked_by, locked.seal) == (State.LOCKED, hr.user, seal_of(APRIL))


@pytest.mark.parametrize("role", [Role.FINANCE, Role.GENERAL_MANAGER, Role.AUDITOR])
def test_only_who_prepares_or_approves_locks(approved: MonthRun, role: str) -> None:
    other = actor_of(role)
    with refused():
        ask(approved, other, locks=True)
    perform(ask(approved, CONSOLE))
    with refused():
        lock_month(approved.pk, today=TODAY, by=other)


def test_only_what_is_approved_is_asked_to_be_locked(run: MonthRun, hr: Actor) -> None:
    with refused("2011年4月"):
        ask(run, hr, locks=True)
    approve(run, hr)
    with refused("2011年4月"):
        ask_for_verification(run.pk, locks=True, by=hr, today=APRIL.last)


def test_an_open_verification_can_be_told_to_lock(approved: MonthRun, hr: Actor) -> None:
    first = ask(approved, CONSOLE)
    second = ask(approved, hr, locks=True)
    assert (second, second.locks, second.asked_by) == (first, True, hr.user)
    assert perform(first).run.state == State.LOCKED


def test_what_differs_is_not_locked(approved: MonthRun, hr: Actor) -> None:
    CommissionLine.objects.update(amount=Decimal("0.00"))
    Payslip.objects.update(bank_name="another")
    found = perform(ask(approved, hr, locks=True))
    assert (found.run.state, found.agrees, found.difference_count) == (State.APPROVED, False, 2)
    assert "金额：存 0.00，复算 2400.00" in found.differences[0]
    assert "2 处" in found.refusal


def test_the_page_of_a_verification_tells_what_it_found(run: MonthRun, hr: Actor) -> None:
    director = actor_of(Role.MARKETING_DIRECTOR).user
    assert director is not None
    verification = ask(run, hr)
    assert verification_record(verification, director).state == Cell("复核中")
    perform(verification)
    assert verification_record(verification, director).state == Cell("完全一致", tone=Tone.DONE)
    Payslip.objects.update(sales=Decimal(0))
    found = perform(ask(run, hr))
    record = verification_record(found, director)
    assert record.state == Cell("不一致", tone=Tone.BLOCKS)
    assert [row.cells[0].text for row in record.tables[0].rows] == found.differences
    Receipt.objects.update(amount="30000.01")
    verification = MonthVerification.objects.create(run=run, asked_at=timezone.now())
    assert verification_record(perform(verification), director).state == Cell("未能复核", tone=Tone.ATTENTION)


def test_only_the_first_differences_are_kept(firm: Firm, hr: Actor) -> None:
    anne = firm.seller()
    for _number in range(101):
        firm.sells(anne, "1.00")
    firm.close(lock=False)
    CommissionLine.objects.update(amount=Decimal("0.00"))
    found = perform(ask(MonthRun.objects.get(state=State.COMPUTED), hr))
    assert (found.difference_count, len(found.differences), found.refusal) == (103, 100, "")
    assert verification_record(found, hr.user).tables[0].note == "仅列前 100 处，另有 3 处。"  # type: ignore[arg-type]


def test_what_changes_between_asking_and_verifying_is_not_locked(approved: MonthRun, hr: Actor) -> None:
    verification = ask(approved, hr, locks=True)
    Receipt.objects.update(amount="30000.01")
    found = perform(verification)
    assert (found.run.state, found.agrees) == (State.STALE, False)
    assert "2011年4月" in found.refusal


def test_what_blocks_the_lock_only_now_is_told(approved: MonthRun, hr: Actor) -> None:
    verification = ask(approved, hr, locks=True)
    perform_verification(verification.pk, today=APRIL.last)
    verification.refresh_from_db()
    assert verification.agrees
    assert "2011年4月" in verification.refusal
    assert not MonthRun.objects.filter(state=State.LOCKED).exists()


def test_what_can_not_be_verified_is_told_and_not_locked(db: None) -> None:
    """A contract signed before its closer was in post: nobody knows for which branch it counts."""
    firm = Firm()
    firm.receipt(firm.contract(firm.seller(since="04-01"), signed="03-20"), "100.00")
    firm.close(lock=False)
    found = perform(ask(MonthRun.objects.get(), CONSOLE, locks=True))
    assert (found.agrees, found.run.state) == (False, State.COMPUTED)
    assert found.refusal.startswith("LookupError")


def test_without_a_verification_nothing_is_locked(approved: MonthRun, hr: Actor) -> None:
    with refused("2011年4月"):
        lock_month(approved.pk, today=TODAY, by=hr)
    perform(ask(approved, hr))
    CommissionLine.objects.update(rank="?")
    with refused("2011年4月"):
        lock_month(approved.pk, today=TODAY, by=hr)
    perform(ask(approved, hr))
    with refused("2011年4月"):
        lock_month(approved.pk, today=TODAY, by=hr)
    CommissionLine.objects.update(rank="ZL")
    lock_month(approved.pk, today=TODAY, by=hr)


def test_the_console_verifies_before_it_locks(firm: Firm) -> None:
    told = StringIO()
    call_command("close_month", "2011-04", "--lock", stdout=told)
    verification = MonthVerification.objects.get()
    assert (verification.agrees, verification.locks, verification.run.state) == (True, True, State.LOCKED)
    assert f"复核一致：2 人，{verification.seconds} 秒" in told.getvalue()
    assert f"封存链码 {verification.run.link}\n" in told.getvalue()


def test_the_console_does_not_lock_what_differs(firm: Firm) -> None:
    """A kind of orphan that doesn't follow from the client's history pays another article."""
    Contract.objects.update(orphan_kind=Orphan.NO_OWNER)
    report = close_month(APRIL, lock=True, today=TODAY, by=CONSOLE)
    assert not report.is_locked
    told = StringIO()
    with pytest.raises(CommandError, match="2011-04"):
        call_command("close_month", "2011-04", "--lock", stdout=told)
    number = Contract.objects.get().number
    assert f"合同 {number}，" in told.getvalue()
    assert "：存 无归属，复算 无" in told.getvalue()
    assert "复核一致" not in told.getvalue()
    assert MonthVerification.objects.filter(difference_count=3).count() == 2


def test_the_command_says_that_a_month_agrees(firm: Firm) -> None:
    for lock in (False, True):
        firm.close(lock=lock)
        told = StringIO()
        call_command("verify_month", "2011-04", stdout=told)
        agreement, seal = told.getvalue().splitlines()
        assert agreement.startswith("复核一致：2 人，")
        assert seal == f"封存校验码：{seal_of(APRIL)}"


def test_the_command_tells_every_difference(firm: Firm) -> None:
    Payslip.objects.update(rank_name="?")
    told = StringIO()
    with pytest.raises(CommandError, match="3 处不一致：2 人"):
        call_command("verify_month", "2011-04", stdout=told)
    assert len(told.getvalue().splitlines()) == 3


@pytest.mark.parametrize(("month", "about"), [("2011-13", "2011-13"), ("2011-05", "2011-05")])
def test_the_command_refuses_what_it_can_not_verify(firm: Firm, month: str, about: str) -> None:
    with pytest.raises(CommandError, match=about):
        call_command("verify_month", month, stdout=StringIO())


def test_months_locked_before_there_were_seals(firm: Firm) -> None:
    lock_unsealed(MonthRun.objects.get())
    call_command("verify_month", "2011-04", stdout=StringIO())


def test_many_ask_and_many_perform_at_once(committed_db: Clone) -> None:
    computed_firm()
    run = MonthRun.objects.get()
    approve(run, actor_of(Role.HR))
    hr = Actor(User.objects.get(role=Role.HR))

    def alone(_number: int) -> int:
        try:
            verification = ask(run, hr, locks=True)
            perform_verification(verification.pk, today=TODAY)
            return verification.pk
        except CloseRefused:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(alone, range(8)))
    perform_verification(MonthVerification.objects.get().pk, today=TODAY, wait=True)
    run.refresh_from_db()
    assert run.state == State.LOCKED
    assert run.transitions.filter(kind="locked").count() == 1


def test_the_sweep_finds_open_verifications(committed_db: Clone) -> None:
    computed_firm()
    verification = ask(MonthRun.objects.get(), CONSOLE)
    assert sweep_verifications() == [verification.pk]
    perform(verification)
    assert sweep_verifications() == []


def test_verifying_takes_as_many_queries_for_many_as_for_few(firm: Firm) -> None:
    few = queries()
    for _number in range(20):
        firm.sells(firm.seller(), "1000.00")
        firm.weigh(firm.clerk(), "0")
    firm.close(lock=False)
    assert queries() == few


def queries() -> int:
    with CaptureQueriesContext(connection) as captured:
        verify_month(APRIL, kept_seal="", tell=print)
    return len(captured)
