"""What a month needs before it can be computed, and what keeps it from being locked."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any

from django.db.models import DateField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from clients.models import Receipt
from compensation.actions_support import unshared_pools
from compensation.corrected import Closers, branch_sales_moved
from compensation.models import Adjustment, Correction, Payslip, SupportWeight
from funds.models import FundClaim
from monthend.models import MonthRun, MonthStep
from periods.selectors import inputs_version, last_locked_month
from rulebook.month import Month
from rulebook.selectors import NoPlanInForce, plan_version_at
from rulebook.wording import month_text
from staff.models import Branch, Employee, Post, Target
from staff.pay_data import unpayable_in


class CloseRefused(Exception):
    """A month can't be computed or locked; `reasons` say why, each in the user's language."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("\n".join(self.reasons))


def require_computable(month: Month) -> None:
    """Raise CloseRefused with every reason why the month can't be computed now."""
    if not Employee.objects.exists():
        raise CloseRefused([_("There is nobody to pay yet: import a company first.")])
    require_next(month)
    try:
        plan_version_at(month)
    except NoPlanInForce as error:
        raise CloseRefused([str(error)]) from error


def require_next(month: Month) -> None:
    """Raise CloseRefused if months before it have to be locked first, or it is locked itself."""
    last = last_locked_month()
    if last is not None and month <= last:
        text = _("%(month)s is locked: nothing in it can change any more.")
        raise CloseRefused([text % {"month": month_text(month)}])
    due = last + 1 if last is not None else _first_month()
    if due is not None and month > due:
        text = _("%(month)s is not next: lock %(due)s first; months close in order.")
        raise CloseRefused([text % {"month": month_text(month), "due": month_text(due)}])


def month_due() -> Month | None:
    """The month to close next: after the last locked one, else the first with anything in it; None without any."""
    last = last_locked_month()
    return last + 1 if last is not None else _first_month()


def _first_month() -> Month | None:
    """The first month with anything in it; one query."""
    firsts: Iterable[QuerySet[Any, dt.date]] = (
        model.objects.order_by(day).annotate(first=Cast(day, DateField())).values_list("first", flat=True)[:1]
        for model, day in ((Receipt, "posted_in"), (Target, "month"), (SupportWeight, "month"), (FundClaim, "date"))
    )
    head, *others = firsts
    found = min(head.union(*others, all=True), default=None)
    return Month.of(found) if found else None


class Obstacle(Enum):
    """What kind of thing keeps a month from being locked; its subject is a step, person, pool, branch or the run."""

    FAILED_STEP = auto()
    MISSING_TARGET = auto()
    UNPAYABLE = auto()
    UNSHARED_POOL = auto()
    ADJUSTED_WITHOUT_PAYSLIP = auto()
    SPARED_THOUGH_PAID = auto()
    STALE = auto()
    NOT_OVER = auto()


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that keeps a month from being locked, in the user's language, and the record that it is about."""

    obstacle: Obstacle
    text: str
    subject: Model


def lock_blockers(run: MonthRun, today: dt.date) -> list[str]:
    """What keeps a computed month from being locked, each in the user's language; empty if nothing does."""
    return [blocker.text for blocker in blockers_of(run, today)]


def blockers_of(run: MonthRun, today: dt.date) -> list[Blocker]:
    """What keeps a computed month from being locked, each with the record it is about; a fixed number of queries."""
    month = run.month
    blockers = [
        *_failed_steps(run),
        *_missing_targets(month),
        *_unpayable_people(run),
        *_unshared_pools(month),
        *_adjusted_without_payslip(month),
        *_spared_though_paid(month),
    ]
    if is_stale(run):
        text = _("What %(month)s is computed from has changed: compute it again.") % {"month": month_text(month)}
        blockers.append(Blocker(Obstacle.STALE, text, run))
    if today <= month.last:
        blockers.append(Blocker(Obstacle.NOT_OVER, _("%(month)s is not over yet.") % {"month": month_text(month)}, run))
    return blockers


def is_stale(run: MonthRun) -> bool:
    """Whether anything that the month is computed from changed since the run began."""
    return inputs_version(run.month) != run.inputs_version


