"""A month's sums and those of the months before, by branch, read in two queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell
from access.reach import scope_of, within_reach
from access.roles import Scope
from compensation.models import Payslip, SupportPool, SupportShare
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import Branch, Employee

MONTHS = 12
NAMED = 20
IS_SHARED = "is_shared"


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid: how many people, their gross pay, the deficits carried (not positive), own sales (CNY), and who of
    them has pay but no account that it could go to (key and name)."""

    people: int = 0
    gross: Decimal = ZERO
    in_deficit: int = 0
    deficit: Decimal = ZERO
    sales: Decimal = ZERO
    without_account: Sequence[tuple[int, str]] = ()

    def __add__(self, other: "Paid") -> "Paid":
        return Paid(
            self.people + other.people,
            self.gross + other.gross,
            self.in_deficit + other.in_deficit,
            self.deficit + other.deficit,
            self.sales + other.sales,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """The months up to `month`, each branch's pay and sales by its id; within a viewer's reach."""

    month: Month
    paid_by_branch: Mapping[Month, Mapping[int, Paid]]
    pools_by_branch: Mapping[Month, Mapping[int, SupportPool]]

    @property
    def months(self) -> list[Month]:
        """The months shown, the latest last; only those with a result."""
        known = {month for month, rows in self.paid_by_branch.items() if rows}
        return sorted(known | {month for month, rows in self.pools_by_branch.items() if rows})

    def paid(self, month: Month) -> Paid:
        """What all branches paid in a month."""
        return sum(self.paid_by_branch[month].values(), Paid())

    def sales(self, month: Month) -> Decimal:
        """The credited sales of all branches in a month (CNY)."""
        return sum((pool.sales for pool in self.pools_by_branch[month].values()), ZERO)

    def target(self, month: Month) -> Decimal:
        """The targets of all branches in a month (CNY)."""
        return sum((pool.target for pool in self.pools_by_branch[month].values()), ZERO)

    def unshared(self) -> set[int]:
        """The branches (ids) whose pool of the month has something in it that nobody has shared yet."""
        return {pool.branch_id for pool in self.pools() if pool.pool > 0 and not getattr(pool, IS_SHARED)}

    def pools(self) -> list[SupportPool]:
        """The month's pools, by branch."""
        return list(self.pools_by_branch[self.month].values())


def read_figures(viewer: User, month: Month) -> Figures:
    """Read the month and the eleven before it."""
    in_view = {"month__gte": month - (MONTHS - 1), "month__lte": month}
    slips = of_branches(viewer, Payslip.objects.filter(**in_view)).order_by().values_list("month", "branch")
    in_deficit = Count("pk", filter=Q(carried__lt=0))
    sums = slips.annotate(Count("pk"), Sum("gross"), in_deficit=in_deficit, deficit=Sum("carried"), sales=Sum("sales"))
    paid: dict[Month, dict[int, Paid]] = defaultdict(dict)
    for of_month, branch, *facts in sums:
        paid[of_month][branch] = Paid(*facts)
    pools: dict[Month, dict[int, SupportPool]] = defaultdict(dict)
    rows = within_reach(viewer, SupportPool.objects.filter(**in_view))
    shares = SupportShare.objects.filter(branch=OuterRef("branch"), month=OuterRef("month"))
    rows = rows.annotate(**{IS_SHARED: Exists(shares)})
    for pool in rows.select_related("branch").order_by("branch__code"):
        pools[pool.month][pool.branch_id] = pool
    return Figures(month, paid, pools)


def paid_in(viewer: User, *months: Month) -> dict[Month, Paid]:
    """What the branches that the viewer answers for paid in each of the months, without deficits; one query."""
    slips = of_branches(viewer, Payslip.objects.filter(month__in=months)).order_by().values("month")
    without: dict[str, Any] = {"filter": Q(bank_account="", gross__gt=0), "default": []}
    without["order_by"] = F("employee__number")
    summed = slips.annotate(
        people=Count("pk"),
        total=Coalesce(Sum("gross"), ZERO),
        keys=ArrayAgg("employee", **without),
        names=ArrayAgg(Concat("name", Value(" ("), "employee__number", Value(")")), **without),
    )
    paid = {month: Paid() for month in months}
    for row in summed:
        without_account = tuple(zip(row["keys"], row["names"], strict=True))
        paid[row["month"]] = Paid(row["people"], row["total"], without_account=without_account)
    return paid


def without_account_cells(paid: Paid, links: Links) -> list[Cell]:
    """Who has pay but no account that it could go to, each leading to the person; those beyond some as a number."""
    people = paid.without_account
    cells = [Cell(name, links.to(Employee(pk=key))) for key, name in people[:NAMED]]
    if len(people) > NAMED:
        cells.append(Cell(_("and %(count)s more") % {"count": len(people) - NAMED}))
    return cells


def named_without_account(paid: Paid) -> list[Employee]:
    """Those of them who are named, for links to be found to them."""
    return [Employee(pk=key) for key, _name in paid.without_account[:NAMED]]


def of_branches(viewer: User, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows of the branches that the viewer answers for, without what is only the viewer's own."""
    reached = within_reach(viewer, rows)
    if scope_of(viewer) is Scope.COMPANY:
        return reached
    return reached.filter(branch__in=within_reach(viewer, Branch.objects.order_by()).values("pk"))


def change_text(now: Decimal, before: Decimal | None) -> str:
    """How an amount stands to the one of the month before: `↑ 7.1%`, or a dash without one."""
    if not before:
        return "–"
    arrow = "↑" if now > before else "↓" if now < before else "→"
    return f"{arrow} {abs(now - before) / abs(before) * 100:.1f}%"
