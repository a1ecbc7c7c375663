"""A month's page, put together for one viewer: where the month stands, what blocks it, what to do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.acts import Offer
from access.pages.links import Links, address
from access.pages.records import Cell, Table, Tone
from access.rights import Right, may
from monthend.approval.selectors import read_in_charge
from monthend.approval.selectors_reminders import reminders_of
from monthend.approval.selectors_transitions import standing_payment
from monthend.checks import NEXT_STEPS, Blocker, Obstacle, findings_of, support_findings
from monthend.lock.selectors_chain import short_code
from monthend.models import MonthRun, MonthVerification
from monthend.offers import Link, links_of
from monthend.page.acts import offers
from monthend.page.changes import may_see_changes
from monthend.page.figures import Paid, named_without_account, paid_in, without_account_cells
from monthend.page.history import history_table, paid_text, read_history, verification_table
from monthend.page.mending import Mend, mending, no_receipts_yet
from monthend.page.progress import Progress, progress_of
from monthend.page.setbacks import Setback, is_sent_back, setback_of
from monthend.page.situation import live_runs, situation_of, turn_of
from monthend.page.stages import Stage, stages_of
from monthend.page.state import due_cell, run_state
from monthend.pages import verification_state
from periods.models import Period
from rulebook.cells import text
from rulebook.models import PlanVersion

State = MonthRun.State
VERIFICATIONS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class MonthPage:
    """What a month's page begins with; what came out is read apart (results.py), once there is something to show."""

    period: Period
    run: MonthRun | None
    step: int
    state: Cell
    paid: str
    due: Cell | None
    chain_code: str
    stages: Sequence[Stage]
    progress: Progress
    offers: Sequence[Offer]
    asides: Sequence[Offer]
    turn: str
    setback: Cell | None
    links: Sequence[Link]
    plan: Cell
    blockers: Sequence[Mend]
    unsigned: Sequence[Mend]
    without_weight: Sequence[Mend]
    without_receipts: Sequence[Mend]
    awaited: Mend | None
    without_account: Sequence[Cell]
    has_results: bool
    shows_changes: bool
    history: Table
    verified: Cell | None
    verification: Table | None

    @property
    def things(self) -> list[Mend]:
        """All that somebody else may be reminded of."""
        awaited = [self.awaited] if self.awaited else []
        return [*self.blockers, *self.unsigned, *self.without_weight, *self.without_receipts, *awaited]


def month_page(period: Period, viewer: User, now: dt.datetime, today: dt.date) -> MonthPage:
    """Read and put together the page, in a fixed number of queries."""
    month = period.month
    run = live_runs([month], viewer).get(month)
    verifications = _latest_verifications(run)
    progress = progress_of(run, _under_way(verifications), viewer, now)
    transitions = read_history(month, viewer)
    paid, setback = standing_payment(transitions), setback_of(run, transitions)
    found = _findings(run, today) if run and not progress.is_busy else []
    is_open = run is not None and run.state != State.LOCKED
    in_charge = read_in_charge(today) if found and is_open else None
    reminders = reminders_of(run) if run and in_charge else []
    blockers, known = [one for one in found if one.blocks], _of(found, Obstacle.WITHOUT_WEIGHT)
    cash_missing = _of(found, Obstacle.WITHOUT_RECEIPTS)
    paid_out = paid_in(viewer, month)[month]
    lacking = Paid() if paid or progress.is_busy else paid_out
    links = Links(viewer, [*(one.subject for one in found), *named_without_account(lacking)])
    at = situation_of(
        month,
        run,
        viewer,
        today,
        paid_out=paid_out,
        is_blocked=bool(blockers),
        is_busy=progress.is_busy,
        payment=paid,
        known=[one.text for one in (*cash_missing, *known)],
        in_charge=in_charge,
    )
    told = partial(
        mending,
        month=month,
        viewer=viewer,
        in_charge=in_charge,
        reminders=reminders,
        today=today,
        links=links,
    )
    return MonthPage(
        period=period,
        run=run,
        step=transitions[0].pk if transitions else 0,
        state=run_state(run, is_paid=paid is not None, is_returned=is_sent_back(setback)),
        paid=paid_text(paid, viewer) if paid else "",
        due=due_cell(month, run, today),
        chain_code=short_code(run.link) if run else "",
        stages=stages_of(run, paid),
        progress=progress,
        offers=[offer for offer in offers(at) if not offer.is_aside],
        asides=[offer for offer in offers(at) if offer.is_aside],
        turn=turn_of(at),
        setback=_not_locked(run, verifications, viewer) or _setback(setback, viewer),
        links=[] if progress.is_busy else links_of(period, viewer),
        plan=_plan(run.plan_version if run else period.plan_version, viewer),
        blockers=told(blockers),
        unsigned=told(_of(found, Obstacle.UNSIGNED_RANK)),
        without_weight=told(known),
        without_receipts=told(cash_missing) if run or period.is_locked else no_receipts_yet(at),
        awaited=next(iter(told(_of(found, *NEXT_STEPS))), None) if not blockers else None,
        without_account=without_account_cells(lacking, links),
        has_results=run is not None and not progress.is_running,
        shows_changes=run is not None and not progress.is_running and may_see_changes(viewer),
        history=history_table(transitions, viewer),
        verified=_verified(verifications, viewer),
        verification=_verification(run, verifications, viewer),
    )


