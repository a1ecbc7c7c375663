"""The latest months at a glance, within a viewer's reach, in a fixed number of queries."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from access.doors import Doors, address, listed
from access.models import User
from access.reach import Scope, scope_of, within_reach
from access.record import Cell, Row, Table, Tone
from access.rights import Right, may
from compensation.models import Payslip, SupportPool
from funds.models import ClaimDecision
from monthend.checks import lock_blockers, month_due
from monthend.models import MonthRun
from periods.models import Period
from rulebook.cells import amount, headings, month, number, numeric, text
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import attainment_text, month_text
from staff.models import Branch, RankAssessment

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that wants a look: how many, and where they are listed."""

    count: int
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The admin's first page: the month at hand, what blocks it, what wants a look, the months before."""

    month: Cell | None
    state: Cell | None
    people: Cell | None
    gross: Cell | None
    blockers: Sequence[str]
    notices: Sequence[Notice]
    months: Table


@dataclass(frozen=True, slots=True)
class _Sums:
    people: int
    sales: Decimal
    gross: Decimal


def overview(viewer: User, today: dt.date) -> Overview | None:
    """What the viewer's first page shows; None for who sees nothing of the business."""
    if not may(viewer, Right.VIEW, Payslip):
        return None
    periods = list(within_reach(viewer, Period.objects.order_by("-month"))[:MONTHS_SHOWN])
    sums = _sums(viewer, periods)
    latest = periods[0] if periods else None
    computed = next((period for period in periods if period.month in sums), None)
    return Overview(
        month=month(latest.month, address(latest)) if latest else None,
        state=state_cell(latest) if latest else None,
        people=number(sums[latest.month].people, _payslips(latest.month)) if latest and latest.month in sums else None,
        gross=amount(sums[latest.month].gross, _payslips(latest.month)) if latest and latest.month in sums else None,
        blockers=_blockers(viewer, latest, today),
        notices=_notices(viewer, computed.month) if computed else [],
        months=_months(periods, sums),
    )


def state_cell(period: Period) -> Cell:
    """How far a month is."""
    return Cell(period.get_state_display(), tone=Tone.DONE if period.is_locked else Tone.ATTENTION)


def branch_table(of: Month, viewer: User) -> Table:
    """The month's branches: people, sales, target, attainment, gross."""
    slips = within_reach(viewer, Payslip.objects.filter(month=of)).order_by().values_list("branch")
    paid = {branch: (people, gross) for branch, people, gross in slips.annotate(Count("pk"), Sum("gross"))}
    rows = within_reach(viewer, SupportPool.objects.filter(month=of))
    pools = list(rows.select_related("branch").order_by("branch__code"))
    doors = Doors(viewer, [*pools, *(pool.branch for pool in pools)])
    return Table(
        _("branches"),
        headings(
            _("branch"), numeric(_("credited sales")), numeric(_("target")), numeric(_("attainment")),
            numeric(_("people")), numeric(_("gross pay")),
        ),
        [_branch_row(pool, *paid.get(pool.branch_id, (0, ZERO)), doors) for pool in pools],
        total=_branch_total(pools, paid) if len(pools) > 1 else None,
        empty=_("The month has not been computed yet."),
    )  # fmt: skip


def _branch_row(pool: SupportPool, people: int, gross: Decimal, doors: Doors) -> Row:
    here, slips = doors.to(pool), _payslips(pool.month, pool.branch)
    attained = attainment_text(pool.sales, pool.target) if pool.target else "–"
    return Row(
        [
            text(pool.branch, doors.to(pool.branch)),
            amount(pool.sales, here),
            amount(pool.target, here),
            Cell(attained, here, is_number=True),
            number(people, slips),
            amount(gross, slips),
        ]
    )


def _branch_total(pools: Sequence[SupportPool], paid: dict[int, tuple[int, Decimal]]) -> Row:
    sales, target = sum((pool.sales for pool in pools), ZERO), sum((pool.target for pool in pools), ZERO)
    return Row(
        [
            Cell(_("total")),
            amount(sales),
            amount(target),
            Cell(attainment_text(sales, target) if target else "–", is_number=True),
            number(sum(people for people, _gross in paid.values())),
            amount(sum((gross for _people, gross in paid.values()), ZERO)),
        ]
    )


