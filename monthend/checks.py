"""What a month needs before it can be computed, and what keeps it from being locked."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from typing import Any

from django.db.models import DateField, Exists, Func, Model, OuterRef, PositiveBigIntegerField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.models import User
from clients.models import Receipt
from compensation.corrections.selectors import branch_sales_moved, closers_as_of
from compensation.models import Adjustment, Correction, HeldCommission, Payslip, SupportPool, SupportWeight
from compensation.month.selectors import pools_to_share
from funds.models import FundClaim
from monthend.models import MonthRun, MonthStep
from periods.models import Period
from periods.selectors import inputs_version, last_locked_month
from rulebook.month import Month
from rulebook.selectors import NoPlanInForce, plan_version_at
from rulebook.wording import amount_text, month_text
from staff.models import Branch, Employee, Post, RankDecision, Target
from staff.pay.selectors import all_confirmers, confirmers_of, pay_changes, waits_for_second_person
from staff.pay.selectors_missing import unpayable_in
from staff.pay.selectors_shared_numbers import shared_numbers

INPUTS_NOW, HAS_FAILED, HAS_UNSIGNED = "inputs_now", "has_failed_steps", "has_unsigned_ranks"
HAS_RECEIPTS, HAS_HELD = "has_receipts", "has_held"


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
    due = month_due()
    if due is not None and month > due:
        text = _("%(month)s is not next: lock %(due)s first; months close in order.")
        raise CloseRefused([text % {"month": month_text(month), "due": month_text(due)}])


def month_due() -> Month | None:
    """The month to close next: after the last locked one, else the first with anything in it; None without any.

    One query, for every page asks it.
    """
    locked = _first_day(Period.objects.filter(state=Period.State.LOCKED), "month", is_locked=True, order="-month")
    entered = (
        _first_day(Receipt.objects.all(), "posted_in"),
        _first_day(Target.objects.all(), "month"),
        _first_day(SupportWeight.objects.all(), "month"),
        _first_day(FundClaim.objects.all(), "date"),
    )
    found = set(locked.union(*entered, all=True))
    last = next((day for is_locked, day in found if is_locked), None)
    if last is not None:
        return Month.of(last) + 1
    return Month.of(min(day for _is_locked, day in found)) if found else None


def _first_day(rows: QuerySet[Any, Any], day: str, *, is_locked: bool = False, order: str = "") -> QuerySet[Any, Any]:
    """The first of the days of rows, and whether it is of a locked month."""
    kept = {"is_locked": Value(is_locked), "first": Cast(day, DateField())}
    found: QuerySet[Any, Any] = rows.annotate(**kept).values_list("is_locked", "first").order_by(order or day)
    return found[:1]


class Obstacle(Enum):
    """What kind of thing has to be done before a month is locked; its subject is the record that it is about."""

    FAILED_STEP = auto()
    MISSING_TARGET = auto()
    UNPAYABLE = auto()
    UNSHARED_POOL = auto()
    WITHOUT_WEIGHT = auto()
    ADJUSTED_WITHOUT_PAYSLIP = auto()
    SPARED_THOUGH_PAID = auto()
    UNCONFIRMED = auto()
    SHARED_NUMBER = auto()
    STALE = auto()
    NOT_OVER = auto()
    UNSIGNED_RANK = auto()
    WITHOUT_RECEIPTS = auto()
    TO_HAND_OVER = auto()
    TO_APPROVE = auto()
    TO_LOCK = auto()


NEXT_STEPS = frozenset({Obstacle.TO_HAND_OVER, Obstacle.TO_APPROVE, Obstacle.TO_LOCK})
BLOCKING = (
    frozenset(Obstacle) - NEXT_STEPS - {Obstacle.WITHOUT_WEIGHT, Obstacle.UNSIGNED_RANK, Obstacle.WITHOUT_RECEIPTS}
)
"""What a month can't be locked with; the others have to be known before, or are the step that comes next."""


