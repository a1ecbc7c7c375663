"""What happened to a run on its way, with who and when."""

from collections.abc import Iterable

from django.db.models import Case, Exists, Max, OuterRef, Subquery, When
from django.utils import timezone
from django.utils.translation import gettext as _

from monthend.approval.selectors import who_did
from monthend.models import MonthRun, MonthTransition
from rulebook.month import Month
from rulebook.wording import month_text


def standing_payment(transitions: Iterable[MonthTransition]) -> MonthTransition | None:
    """The payment that stands, of a month's transitions, the newest first; None where there is none any more."""
    latest = next((row for row in transitions if row.kind in MonthTransition.PAYMENTS), None)
    return latest if latest is not None and latest.kind == MonthTransition.Kind.PAID else None


def latest_step(month: Month) -> int:
    """The key of what happened to the month last, 0 before anything did: a page that showed an earlier one is old."""
    return MonthTransition.objects.filter(run__month=month).aggregate(Max("pk"))["pk__max"] or 0


def what_happened(month: Month) -> str:
    """Who did what with the month last, and when: told to who wants to do what can't be done with it any more."""
    words = _("%(month)s: “%(what)s” by %(who)s on %(at)s. What you want to do can't be done with it any more.")
    return _told_of_latest(month, words)


def happened_meanwhile(month: Month) -> str:
    """Who did what with the month last, and when: told to who acts on a page that was opened before."""
    words = _("%(month)s: “%(what)s” by %(who)s on %(at)s, after your page was opened. Look again, then decide.")
    return _told_of_latest(month, words)


def _told_of_latest(month: Month, words: str) -> str:
    rows = MonthTransition.objects.filter(run__month=month).select_related("by__employee", "on_behalf_of__employee")
    row = rows.order_by("-pk").first()
    if row is None:
        return _("Nothing has happened to %(month)s yet.") % {"month": month_text(month)}
    at = f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"
    return words % {"month": month_text(month), "what": row.get_kind_display(), "who": who_did(row), "at": at}


def paid_day(month: OuterRef) -> Subquery:
    """The day on which the month of an outer query was paid; null where it was not, or that was taken back."""
    payments = MonthTransition.objects.filter(run__month=month, kind__in=MonthTransition.PAYMENTS).order_by("-pk")
    return Subquery(payments.values(day=Case(When(kind=MonthTransition.Kind.PAID, then="paid_on")))[:1])


def payment_of(run: MonthRun) -> MonthTransition | None:
    """The payment of a locked month that stands, with who noted it; None where there is none, or it was taken back."""
    payments = MonthTransition.objects.filter(run=run, kind__in=MonthTransition.PAYMENTS)
    return standing_payment(payments.select_related("by").order_by("-pk")[:1])


def others_paid_by(voucher: str, month: Month) -> list[MonthTransition]:
    """The payments of other months that stand by a voucher of this number, in the order of their months."""
    taken_back = MonthTransition.objects.filter(
        run=OuterRef("run"), kind=MonthTransition.Kind.UNPAID, pk__gt=OuterRef("pk")
    )
    paid = MonthTransition.objects.filter(kind=MonthTransition.Kind.PAID, voucher__iexact=voucher.strip())
    others = paid.exclude(Exists(taken_back)).exclude(run__month=month)
    return list(others.select_related("run").order_by("run__month"))
