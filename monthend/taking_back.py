"""Months that are handed over or approved: a change of what they are computed from takes them back."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from monthend.models import MonthRun
from monthend.people import called_for
from rulebook.wording import month_text
from staff.pay_changes import name_of

State = MonthRun.State
HANDED_OVER = frozenset({State.SUBMITTED, State.APPROVED})


def handed_over() -> dict[int, MonthRun]:
    """The months that are handed over or approved, each with who did so, by the key of the run."""
    runs = MonthRun.objects.filter(state__in=HANDED_OVER).order_by("month")
    people = [f"{role}__employee" for role in ("prepared_by", "approved_by", "approved_for")]
    return {run.pk: run for run in runs.select_related(*people)}


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