_OF_THE_MONTH = (Obstacle.TO_HAND_OVER, Obstacle.WITHOUT_RECEIPTS)


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that has to be done or known before a month is locked, in the user's language, and its record."""

    obstacle: Obstacle
    text: str
    subject: Model
    second_people: Sequence[User] = ()
    """Who can do it as a second person, where it takes one."""

    @property
    def about(self) -> int:
        """With the obstacle and the month, what it is about: the same however often the month is computed again.

        A pool is its branch's, the month's hand-over and its receipts are the month's own; each approval and lock is of
        one result.
        """
        if isinstance(self.subject, SupportPool):
            return self.subject.branch_id
        return 0 if self.obstacle in _OF_THE_MONTH else self.subject.pk

    @property
    def sentence(self) -> Sentence:
        """The text by its facts; by what it is about where it tells no more."""
        return self.text if isinstance(self.text, Sentence) else Sentence(self.text, self.obstacle, self.about)

    @property
    def blocks(self) -> bool:
        """Whether the month can't be locked with it."""
        return self.obstacle in BLOCKING


def lock_blockers(run: MonthRun, today: dt.date) -> list[str]:
    """What keeps a computed month from being locked, each in the user's language; empty if nothing does."""
    return [blocker.text for blocker in blockers_of(run, today)]


def blockers_of(run: MonthRun, today: dt.date) -> list[Blocker]:
    """What keeps a computed month from being locked, each with the record it is about; a fixed number of queries."""
    return findings_of(run, today, BLOCKING)


def findings_of(run: MonthRun, today: dt.date, obstacles: Collection[Obstacle] = frozenset(Obstacle)) -> list[Blocker]:
    """What blocks the lock of a computed month, what has to be known before it, its next step; of some `obstacles`."""
    month, confirmers = run.month, cache(all_confirmers)
    found: Iterable[tuple[set[Obstacle], Callable[[], Iterable[Blocker]]]] = (
        ({Obstacle.FAILED_STEP}, lambda: _failed_steps(run)),
        ({Obstacle.MISSING_TARGET}, lambda: _missing_targets(month)),
        ({Obstacle.UNPAYABLE}, lambda: _unpayable_people(run)),
        ({Obstacle.UNSHARED_POOL, Obstacle.WITHOUT_WEIGHT}, lambda: support_findings(month)),
        ({Obstacle.ADJUSTED_WITHOUT_PAYSLIP, Obstacle.SPARED_THOUGH_PAID}, lambda: _wrong_corrections(month)),
        ({Obstacle.UNCONFIRMED}, lambda: _unconfirmed(month, confirmers)),
        ({Obstacle.SHARED_NUMBER}, lambda: _numbers_shared(month, confirmers)),
        ({Obstacle.STALE}, lambda: _stale(run)),
        ({Obstacle.NOT_OVER}, lambda: _not_over(run, today)),
        ({Obstacle.UNSIGNED_RANK}, lambda: _unsigned_ranks(run)),
        ({Obstacle.WITHOUT_RECEIPTS}, lambda: _without_receipts(run)),
        (set(NEXT_STEPS), lambda: _next_step(run)),
    )
    return [one for told, find in found if told & set(obstacles) for one in find() if one.obstacle in obstacles]


_NEXT = {
    MonthRun.State.COMPUTED: Obstacle.TO_HAND_OVER,
    MonthRun.State.SUBMITTED: Obstacle.TO_APPROVE,
    MonthRun.State.APPROVED: Obstacle.TO_LOCK,
}


def _next_step(run: MonthRun) -> Iterator[Blocker]:
    words = {
        Obstacle.TO_HAND_OVER: _("%(month)s waits to be handed over."),
        Obstacle.TO_APPROVE: _("%(month)s waits to be approved."),
        Obstacle.TO_LOCK: _("%(month)s waits to be locked."),
    }
    obstacle = _NEXT.get(MonthRun.State(run.state))
    if obstacle is not None:
        yield Blocker(obstacle, words[obstacle] % {"month": month_text(run.month)}, run)


