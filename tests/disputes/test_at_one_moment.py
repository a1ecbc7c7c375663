"""Two who act on a dispute at the same moment, each on a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from access.actor import CONSOLE
from access.refusals import EffectChanged, Refused
from clients.history.actions import rebuild_histories
from compensation.models import CommissionLine, Correction
from disputes.actions import raise_dispute, withdraw
from disputes.deciding.actions import confirm_ruling, give_finding
from disputes.deciding.actions_offers import confirm_offer
from disputes.deciding.effects import effect_of_offer, effect_of_waiting
from disputes.deciding.rules import Desk
from disputes.models import Dispute, FindingShare, Ruling
from monthend.checks import CloseRefused
from monthend.lock.actions import lock_month
from monthend.models import MonthRun
from monthend.runs import start_run
from monthend.steps import Inputs, do_next_step
from monthend.work import work_on
from periods.models import Period
from staff.models import Branch
from tests.cast import actor_of
from tests.disputes.case import RAISED, Case, Role, confirm, offer_of
from tests.firm import APRIL, TODAY
from tests.verify.closing import found
from tests.waiting import somebody_waits, until

State = Dispute.State


def both(first: Callable[[], object], second: Callable[[], object]) -> str:
    """How it ends for who acts on another connection before what the first one did is committed."""

    def act() -> str:
        try:
            second()
        except (Refused, EffectChanged, CloseRefused):
            return "refused"
        except DatabaseError:
            return "kept out by the database alone"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            acting = pool.submit(act)
            until(lambda: acting.done() or somebody_waits())
        return acting.result()


def two_confirm(case: Case) -> str:
    """How it ends for the second of two who confirm what they found."""
    dispute = case.found()
    shown = effect_of_waiting(dispute).digest
    ways = [lambda by=by: confirm_ruling(dispute, shown=shown, today=RAISED, by=by) for by in (case.hr, case.director)]
    return both(*ways)


def two_agree(case: Case) -> str:
    """The same of two who agree to a third's offer."""
    other = case.firm.seller()
    others = case.log_in(other)
    dispute = case.verifying()
    raise_dispute(case.claim(other), today=RAISED, by=others)
    offer = offer_of(case, dispute, case.closers)
    shown = effect_of_offer(offer).digest
    ways = [lambda by=by: confirm_offer(offer, shown=shown, today=RAISED, by=by) for by in (case.claimants, others)]
    return both(*ways)


def one_withdraws_and_one_rules(case: Case, *, is_withdrawn_first: bool = True) -> str:
    """The same of who takes the claim back, and who decides on it."""
    dispute = case.found()
    shown = effect_of_waiting(dispute).digest
    ways = [
        lambda: withdraw(dispute, claimant=case.claimant, reason="误会", by=case.claimants),
        lambda: confirm_ruling(dispute, shown=shown, today=RAISED, by=case.hr),
    ]
    return both(*(ways if is_withdrawn_first else reversed(ways)))


def two_find(case: Case) -> str:
    """The same of two of one desk who find differently."""
    dispute, another = case.verifying(), actor_of(Role.HR, "hr2")
    ways = [
        lambda by=by, share=share: give_finding(dispute, case.finding(*share), desk=Desk.HR, by=by)
        for by, share in ((case.hr, ("0.6", "0.4")), (another, ("0.5", "0.5")))
    ]
    return both(*ways)


@pytest.mark.usefixtures("committed_db")
def test_two_who_confirm_at_one_moment_post_one_ruling() -> None:
    assert two_confirm(Case()) == "refused"
    assert Ruling.objects.count() == Correction.objects.count() == 1


@pytest.mark.usefixtures("committed_db")
def test_two_who_agree_at_one_moment_settle_it_once() -> None:
    assert two_agree(Case()) == "done"
    assert Ruling.objects.count() == Correction.objects.count() == 1
    assert Dispute.objects.get().state == State.SETTLED


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize("is_withdrawn_first", [True, False])
def test_a_claim_is_taken_back_or_decided(*, is_withdrawn_first: bool) -> None:
    assert one_withdraws_and_one_rules(Case(), is_withdrawn_first=is_withdrawn_first) == "refused"
    assert Correction.objects.count() == 1
    assert Dispute.objects.get().state == (State.WITHDRAWN if is_withdrawn_first else State.DECIDED)


@pytest.mark.usefixtures("committed_db")
def test_of_two_of_one_desk_one_finds() -> None:
    assert two_find(Case()) == "refused"
    assert FindingShare.objects.filter(sales_share=Decimal("0.6")).count() == 1


