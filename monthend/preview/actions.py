"""Asking for previews, and throwing them away."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.rights import Right, may
from clients.models import Receipt
from monthend.checks import month_due
from monthend.preview.models import Preview
from monthend.preview.work import wake
from periods.selectors import first_closed_month
from rulebook.month import Month
from rulebook.plan import PlanError
from rulebook.selectors import NoPlanInForce, plan_version_at

MOST_MONTHS = 24
MOST_OPEN = 3


def previewable_months() -> list[Month]:
    """The months that a preview may cover: from the first closed one to the latest with receipts, or the one due."""
    due = month_due()
    if due is None:
        return []
    latest = Receipt.objects.aggregate(latest=Max("posted_in"))["latest"] or due
    months = [first_closed_month() or due]
    while months[-1] < max(due, latest):
        months.append(months[-1] + 1)
    return months


@action
def ask_preview(preview: Preview, *, by: Actor) -> None:
    """Write down what is supposed and wake a worker. ValidationError tells, by field, why it can't be computed.

    Of a plan version named, the text as it reads now is kept.
    """
    if by.user is None or not may(by.user, Right.ADD, Preview):
        raise PermissionDenied
    if Preview.objects.filter(asked_by=by.user, state__in=Preview.OPEN).count() >= MOST_OPEN:
        raise ValidationError(_("%(count)d previews of yours wait already: see these first.") % {"count": MOST_OPEN})
    check_preview(preview)
    if preview.plan_version:
        preview.plan_text = preview.plan_version.text
    preview.asked_by, preview.asked_at = by.user, timezone.now()
    preview.save(force_insert=True)
    wake()


def check_preview(preview: Preview) -> None:
    """Raise ValidationError, by field, for what can't be computed."""
    _check_months(preview.first_month, preview.last_month)
    try:
        if preview.supposed_plan is None:
            plan_version_at(preview.first_month)
    except NoPlanInForce as error:
        raise ValidationError({"first_month": str(error)}) from error
    except PlanError as error:
        raise ValidationError({"plan_text": str(error).splitlines()}) from error


def _check_months(first: Month, last: Month) -> None:
    if last < first:
        raise ValidationError({"last_month": _("The last month lies before the first.")})
    if first + MOST_MONTHS <= last:
        raise ValidationError({"last_month": _("At most %(months)d months at once.") % {"months": MOST_MONTHS}})
    known, due = previewable_months(), month_due()
    if first not in known or due is None or first > due:
        raise ValidationError(
            {"first_month": _("A preview begins at a locked month or the one after the last of them.")}
        )
    if last not in known:
        raise ValidationError({"last_month": _("There are no receipts of that month or a later one yet.")})


@action
def remove_preview(preview: Preview, *, by: Actor) -> None:
    """Throw away a preview of one's own; one that is being computed ends without a trace."""
    if preview.asked_by != by.user:
        raise PermissionDenied
    preview.delete()