def _unsigned_ranks(run: MonthRun) -> Iterator[Blocker]:
    """The decisions on ranks that wait for a signature and could only be withdrawn once the month is locked."""
    if not getattr(run, HAS_UNSIGNED, True):
        return
    waiting = RankDecision.objects.filter(state=RankDecision.State.WAITING, month__lte=run.month)
    words = _("%(person)s: the rank from %(month)s on isn't signed; after the lock the decision can only be withdrawn.")
    for row in waiting.defer("file_data").select_related("employee", "decided_by").order_by("month", "pk"):
        text = words % {"person": row.employee, "month": month_text(row.month)}
        yield Blocker(Obstacle.UNSIGNED_RANK, text, row)


def no_receipts(month: Month) -> str:
    """The sentence that no cash counts in the month; empty where some does."""
    if Receipt.objects.filter(posted_in=month).exists():
        return ""
    return _("No receipts were imported for %(month)s.") % {"month": month_text(month)}


def _without_receipts(run: MonthRun) -> Iterator[Blocker]:
    if not getattr(run, HAS_RECEIPTS, False) and (text := no_receipts(run.month)):
        yield Blocker(Obstacle.WITHOUT_RECEIPTS, text, run)


def _stale(run: MonthRun) -> Iterator[Blocker]:
    if is_stale(run):
        text = _("What %(month)s is computed from has changed: compute it again.")
        yield Blocker(Obstacle.STALE, text % {"month": month_text(run.month)}, run)


def _not_over(run: MonthRun, today: dt.date) -> Iterator[Blocker]:
    if today <= run.month.last:
        yield Blocker(Obstacle.NOT_OVER, _("%(month)s is not over yet.") % {"month": month_text(run.month)}, run)


def is_stale(run: MonthRun) -> bool:
    """Whether anything that the month is computed from changed since the run began."""
    read = getattr(run, INPUTS_NOW, None)
    return (inputs_version(run.month) if read is None else read) != run.inputs_version


def with_findings(runs: QuerySet[MonthRun]) -> QuerySet[MonthRun]:
    """Runs with what of their findings can be read along: whether they are stale, a step failed, a rank is unsigned,
    any cash counts."""
    failed = MonthStep.objects.filter(run=OuterRef("pk"), state=MonthStep.State.FAILED)
    unsigned = RankDecision.objects.filter(state=RankDecision.State.WAITING, month__lte=OuterRef("month"))
    now = Func("month", function="inputs_version", output_field=PositiveBigIntegerField())
    cash = Exists(Receipt.objects.filter(posted_in=OuterRef("month")))
    held = Exists(HeldCommission.objects.filter(month=OuterRef("month")))
    kept = {INPUTS_NOW: now, HAS_FAILED: Exists(failed), HAS_UNSIGNED: Exists(unsigned), HAS_RECEIPTS: cash}
    return runs.annotate(**kept, **{HAS_HELD: held})


def _failed_steps(run: MonthRun) -> Iterator[Blocker]:
    if not getattr(run, HAS_FAILED, True):
        return
    for step in run.steps.filter(state=MonthStep.State.FAILED).select_related("branch"):
        facts = {"branch": step.branch.name, "step": step.get_name_display(), "problem": step.problem}
        yield Blocker(Obstacle.FAILED_STEP, _("%(branch)s: %(step)s failed: %(problem)s") % facts, step)


def _unpayable_people(run: MonthRun) -> Iterator[Blocker]:
    for person, reasons in unpayable_in(run.month, run.plan_version.plan).items():
        for reason in reasons:
            yield Blocker(Obstacle.UNPAYABLE, reason, Employee(pk=person))


def support_findings(month: Month) -> Iterator[Blocker]:
    """The pools that nobody has shared, and the people in support whom nobody has weighed; one query."""
    for one in pools_to_share(month):
        if not one.is_shared:
            text = _("%(branch)s: the support bonus of %(pool)s is not shared: enter its weights for %(month)s.")
            if not one.without_weight:
                text = _(
                    "%(branch)s: the support bonus of %(pool)s is not shared: all its weights for %(month)s are 0."
                )
            text %= {
                "branch": one.pool.branch.name,
                "pool": amount_text(one.pool.pool),
                "month": month_text(month),
            }
            yield Blocker(Obstacle.UNSHARED_POOL, text, one.pool)
        if one.without_weight:
            yield Blocker(Obstacle.WITHOUT_WEIGHT, one.text, one.pool)


