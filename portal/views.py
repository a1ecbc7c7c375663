"""我的提成: a person's own pay, month by month, each amount down to its receipt, rate, tier, article and plan."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from access.models import User
from access.pages.admin_base import viewing
from compensation.explain import explain_adjustment, explain_base_pay, explain_held, explain_line, explain_share
from compensation.models import CommissionLine, HeldCommission
from monthend.lock.selectors_chain import short_code
from portal.orphans import waiting_for
from portal.own_disputes import own_dispute_about, own_disputes
from portal.pages import own_page
from portal.pay_notices import pay_notices
from portal.selectors import OwnPay, PayMonth, own_pay
from portal.standing import addends, neighbours, standing, tier_reached, tiers_with_reached
from rulebook.money import ZERO
from rulebook.month import Month
from staff.explain import explain_assessment

LINES_A_PAGE = 50
UNCREDITED_SHOWN = 5
LINE_KINDS = {
    "commission": [CommissionLine.Kind.COMMISSION],
    "assist": [CommissionLine.Kind.ASSIST, CommissionLine.Kind.ASSIST_BORNE],
}


@own_page
def landing(request: HttpRequest) -> HttpResponseBase:
    """Where a log-in leads: the admin for whoever works there, for everybody else the own pay."""
    if getattr(request.user, "is_staff", False):
        return redirect("admin:index")
    return _newest(request)


@own_page
def home(request: HttpRequest) -> HttpResponse:
    """The own pay, also of whoever works in the admin."""
    return _newest(request)


@own_page
def month_page(request: HttpRequest, month: Month) -> HttpResponse:
    """One month's payslip."""
    pay = _own_pay(request)
    months = pay.months()
    shown = next((row for row in months if row.month == month), None)
    if shown is None:
        raise Http404
    return _month_page(request, pay, months, shown)


@own_page
def receipts_page(request: HttpRequest, month: Month) -> HttpResponse:
    """The receipts that make up the month's own sales, and those credited to nobody."""
    pay = _own_pay(request)
    slip = pay.payslip(month)
    page = Paginator(pay.receipts(month), LINES_A_PAGE).get_page(request.GET.get("page"))
    if slip is None and not page.object_list:
        raise Http404
    moved = sum((row.sales for row in pay.adjustments(month)), ZERO)
    context = {"employee": pay.employee, "month": month, "slip": slip, "page": page, "moved": moved}
    return render(request, "portal/receipts.html", context)


@own_page
def line_page(request: HttpRequest, month: Month, receipt: int, kind: str) -> HttpResponse:
    """One commission line, with all that it was computed from; its address lasts, however often it is computed."""
    pay = _own_pay(request)
    line = pay.line(month, receipt, kind)
    if line is None:
        raise Http404
    plan = line.plan_version.plan
    adjustments = [(row, explain_adjustment(row)) for row in pay.adjustments_of(line)]
    is_claimable = bool(line.kind == CommissionLine.Kind.ASSIST or line.ruling_id or adjustments)
    context = {
        "employee": pay.employee,
        "month": month,
        "line": line,
        "is_assist": line.kind != CommissionLine.Kind.COMMISSION,
        "sentence": explain_line(line),
        "rank": plan.rank(line.rank) if line.rank else None,
        "tiers": list(tiers_with_reached(plan.rank(line.rank), line.tier_floor)) if line.rank else [],
        "takes_back": pay.taken_back_from(line),
        "taken_back_by": pay.taken_back_by(line),
        "adjustments": adjustments,
        "held": explain_held(line.held) if hasattr(line, "held") else "",
        "dispute": own_dispute_about(pay.employee, line.receipt.contract),
        "is_claimable": is_claimable,
    }
    return render(request, "portal/line.html", context)


def _newest(request: HttpRequest) -> HttpResponse:
    """The newest month, or why there is none yet."""
    pay = own_pay(request.user)
    months = pay.months() if pay else []
    if pay is None or not months:
        context = _told(viewing(request), pay) if pay else {"linked": getattr(request.user, "employee", None)}
        return render(request, "portal/nothing_yet.html", context)
    return _month_page(request, pay, months, months[0])


def _told(user: User, pay: OwnPay) -> dict[str, Any]:
    """Whose page it is, and what its owner is told before all else."""
    disputes = own_disputes(pay.employee)
    return {
        "employee": pay.employee,
        "disputes_open": sum(one.is_active for one in disputes),
        "disputes_waiting": [one for one in disputes if one.waiting],
        "dispute_numbers": {one.dispute.number for one in disputes},
        "waiting": waiting_for(pay.employee),
        "pay_notices": pay_notices(pay.employee, timezone.now()),
    }


def _own_pay(request: HttpRequest) -> OwnPay:
    pay = own_pay(request.user)
    if pay is None:
        raise Http404
    return pay


def _held(pay: OwnPay, month: Month, page: Page[CommissionLine], kind: str) -> list[HeldCommission]:
    """What is held of the month's lines; where the page has them all, it is read already."""
    if kind or page.paginator.num_pages > 1:
        return list(pay.held(month))
    return [line.held for line in page if hasattr(line, "held")]


def _month_page(request: HttpRequest, pay: OwnPay, months: Sequence[PayMonth], shown: PayMonth) -> HttpResponse:
    month = shown.month
    slip = pay.payslip(month)
    assessment = pay.assessment(month)
    stands = standing(assessment) if assessment else None
    share = pay.support_share(month)
    kind = request.GET.get("kind", "")
    lines = pay.lines(month).filter(kind__in=LINE_KINDS[kind]) if kind in LINE_KINDS else pay.lines(month)
    page = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    adjustments = pay.adjustments(month)
    moved = sum((row.sales for row in adjustments), ZERO)
    uncredited = list(pay.uncredited(month)[: UNCREDITED_SHOWN + 1])
    context = {
        **_told(viewing(request), pay),
        "months": months,
        "shown": shown,
        "month": month,
        "beside": neighbours([row.month for row in months], month),
        "slip": slip,
        "chain_code": short_code(shown.link),
        "addends": addends(slip) if slip else [],
        "brought_from": month - 1 if any(row.month == month - 1 for row in months) else None,
        "tier": tier_reached(slip, moved) if slip else None,
        "moved": moved,
        "adjustments": [(row, explain_adjustment(row)) for row in adjustments],
        "held": [(row, explain_held(row)) for row in _held(pay, month, page, kind)],
        "standing": stands,
        "assessment_sentence": explain_assessment(stands.assessment, decided=stands.given, to_subject=True)
        if stands
        else "",
        "base_pay": [(line, explain_base_pay(line, slip)) for line in pay.base_pay_lines(month)] if slip else [],
        "share": share,
        "share_sentence": explain_share(share) if share else "",
        "kind": kind if kind in LINE_KINDS else "",
        "page": page,
        "uncredited": uncredited[:UNCREDITED_SHOWN],
        "more_uncredited": len(uncredited) > UNCREDITED_SHOWN,
    }
    return render(request, "portal/month.html", context)
