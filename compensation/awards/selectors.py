"""The year's table: what each person did in the computed months of a year, read in a fixed number of queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import NullIf
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.models import User
from access.reach import within_reach
from compensation.models import Adjustment, AwardDecision, Correction, Payslip, SupportShare
from periods.fields import Share
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import amount_text, sentences_text
from staff.models import Absence, Department, Employee, RankAssessment

CHAMPIONS = 3
"""How many places are marked, of the company and of each branch: champion, second, third."""
Outcome = RankAssessment.Outcome


@dataclass(frozen=True, slots=True)
class Months:
    """Which months of a year count: those computed, and which of them are not locked yet."""

    year: int
    computed: Sequence[Month]
    not_locked: Sequence[Month]

    @property
    def text(self) -> str:
        """All of it, one sentence after another."""
        return sentences_text(self.sentences)

    @property
    def sentences(self) -> list[str]:
        """What is counted, what of it may still change, and what is missing."""
        if not self.computed:
            return [_("No month of %(year)s is computed yet.") % {"year": self.year}]
        told = [_("Counted: months %(months)s.") % {"months": _spans(self.computed)}]
        if self.not_locked:
            told.append(
                _("Not locked yet, so the figures may change: months %(months)s.") % {"months": _spans(self.not_locked)}
            )
        missing = [month for number in range(1, 13) if (month := Month(self.year, number)) not in self.computed]
        if missing:
            told.append(_("Not counted, without a result: months %(months)s.") % {"months": _spans(missing)})
        return told


@dataclass(frozen=True, slots=True)
class SalesPlace:
    """Where somebody's sales stand in the company and in the own branch; 1 is best, None is not among the first."""

    company: int | None
    branch: int | None


@dataclass(frozen=True, slots=True)
class PersonYear:
    """One person's year; amounts in CNY.

    `attainment` is sales / quota over the months assessed, None without a quota. `weight` and `share` are averages over
    the months with a part in a support bonus pool. Names stand as on the latest payslip of the year.
    """

    employee: int
    number: str
    name: str
    branch: int
    branch_name: str
    department_name: str
    rank_name: str
    in_sales: bool
    months: int
    sales: Decimal
    threshold_months: int
    attainment: Decimal | None
    ups: int
    downs: int
    bonus_months: int
    bonus: Decimal
    weight: Decimal | None
    share: Decimal | None
    absent_days: int
    place: SalesPlace | None


def months_of(year: int) -> Months:
    """The months of a year that have a result, one that is to be computed again too."""
    has_result = Exists(Payslip.objects.filter(month=OuterRef("month")))
    periods = list(Period.objects.filter(has_result, **_within(year)).order_by("month").only("month", "state"))
    return Months(
        year,
        [period.month for period in periods],
        [period.month for period in periods if not period.is_locked],
    )


def people_of(months: Months, viewer: User, *, employee: int | None = None) -> list[PersonYear]:
    """Everybody paid in these months, or one person, by staff number: what lies within the viewer's reach."""
    year, in_months = months.year, Q(month__in=months.computed)
    if employee is not None:
        in_months &= Q(employee=employee)
    slips = within_reach(viewer, Payslip.objects.filter(in_months))
    sums = {row["employee"]: row for row in _sums(slips)}
    assessed = _assessed(within_reach(viewer, RankAssessment.objects.filter(in_months)))
    shares = {row["employee"]: row for row in _shares(within_reach(viewer, SupportShare.objects.filter(in_months)))}
    absent = _absent_days(year, viewer, employee)
    places = _places(months)
    people = []
    for latest in _latest(slips).values(
        "employee", "employee__number", "name", "branch", "branch_name", "department_name", "department__system",
        "rank_name",
    ):  # fmt: skip
        person = latest["employee"]
        total, rank, part = sums[person], assessed.get(person, _Assessed()), shares.get(person)
        people.append(
            PersonYear(
                employee=person,
                number=latest["employee__number"],
                name=latest["name"],
                branch=latest["branch"],
                branch_name=latest["branch_name"],
                department_name=latest["department_name"],
                rank_name=latest["rank_name"],
                in_sales=latest["department__system"] == Department.System.SALES,
                months=total["months"],
                sales=total["sold"],
                threshold_months=total["threshold_months"],
                attainment=rank.sales / rank.quota if rank.quota else None,
                ups=rank.ups,
                downs=rank.downs,
                bonus_months=part["months"] if part else 0,
                bonus=part["bonus"] if part else ZERO,
                weight=part["weight_then"] if part else None,
                share=part["share_then"] if part else None,
                absent_days=absent.get(person, 0),
                place=places.get(person),
            )
        )
    return sorted(people, key=lambda one: one.number)


@dataclass(slots=True)
class _Assessed:
    """What a person's assessments of the year add up to."""

    sales: Decimal = ZERO
    quota: Decimal = ZERO
    ups: int = 0
    downs: int = 0


def _within(year: int) -> dict[str, Month]:
    return {"month__gte": Month(year, 1), "month__lte": Month(year, 12)}


def _sums(slips: QuerySet[Payslip]) -> Iterable[Any]:
    return (
        slips.order_by()
        .values("employee")
        .annotate(months=Count("pk"), sold=Sum("sales"), threshold_months=Count("pk", filter=Q(on_threshold_wage=True)))
    )


def _latest(slips: QuerySet[Payslip]) -> QuerySet[Payslip]:
    """Each person's latest payslip of these."""
    return slips.order_by("employee", "-month").distinct("employee")