@pytest.mark.usefixtures("committed_db")
@pytest.mark.parametrize(
    ("meet", "ending", "state"),
    [
        (two_confirm, "kept out by the database alone", State.DECIDED),
        (two_agree, "done", State.VERIFYING),
        (one_withdraws_and_one_rules, "kept out by the database alone", State.WITHDRAWN),
        (two_find, "kept out by the database alone", State.VERIFYING),
    ],
)
def test_without_holding_the_dispute_nobody_would_be_told(
    meet: Callable[[Case], str], ending: str, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The controls; of two who agree neither would know that the other did, and all agreed on what settles nothing."""
    turns = ("actions", "deciding.actions", "deciding.actions_offers")
    for module in (*(f"disputes.{each}" for each in turns), "compensation.corrections.actions_rulings"):
        monkeypatch.setattr(f"{module}.wait_for_turn", lambda: None)
    for module in ("disputes.states", "disputes.deciding.actions_offers"):
        monkeypatch.setattr(f"{module}.held", lambda rows, row: rows.get(pk=row.pk))
    assert (meet(Case()), Dispute.objects.get().state) == (ending, state)


@pytest.mark.usefixtures("committed_db")
def test_two_claims_at_one_moment_are_one_dispute() -> None:
    case = Case()
    other = case.firm.seller()
    ways = [lambda one=one: raise_dispute(case.claim(one), today=RAISED, by=case.hr) for one in (case.claimant, other)]
    assert both(*ways) == "done"
    assert Dispute.objects.get().parties.count() == 3


def ruled_while_it_locks(case: Case) -> str:
    """How it ends for who confirms what the findings do while April is being locked."""
    dispute = case.found()
    shown = effect_of_waiting(dispute).digest
    return both(lambda: case.firm.close(APRIL), lambda: confirm_ruling(dispute, shown=shown, today=RAISED, by=case.hr))


@pytest.mark.usefixtures("committed_db")
def test_a_month_is_locked_before_a_ruling_which_is_looked_at_anew() -> None:
    """By then it moves what the locked month paid, in May."""
    case = Case()
    assert ruled_while_it_locks(case) == "refused"
    assert (Period.objects.get().is_locked, Correction.objects.count()) == (True, 0)
    assert confirm(Dispute.objects.get(), case.hr).correction.month == APRIL + 1  # type: ignore[union-attr]


@pytest.mark.usefixtures("committed_db")
def test_without_taking_turns_a_ruling_would_be_posted_in_the_month_being_locked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: nobody is told, and the seal alone keeps it out."""
    for module in ("disputes.deciding.actions", "compensation.corrections.actions_rulings"):
        monkeypatch.setattr(f"{module}.wait_for_turn", lambda: None)
    assert ruled_while_it_locks(Case()) == "kept out by the database alone"


@pytest.mark.usefixtures("committed_db")
def test_a_ruling_before_the_lock_has_the_month_computed_anew() -> None:
    case = Case()
    dispute = case.found()
    shown = effect_of_waiting(dispute).digest
    case.firm.close(APRIL, lock=False)
    run = MonthRun.objects.get(month=APRIL)
    ways = [
        lambda: confirm_ruling(dispute, shown=shown, today=RAISED, by=case.hr),
        lambda: lock_month(run.pk, today=TODAY, by=CONSOLE),
    ]
    assert both(*ways) == "refused"
    assert not Period.objects.get().is_locked
    assert case.firm.close(APRIL).is_locked, found(APRIL)


@pytest.mark.django_db
def test_a_ruling_amid_a_close_makes_its_result_stale() -> None:
    """Credits and commissions are written by then, to the closer alone."""
    case = Case()
    dispute = case.found()
    rebuild_histories()
    run = start_run(APRIL, by=CONSOLE)
    inputs = Inputs.read(APRIL, run.plan_version)
    for _step in range(2 * Branch.objects.count()):
        do_next_step(run.pk, lambda: inputs, wait=True)
    confirm(dispute, case.hr)
    work_on(run.pk)
    run.refresh_from_db()
    assert (run.state, CommissionLine.objects.get().employee) == (MonthRun.State.STALE, case.closer)
    assert case.firm.close(APRIL).is_locked, found(APRIL)
    assert set(CommissionLine.objects.values_list("employee", flat=True)) == {case.closer.pk, case.claimant.pk}
