"""A month's page, put together for one viewer: where the month stands, what blocks it, what to do."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access.doors import Doors, address
from access.models import User
from access.reach import within_reach
from access.record import Cell, Table, Tone
from access.rights import Right, may
from monthend.checks import blockers_of
from monthend.models import MonthRun, MonthTransition, MonthVerification
from monthend.page.acts import Offer, offers
from monthend.page.figures import paid_in
from monthend.page.history import history_table, read_history, verification_table
from monthend.page.mending import mending
from monthend.page.offers import Link, links_of
from monthend.page.progress import Progress, progress_of
from monthend.page.situation import live_runs, situation_of, turn_of
from monthend.page.stages import Stage, stages_of
from monthend.page.state import due_cell, run_state
from monthend.people import called_for
from periods.models import Period
from rulebook.cells import text
from rulebook.models import PlanVersion
from rulebook.wording import month_text
from staff.models import RankDecision

State = MonthRun.State
VERIFICATIONS_SHOWN = 4
_HANDED = (MonthTransition.Kind.SUBMITTED, MonthTransition.Kind.REJECTED)


@dataclass(frozen=True, slots=True)
class MonthPage:
    """What a month's page begins with; what came out is read apart (results.py), once there is something to show."""

    period: Period
    run: MonthRun | None
    state: Cell
    due: Cell | None
    stages: Sequence[Stage]
    progress: Progress
    offers: Sequence[Offer]
    asides: Sequence[Offer]
    turn: str
    setback: Cell | None
    links: Sequence[Link]
    plan: Cell
    blockers: Sequence[Cell]
    unsigned: Sequence[Cell]
    has_results: bool
    history: Table
    verification: Table | None


def month_page(period: Period, viewer: User, now: dt.datetime, today: dt.date) -> MonthPage:
    """Read and put together the page, in a fixed number of queries."""
    month = period.month
    run = live_runs([month], viewer).get(month)
    verifications = _latest_verifications(run)
    progress = progress_of(run, _under_way(verifications), viewer, now)
    transitions = read_history(month, viewer)
    paid = next((row for row in transitions if row.kind == MonthTransition.Kind.PAID), None)
    blockers = blockers_of(run, today) if run and not progress.is_busy and run.state != State.LOCKED else []
    at = situation_of(
        month,
        run,
        viewer,
        today,
        paid_out=paid_in(viewer, month),
        is_blocked=bool(blockers),
        is_busy=progress.is_busy,
        is_paid=paid is not None,
    )
    return MonthPage(
        period=period,
        run=run,
        state=run_state(run),
        due=due_cell(month, run, today),
        stages=stages_of(run, paid),
        progress=progress,
        offers=[offer for offer in offers(at) if not offer.is_aside],
        asides=[offer for offer in offers(at) if offer.is_aside],
        turn=turn_of(at),
        setback=_setback(run, verifications, viewer) or _rejection(run, transitions),
        links=[] if progress.is_busy else links_of(period, viewer),
        plan=_plan(run.plan_version if run else period.plan_version, viewer),
        blockers=mending(blockers, month, viewer),
        unsigned=_unsigned_ranks(run, viewer),
        has_results=run is not None and not progress.is_running,
        history=history_table(transitions, viewer),
        verification=_verification(run, verifications, viewer),
    )


def _plan(version: PlanVersion, viewer: User) -> Cell:
    return text(version, Doors(viewer, [version]).to(version))


def _latest_verifications(run: MonthRun | None) -> list[MonthVerification]:
    """The latest verifications of the run; one that is under way is the first."""
    return list(run.verifications.all()[:VERIFICATIONS_SHOWN]) if run else []


def _under_way(verifications: Sequence[MonthVerification]) -> MonthVerification | None:
    return next((row for row in verifications if row.done_at is None), None)


def _setback(run: MonthRun | None, verifications: Sequence[MonthVerification], viewer: User) -> Cell | None:
    """Why the lock that was asked for last did not come about."""
    latest = next(iter(verifications), None)
    if run is None or run.state == State.LOCKED or latest is None or not (latest.locks and latest.refusal):
        return None
    if not may(viewer, Right.VIEW, MonthVerification):
        return None
    words = _("It was not locked: %(reason)s") % {"reason": latest.refusal}
    return Cell(words, address(latest), tone=Tone.BLOCKS)


def _unsigned_ranks(run: MonthRun | None, viewer: User) -> list[Cell]:
    """The decisions on ranks that wait for a signature and could only be withdrawn once the month is locked."""
    if run is None or run.state == State.LOCKED or not may(viewer, Right.VIEW, RankDecision):
        return []
    waiting = RankDecision.objects.filter(state=RankDecision.State.WAITING, month__lte=run.month)
    rows = within_reach(viewer, waiting).defer("file_data").select_related("employee").order_by("month", "pk")
    words = _("%(person)s: the rank from %(month)s on isn't signed; after the lock the decision can only be withdrawn.")
    return [Cell(words % {"person": row.employee, "month": month_text(row.month)}, address(row)) for row in rows]


def _rejection(run: MonthRun | None, transitions: Sequence[MonthTransition]) -> Cell | None:
    """Who sent the month back, and why, until it is handed over again."""
    if run is None or run.state != State.COMPUTED:
        return None
    latest = next((row for row in transitions if row.run_id == run.pk and row.kind in _HANDED), None)
    if latest is None or latest.kind != MonthTransition.Kind.REJECTED:
        return None
    by = called_for(latest.by, latest.on_behalf_of) if latest.by else _("console")
    words = _("%(who)s sent it back: %(reason)s") % {"who": by, "reason": latest.reason}
    return Cell(words, "#history", tone=Tone.ATTENTION)


def _verification(run: MonthRun | None, verifications: Sequence[MonthVerification], viewer: User) -> Table | None:
    """What was verified, or is to be before the lock; the whole company's pay is no matter for a branch."""
    done = [row for row in verifications if row.done_at is not None]
    is_next = run is not None and run.state == State.APPROVED
    if not may(viewer, Right.VIEW, MonthVerification) or not (done or is_next):
        return None
    return verification_table(done, viewer)