def _assessed(rows: QuerySet[RankAssessment]) -> dict[int, _Assessed]:
    """The months assessed against the quota of the rank held in each (1-4.1)."""
    quotas = {
        (version.pk, rank.code): rank.monthly_quota
        for version in PlanVersion.objects.filter(approved_at__isnull=False)
        for rank in version.plan.ranks
    }
    found: dict[int, _Assessed] = defaultdict(_Assessed)
    ups = Count("pk", filter=Q(outcome__in=[Outcome.PROMOTED, Outcome.REINSTATED]))
    downs = Count("pk", filter=Q(outcome=Outcome.DEMOTED))
    grouped = rows.order_by().values_list("employee", "plan_version", "rank")
    summed = grouped.annotate(Sum("sales"), Count("pk"), ups=ups, downs=downs)
    for employee, plan, rank, sales, months, up, down in summed:
        one = found[employee]
        one.sales += sales
        one.quota += quotas.get((plan, rank), ZERO) * months
        one.ups += up
        one.downs += down
    return found


def _shares(rows: QuerySet[SupportShare]) -> Iterable[Any]:
    part = ExpressionWrapper(F("weight") / NullIf(F("total_weight"), Decimal(0)), output_field=Share())
    return (
        rows.order_by()
        .values("employee")
        .annotate(
            months=Count("pk", filter=Q(amount__gt=0)),
            bonus=Sum("amount"),
            weight_then=Avg("weight"),
            share_then=Avg(part),
        )
    )


def _absent_days(year: int, viewer: User, employee: int | None) -> dict[int, int]:
    """The calendar days of the year on which each person was absent."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = within_reach(viewer, Absence.objects.filter(start__lte=last, end__gte=first)).order_by()
    if employee is not None:
        rows = rows.filter(employee=employee)
    days: dict[int, int] = defaultdict(int)
    for person, start, end in rows.values_list("employee", "start", "end"):
        days[person] += (min(end, last) - max(start, first)).days + 1
    return days


def _places(months: Months) -> dict[int, SalesPlace]:
    """The first places of the company and of each branch, whoever looks: places are made known, the sums are not.

    Whoever stands in sales on the latest payslip of the year is placed by the sales of the year, in the branch of that
    payslip. Equal sales share a place and the next one is left out, as in sports; sales that aren't above 0 have none.
    """
    slips = Payslip.objects.filter(month__in=months.computed)
    sold = dict(slips.order_by().values_list("employee").annotate(Sum("sales")))
    by_branch: dict[int, list[int]] = defaultdict(list)
    for person, branch, system in _latest(slips).values_list("employee", "branch", "department__system"):
        if system == Department.System.SALES and sold[person] > 0:
            by_branch[branch].append(person)
    of_company = dict(_first([person for people in by_branch.values() for person in people], sold))
    of_branch = {person: place for people in by_branch.values() for person, place in _first(people, sold)}
    return {
        person: SalesPlace(of_company.get(person), of_branch.get(person))
        for person in of_company.keys() | of_branch.keys()
    }


def _first(people: Iterable[int], sold: Mapping[int, Decimal]) -> Iterator[tuple[int, int]]:
    """The people on the first places, each with the place."""
    place, before = 0, None
    for position, person in enumerate(sorted(people, key=lambda one: -sold[one]), start=1):
        if sold[person] != before:
            place, before = position, sold[person]
        if place > CHAMPIONS:
            return
        yield person, place


def _spans(months: Sequence[Month]) -> str:
    """Months as `1–3, 7`, by number."""
    spans: list[list[int]] = []
    for month in months:
        if spans and spans[-1][1] == month.number - 1:
            spans[-1][1] = month.number
        else:
            spans.append([month.number, month.number])
    return _(", ").join(str(first) if first == last else f"{first}–{last}" for first, last in spans)


def decisions_about() -> QuerySet[AwardDecision]:
    """The decision on the recommendation of the query around it."""
    return AwardDecision.objects.filter(year=OuterRef("year"), employee=OuterRef("employee"), kind=OuterRef("kind"))


def paid_beside(employee: Employee, amount: Decimal, award: AwardDecision | None) -> list[Sentence]:
    """What may pay the same twice: for an award, other pay of its amount since it was signed; for other pay, the
    person's signed awards that are not paid.
    """
    if amount < 0:
        return []
    if award is not None:
        posted = Adjustment.objects.filter(
            employee=employee,
            amount=amount,
            correction__kind=Correction.Kind.OTHER,
            correction__award=None,
            correction__made_at__gte=award.signed_at,
        )
        text = _("%(number)s has paid %(name)s %(amount)s already, not as an award: see that it isn't paid twice.")
        return [
            Sentence(
                text % {"number": one.correction.number, "name": employee.name, "amount": amount_text(one.amount)},
                "paid as other pay",
                one.correction.number,
                one.amount,
            )
            for one in posted.select_related("correction").order_by("pk")
        ]
    signed = AwardDecision.objects.filter(
        employee=employee, state=AwardDecision.State.DONE, amount__isnull=False, payment=None
    )
    text = _(
        "%(name)s has a signed award not paid yet: %(year)s, %(kind)s, %(amount)s. If this is it, pay it on the"
        " award's page, or it is paid twice."
    )
    return [
        Sentence(
            text
            % {
                "name": employee.name,
                "year": unpaid.year,
                "kind": unpaid.get_kind_display(),
                "amount": amount_text(unpaid.amount),
            },
            "award not paid",
            unpaid,
            unpaid.amount,
        )
        for unpaid in signed
    ]
