"""Months that are handed over or approved: a change of what they are computed from takes them back."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from access.decisions.signing import name_of
from monthend.approval.selectors import called_for
from monthend.models import MonthRun, MonthTransition
from rulebook.wording import month_text

State, Kind = MonthRun.State, MonthTransition.Kind
HANDED_OVER = frozenset({State.SUBMITTED, State.APPROVED})


def handed_over() -> dict[int, MonthRun]:
    """The months that are handed over or approved, each with who did so, by the key of the run."""
    runs = MonthRun.objects.filter(state__in=HANDED_OVER).order_by("month")
    people = [f"{role}__employee" for role in ("prepared_by", "approved_by", "approved_for")]
    return {run.pk: run for run in runs.select_related(*people)}


def latest_transition() -> int:
    """The key of the latest step of any month; 0 before the first."""
    return MonthTransition.objects.aggregate(Max("pk"))["pk__max"] or 0


def taken_back_since(latest: int, **narrowed: object) -> list[MonthRun]:
    """The months that became stale since a step, having been handed over or approved: as they stood, with who did so.

    `narrowed` are conditions on the step: who took them back. Two queries, however many months.
    """
    stale = MonthTransition.objects.filter(pk__gt=latest, kind=Kind.STALE, **narrowed)
    ends = dict(stale.values_list("run", "pk"))
    if not ends:
        return []
    steps = MonthTransition.objects.filter(run__in=ends, kind__in=[Kind.SUBMITTED, Kind.REJECTED, Kind.APPROVED])
    stood: dict[int, MonthRun] = {}
    for step in steps.select_related("run", "by__employee", "on_behalf_of__employee").order_by("run__month", "pk"):
        if step.pk < ends[step.run_id]:
            _take_step(stood.setdefault(step.run_id, step.run), step)
    return [run for run in stood.values() if run.state in HANDED_OVER]


def _take_step(run: MonthRun, step: MonthTransition) -> None:
    """Let the run, as read, stand as it did after a step on its way to the approval."""
    match step.kind:
        case Kind.SUBMITTED:
            run.state, run.prepared_by, run.prepared_at = State.SUBMITTED, step.by, step.at
        case Kind.APPROVED:
            run.state, run.approved_by, run.approved_at = State.APPROVED, step.by, step.at
            run.approved_for = step.on_behalf_of
        case _:
            run.state = State.COMPUTED
            run.approved_by = run.approved_for = run.approved_at = None


def handed_over_at(run: MonthRun) -> dt.datetime:
    """When the month was handed over or, if it was, approved."""
    moment = run.approved_at if run.state == State.APPROVED else run.prepared_at
    if moment is None:
        raise ValueError(f"{run} was not handed over")
    return moment


def token(runs: Iterable[MonthRun]) -> str:
    """Tells months as they stood when a page spoke of them."""
    return " ".join(f"{run.pk}-{run.state}" for run in runs)


def standing(run: MonthRun) -> str:
    """Who handed the month over and who approved it, as it stood."""
    facts = {"month": month_text(run.month), "preparer": name_of(run.prepared_by) if run.prepared_by else ""}
    if run.approved_by is None or run.approved_at is None:
        facts["at"] = f"{timezone.localtime(run.prepared_at):%Y-%m-%d %H:%M}"
        return _("%(month)s was handed over by %(preparer)s on %(at)s.") % facts
    facts |= {
        "approver": called_for(run.approved_by, run.approved_for),
        "at": f"{timezone.localtime(run.approved_at):%Y-%m-%d %H:%M}",
    }
    return _("%(month)s was handed over by %(preparer)s and approved by %(approver)s on %(at)s.") % facts