def _failed_steps(run: MonthRun) -> Iterator[Blocker]:
    for step in run.steps.filter(state=MonthStep.State.FAILED).select_related("branch"):
        facts = {"branch": step.branch.name, "step": step.get_name_display(), "problem": step.problem}
        yield Blocker(Obstacle.FAILED_STEP, _("%(branch)s: %(step)s failed: %(problem)s") % facts, step)


def _unpayable_people(run: MonthRun) -> Iterator[Blocker]:
    for person, reasons in unpayable_in(run.month, run.plan_version.plan).items():
        for reason in reasons:
            yield Blocker(Obstacle.UNPAYABLE, reason, Employee(pk=person))


def _unshared_pools(month: Month) -> Iterator[Blocker]:
    for pool in unshared_pools(month):
        text = _("%(branch)s: the support bonus of %(pool)s is not shared: enter its weights for %(month)s.") % {
            "branch": pool.branch.name,
            "pool": f"{pool.pool:,}",
            "month": month_text(month),
        }
        yield Blocker(Obstacle.UNSHARED_POOL, text, pool)


def _adjusted_without_payslip(month: Month) -> Iterator[Blocker]:
    paid = Payslip.objects.filter(month=month).values("employee")
    for adjustment in (
        Adjustment.objects.filter(month=month).exclude(employee__in=paid).select_related("employee", "correction")
    ):
        text = _("%(correction)s adjusts the pay of %(name)s (%(number)s), who gets no payslip in %(month)s.") % {
            "correction": adjustment.correction.number,
            "name": adjustment.employee.name,
            "number": adjustment.employee.number,
            "month": month_text(month),
        }
        yield Blocker(Obstacle.ADJUSTED_WITHOUT_PAYSLIP, text, adjustment.correction)


def _spared_though_paid(month: Month) -> Iterator[Blocker]:
    """Corrections that took nothing from somebody who had left by then, and has come back since."""
    corrections = list(Correction.objects.filter(month=month).exclude(spared=[]))
    spared = [(correction, person) for correction in corrections for person in correction.spared]
    slips = Payslip.objects.filter(month=month, employee__in=[person for _correction, person in spared])
    paid = {slip.employee_id: slip for slip in slips.select_related("employee")}
    for correction, person in spared:
        if slip := paid.get(person):
            text = _(
                "%(correction)s took nothing back from %(name)s (%(number)s), who had left and is paid in %(month)s"
                " now: take the correction back and make it again."
            ) % {
                "correction": correction.number,
                "name": slip.employee.name,
                "number": slip.employee.number,
                "month": month_text(month),
            }
            yield Blocker(Obstacle.SPARED_THOUGH_PAID, text, correction)


def _missing_targets(month: Month) -> Iterator[Blocker]:
    """Branches that pay somebody or have sales in the month but no target."""
    targets = Target.objects.filter(month=month, branch=OuterRef("pk"))
    without = Branch.objects.exclude(Exists(targets)).annotate(pays=Exists(_paid_posts(month)))
    with_sales = cache(_branches_with_sales)
    for branch in without:
        if branch.pays or branch.pk in with_sales(month):
            text = _("%(branch)s has no target for %(month)s.") % {"branch": branch.name, "month": month_text(month)}
            yield Blocker(Obstacle.MISSING_TARGET, text, branch)


def _paid_posts(month: Month) -> QuerySet[Post]:
    """The last posts in a month of everybody in post in it, of the branch of an outer query: who pays them."""
    later = Post.objects.filter(employee=OuterRef("employee"), start__lte=month.last, start__gt=OuterRef("start"))
    posts = Post.objects.filter(department__branch=OuterRef("pk"), start__lte=month.last)
    in_month = posts.filter(Q(end=None) | Q(end__gt=month.first), employee__hired_on__lte=month.last)
    return in_month.exclude(Exists(later))


def _branches_with_sales(month: Month) -> set[int]:
    """The branches for which receipts of the month count, or to or from which corrections move sales (ids)."""
    closers = Closers.as_of(month)
    posted = Receipt.objects.filter(posted_in=month).order_by()
    found = set(posted.exclude(contract__in=closers.changes).values_list("contract__branch", flat=True).distinct())
    for contract in posted.filter(contract__in=closers.changes).values_list("contract", flat=True).distinct():
        found.add(closers.changes[contract][-1].branch)
    return found | branch_sales_moved(month).keys()