def _sums(viewer: User, periods: Sequence[Period]) -> dict[Month, _Sums]:
    slips = within_reach(viewer, Payslip.objects.filter(month__in=[period.month for period in periods]))
    rows = slips.order_by().values_list("month").annotate(Count("pk"), Sum("sales"), Sum("gross"))
    return {month: _Sums(people, sales, gross) for month, people, sales, gross in rows}


def _months(periods: Sequence[Period], sums: dict[Month, _Sums]) -> Table:
    return Table(
        _("months"),
        headings(
            _("month"), _("state"), numeric(_("people")), numeric(_("own sales")), numeric(_("gross pay")),
            numeric(_("against the month before")),
        ),
        [_month_row(period, sums) for period in periods],
        empty=_("No month has been computed yet. Import a company's workbook, then close its first month."),
    )  # fmt: skip


def _month_row(period: Period, sums: dict[Month, _Sums]) -> Row:
    here = _payslips(period.month)
    summed = sums.get(period.month)
    return Row(
        [
            month(period.month, address(period)),
            state_cell(period),
            number(summed.people if summed else None, here if summed else ""),
            amount(summed.sales if summed else None, here),
            amount(summed.gross if summed else None, here),
            Cell(_change(summed, sums.get(period.month - 1)), is_number=True),
        ]
    )


def _change(now: _Sums | None, before: _Sums | None) -> str:
    if now is None or before is None or not before.gross:
        return "–"
    difference = now.gross - before.gross
    arrow = "↑" if difference > ZERO else "↓" if difference < ZERO else "→"
    return f"{arrow} {abs(difference) / before.gross * 100:.1f}%"


def _blockers(viewer: User, latest: Period | None, today: dt.date) -> list[str]:
    """What keeps the latest month from being locked; told to who answers for all branches."""
    if scope_of(viewer) is not Scope.COMPANY:
        return []
    if latest is None or latest.is_locked:
        due = month_due()
        return [_("%(month)s is next: it has not been computed yet.") % {"month": month_text(due)}] if due else []
    run = MonthRun.objects.exclude(state=MonthRun.State.REPLACED).select_related("plan_version").get(month=latest.month)
    if run.state == MonthRun.State.RUNNING:
        return [_("The computing of %(month)s has not ended.") % {"month": month_text(latest.month)}]
    return lock_blockers(run, today)


def _notices(viewer: User, of: Month) -> list[Notice]:
    """What the latest computed month asks people to decide or to know."""
    assessments = within_reach(viewer, RankAssessment.objects.filter(month=of))
    outcomes = dict(assessments.order_by().values_list("outcome").annotate(Count("pk")))
    flags = assessments.aggregate(
        review=Count("pk", filter=Q(review_due=True)), attention=Count("pk", filter=Q(needs_attention=True))
    )
    rejected = within_reach(viewer, ClaimDecision.objects.filter(month=of)).exclude(reason=ClaimDecision.Reason.POSTED)
    kinds = RankAssessment.Outcome
    found = [
        Notice(flags["review"], _("dismissal reviews due"), listed(RankAssessment, month=of, review_due__exact=1)),
        Notice(
            flags["attention"],
            _("lowest rank on the threshold wage"),
            listed(RankAssessment, month=of, needs_attention__exact=1),
        ),
        *(
            Notice(outcomes.get(kind, 0), str(kind.label), listed(RankAssessment, month=of, outcome__exact=kind.value))
            for kind in (kinds.PROMOTED, kinds.REINSTATED, kinds.DEMOTED)
        ),
        Notice(rejected.count(), _("claims rejected"), listed(ClaimDecision, month=of)),
    ]
    return [notice for notice in found if notice.count]


def _payslips(of: Month, branch: Branch | None = None) -> str:
    return listed(Payslip, month=of, **({"branch__id__exact": branch.pk} if branch else {}))
