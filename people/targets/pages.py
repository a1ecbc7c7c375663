"""How far a branch is with its target of a month: week by week, and person by person."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Cell, Row, Table, Tone
from clients.models import Receipt
from compensation.models import Payslip
from rulebook.cells import amount, headings, numeric, text
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import amount_text, attainment_text
from staff.models import Department, Employee, PersonTarget, Post, RankHolding, Target


@dataclass(frozen=True, slots=True)
class Seller:
    """Somebody in sales in a branch in a month, with the rank held last in it."""

    employee: Employee
    rank: str


def weeks_of(month: Month) -> list[tuple[dt.date, dt.date]]:
    """The month's calendar weeks, Monday to Sunday, the first and the last cut at the month's ends."""
    weeks = []
    start = month.first
    while start <= month.last:
        end = min(start + dt.timedelta(days=6 - start.weekday()), month.last)
        weeks.append((start, end))
        start = end + dt.timedelta(days=1)
    return weeks


def weekly_table(target: Target, today: dt.date) -> Table:
    """What came in week by week, added up, beside the part of the target that the days gone by stand for."""
    month: Month = target.month
    by_day = dict(
        Receipt.objects.filter(posted_in=month, contract__branch=target.branch_id)
        .order_by("received_on")
        .values_list("received_on")
        .annotate(Sum("amount"))
    )
    rows, so_far = [], ZERO
    for start, end in weeks_of(month):
        # What came to light late counts in this month though its day lies before: it is shown with the first week.
        first = start if start > month.first else dt.date.min
        came = sum((sum_ for day, sum_ in by_day.items() if first <= day <= end), ZERO)
        so_far += came
        rows.append(_week(target, start, end, came, so_far, is_ahead=start > today))
    return Table(
        _("week by week"),
        headings(
            _("week"), numeric(_("received")), numeric(_("added up")), numeric(_("attainment")), numeric(_("time gone"))
        ),
        rows,
        anchor="weeks",
        note=_("By the day the cash arrived, without corrections. Time gone: the share of the month's days."),
    )  # fmt: skip


def _week(target: Target, start: dt.date, end: dt.date, came: Decimal, so_far: Decimal, *, is_ahead: bool) -> Row:
    month: Month = target.month
    days = f"{start:%m-%d} – {end:%m-%d}"
    if is_ahead:
        return Row([text(days), amount(None), amount(None), amount(None), amount(None)])
    gone = Decimal(end.day) / month.days
    share = so_far / target.amount
    here = listed(Receipt, posted_in=month, contract__branch__id__exact=target.branch_id)
    return Row(
        [
            text(days),
            amount(came, here),
            amount(so_far, here),
            Cell(
                attainment_text(so_far, target.amount),
                is_number=True,
                bar=min(max(share, ZERO), Decimal(1)),
                tone=None if share >= gone else Tone.ATTENTION,
            ),
            Cell(f"{gone:.0%}", is_number=True),
        ]
    )


def sellers_of(target: Target) -> list[Seller]:
    """Who stands in the branch's sales departments in the month, by staff number; two queries."""
    month: Month = target.month
    posts = Post.objects.filter(
        department__branch=target.branch_id, department__system=Department.System.SALES, start__lte=month.last
    ).exclude(end__lte=month.first)
    people = {post.employee_id: post.employee for post in posts.select_related("employee")}
    ranks = dict(
        RankHolding.objects.filter(employee__in=people, start__lte=month.last)
        .order_by("employee", "start")
        .values_list("employee", "rank")
    )
    return [Seller(person, ranks.get(person.pk, "")) for person in sorted(people.values(), key=lambda one: one.number)]


def sales_of(target: Target, sellers: Sequence[Seller]) -> Mapping[int, Decimal]:
    """The people's sales of the month (CNY by employee id): as paid, or before that by their contracts' receipts."""
    people = [seller.employee.pk for seller in sellers]
    slips = Payslip.objects.filter(month=target.month, employee__in=people)
    if paid := dict(slips.values_list("employee", "sales")):
        return paid
    came = Receipt.objects.filter(posted_in=target.month, contract__closer__in=people).order_by()
    return dict(came.values_list("contract__closer").annotate(Sum("amount")))


def people_table(target: Target, viewer: User) -> Table:
    """The people's targets beside their sales; says how far the targets are from the branch's."""
    sellers = sellers_of(target)
    given = dict(
        PersonTarget.objects.filter(month=target.month, branch=target.branch_id).values_list("employee", "amount")
    )
    sales = sales_of(target, sellers)
    links = Links(viewer, [seller.employee for seller in sellers])
    return Table(
        _("targets of people"),
        headings(_("employee"), numeric(_("target")), numeric(_("sales")), numeric(_("attainment"))),
        [_person(seller, given.get(seller.employee.pk), sales, links) for seller in sellers] if given else [],
        anchor="people",
        note=_note(target, given, {seller.employee.pk for seller in sellers}),
        total=Row([text(_("total")), amount(sum(given.values(), ZERO)), amount(sum(sales.values(), ZERO)), Cell("")])
        if given
        else None,
        empty=_("The branch's target is not given out to its people yet."),
    )


def _person(seller: Seller, wanted: Decimal | None, sales: Mapping[int, Decimal], links: Links) -> Row:
    sold = sales.get(seller.employee.pk, ZERO)
    reached = attainment_text(sold, wanted) if wanted else "–"
    bar = min(max(sold / wanted, ZERO), Decimal(1)) if wanted else None
    return Row(
        [
            text(seller.employee, links.to(seller.employee)),
            amount(wanted),
            amount(sold),
            Cell(reached, is_number=True, bar=bar),
        ]
    )


def _note(target: Target, given: Mapping[int, Decimal], here: set[int]) -> str:
    total = sum(given.values(), ZERO)
    if given and total != target.amount:
        return _("The parts add up to %(sum)s, not to the branch's %(total)s: give them out again.") % {
            "sum": amount_text(total),
            "total": amount_text(target.amount),
        }
    if set(given) - here:
        return _("Somebody with a part is no longer in the branch's sales: give them out again.")
    return ""