def _wrong_corrections(month: Month) -> Iterator[Blocker]:
    """Corrections of the month that don't fit who is paid in it; one query where there are none."""
    paid = Payslip.objects.filter(month=month).values("employee")
    unpaid = Adjustment.objects.filter(month=month).exclude(employee__in=paid)
    corrections = Correction.objects.filter(month=month)
    found = list(
        corrections.annotate(is_unpaid=Exists(unpaid.filter(correction=OuterRef("pk")))).filter(
            Q(is_unpaid=True) | ~Q(spared=[])
        )
    )
    if any(one.is_unpaid for one in found):
        yield from _adjusted_without_payslip(month, unpaid)
    if spared := [one for one in found if one.spared]:
        yield from _spared_though_paid(month, spared)


def _adjusted_without_payslip(month: Month, unpaid: QuerySet[Adjustment]) -> Iterator[Blocker]:
    for adjustment in unpaid.select_related("employee", "correction"):
        text = _("%(correction)s adjusts the pay of %(name)s (%(number)s), who gets no payslip in %(month)s.") % {
            "correction": adjustment.correction.number,
            "name": adjustment.employee.name,
            "number": adjustment.employee.number,
            "month": month_text(month),
        }
        yield Blocker(Obstacle.ADJUSTED_WITHOUT_PAYSLIP, text, adjustment.correction)


def _spared_though_paid(month: Month, corrections: Sequence[Correction]) -> Iterator[Blocker]:
    """Corrections that took nothing from somebody who had left by then, and has come back since."""
    spared = [(correction, person) for correction in corrections for person in correction.spared]
    in_post = Post.objects.filter(Q(end=None) | Q(end__gt=month.first), start__lte=month.last).order_by()
    slips = Payslip.objects.filter(month=month, employee__in=[person for _correction, person in spared])
    slips = slips.filter(employee__in=in_post.values("employee"))
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


def _to_be_paid(month: Month) -> QuerySet[Employee]:
    """Who has a payslip of the month, and who gets one once it is computed again: everybody in post in it."""
    slips = Payslip.objects.filter(month=month).order_by().values("employee")
    posts = Post.objects.filter(Q(end=None) | Q(end__gt=month.first), start__lte=month.last).order_by()
    return Employee.objects.filter(Q(pk__in=slips) | Q(pk__in=posts.values("employee")))


def _unconfirmed(month: Month, confirmers: Callable[[], Sequence[User]]) -> Iterator[Blocker]:
    """People paid in the month by what one log-in alone entered."""
    changes = pay_changes(_to_be_paid(month), until=month.last)
    for change in changes:
        able = confirmers_of(change, confirmers())
        yield Blocker(Obstacle.UNCONFIRMED, waits_for_second_person(change, able), change.employee, able)


def _numbers_shared(month: Month, confirmers: Callable[[], Sequence[User]]) -> Iterator[Blocker]:
    """Bank accounts and ID numbers that somebody paid in the month has in common with another."""
    undecided = [shared for shared in shared_numbers() if not shared.is_agreed]
    holders = [person.pk for shared in undecided for person in shared.people]
    paid_people = set(_to_be_paid(month).filter(pk__in=holders).values_list("pk", flat=True)) if holders else set()
    for shared in undecided:
        of_month = next((person for person in shared.people if person.pk in paid_people), None)
        if of_month is not None:
            able = [user for user in confirmers() if shared.waits_for(user)]
            yield Blocker(Obstacle.SHARED_NUMBER, shared.sentence, of_month, able)


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
    closers = closers_as_of(month)
    posted = Receipt.objects.filter(posted_in=month).order_by()
    found = set(posted.exclude(contract__in=closers.changes).values_list("contract__branch", flat=True).distinct())
    for contract in posted.filter(contract__in=closers.changes).values_list("contract", flat=True).distinct():
        found |= closers.branches(contract)
    return found | branch_sales_moved(month).keys()