def _of(found: Sequence[Blocker], *obstacles: Obstacle) -> list[Blocker]:
    return [one for one in found if one.obstacle in obstacles]


def _plan(version: PlanVersion, viewer: User) -> Cell:
    return text(version, Links(viewer, [version]).to(version))


def _latest_verifications(run: MonthRun | None) -> list[MonthVerification]:
    """The latest verifications of the run; one that is under way is the first."""
    return list(run.verifications.all()[:VERIFICATIONS_SHOWN]) if run else []


def _under_way(verifications: Sequence[MonthVerification]) -> MonthVerification | None:
    return next((row for row in verifications if row.done_at is None), None)


def _not_locked(run: MonthRun | None, verifications: Sequence[MonthVerification], viewer: User) -> Cell | None:
    """Why the lock that was asked for last did not come about."""
    latest = next(iter(verifications), None)
    if run is None or run.state == State.LOCKED or latest is None or not (latest.locks and latest.refusal):
        return None
    if not may(viewer, Right.VIEW, MonthVerification):
        return None
    words = _("It was not locked: %(reason)s") % {"reason": latest.refusal}
    return Cell(words, address(latest), tone=Tone.BLOCKS)


def _findings(run: MonthRun, today: dt.date) -> list[Blocker]:
    """What blocks the lock and what has to be known before; of a locked month what is known of it."""
    return list(support_findings(run.month)) if run.state == State.LOCKED else findings_of(run, today)


def _setback(setback: Setback | None, viewer: User) -> Cell | None:
    """What set the month back, leading to what happened to it."""
    return Cell(setback.text_for(viewer), "#history", tone=Tone.ATTENTION) if setback else None


def _verified(verifications: Sequence[MonthVerification], viewer: User) -> Cell | None:
    """What the latest verification found, and when, for beside its button."""
    latest = next((row for row in verifications if row.done_at is not None), None)
    if latest is None or not may(viewer, Right.VIEW, MonthVerification):
        return None
    state = verification_state(latest)
    facts = {"state": state.text, "at": f"{timezone.localtime(latest.asked_at):%Y-%m-%d %H:%M}"}
    return replace(state, text=_("Verified at %(at)s: %(state)s") % facts, href="#verification")


def _verification(run: MonthRun | None, verifications: Sequence[MonthVerification], viewer: User) -> Table | None:
    """What was verified, or is to be before the lock; the whole company's pay is no matter for a branch."""
    done = [row for row in verifications if row.done_at is not None]
    is_next = run is not None and run.state == State.APPROVED
    if not may(viewer, Right.VIEW, MonthVerification) or not (done or is_next):
        return None
    return verification_table(done, viewer)
