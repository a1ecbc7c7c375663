"""The orphan clients that one develops: those just assigned are accepted here, or given back."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.pages.admin_base import viewing
from clients.models import Contract, Handover, OrphanClient
from clients.orphans.answers import take_answer
from clients.selectors import with_value
from periods.fields import Money
from portal.pages import own_page, private
from portal.selectors import own_pay
from rulebook.money import ZERO
from staff.models import Employee

CONTRACTS_SHOWN = 3
"""The latest contracts of an orphan that are told before it is accepted."""


@dataclass(frozen=True, slots=True)
class WaitingOrphan:
    """An orphan that waits for its developer's answer: how long still ("" without a term), what it signed and paid so
    far (CNY, net of refunds), and its latest contracts."""

    handover: Handover
    left: str
    contracted: Decimal
    received: Decimal
    contracts: Sequence[Contract]


@dataclass(frozen=True, slots=True)
class DevelopedOrphan:
    """An orphan that somebody develops: what it signed and paid so far (CNY, net of refunds), and its contracts."""

    orphan: OrphanClient
    contracted: Decimal
    received: Decimal
    contracts: Sequence[Contract]


def waiting_for(employee: Employee) -> list[WaitingOrphan]:
    """The orphans that wait for this person's answer, the most urgent first; one query where there are none."""
    handovers = Handover.objects.filter(developer=employee, answer=Handover.Answer.WAITING)
    valued = with_value(handovers, "client").select_related("client__orphan", "batch__made_by")
    waiting = list(valued.order_by("accept_by", "pk"))
    contracts = _contracts_of([row.client_id for row in waiting]) if waiting else {}
    return [
        WaitingOrphan(
            handover=row,
            left=time_left(row.accept_by, timezone.now()),
            contracted=row.contracted,
            received=row.received,
            contracts=contracts[row.client_id][:CONTRACTS_SHOWN],
        )
        for row in waiting
    ]


def developed_by(employee: Employee, waiting: Sequence[WaitingOrphan]) -> list[DevelopedOrphan]:
    """The orphans that this person develops, the latest first, but for those that wait for the answer; a fixed number
    of queries."""
    rows = OrphanClient.objects.filter(developer=employee, developed_since__isnull=False)
    rows = rows.exclude(client__in=[one.handover.client_id for one in waiting])
    valued = with_value(rows, "client").select_related("client").order_by("-developed_since", "client__number")
    developed = list(valued)
    contracts = _contracts_of([row.client_id for row in developed])
    return [DevelopedOrphan(row, row.contracted, row.received, contracts[row.client_id]) for row in developed]


def _contracts_of(clients: Sequence[int]) -> dict[int, list[Contract]]:
    """Each client's contracts, the latest first, with what was `received` (CNY, net of refunds); one query."""
    contracts: dict[int, list[Contract]] = defaultdict(list)
    signed = Contract.objects.filter(client__in=clients).select_related("closer")
    signed = signed.annotate(received=Coalesce(Sum("receipts__amount"), ZERO, output_field=Money()))
    for contract in signed.order_by("-signed_on", "-number"):
        contracts[contract.client_id].append(contract)
    return contracts


def time_left(until: dt.datetime | None, now: dt.datetime) -> str:
    """How long somebody still has, in days and hours; "" without a term."""
    if until is None:
        return ""
    hours = int((until - now).total_seconds() // 3600)
    if hours < 0:
        return _("the time is over")
    if hours < 1:
        return _("less than an hour left")
    days, hours = divmod(hours, 24)
    if not days:
        return ngettext("%(hours)d hour left", "%(hours)d hours left", hours) % {"hours": hours}
    told = ngettext("%(days)d day %(hours)d h left", "%(days)d days %(hours)d h left", days)
    return told % {"days": days, "hours": hours}


@own_page
def own_orphans(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what one develops."""
    pay = own_pay(viewing(request))
    waiting = waiting_for(pay.employee) if pay else []
    context = {
        "employee": pay.employee if pay else None,
        "waiting": waiting,
        "developed": developed_by(pay.employee, waiting) if pay else [],
    }
    return render(request, "portal/orphans.html", context)


@private
@login_required
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Accept one's own, or give it back with the reason; then, or asked for without an answer, the list."""
    own = Handover.objects.filter(pk=number, developer__user=viewing(request))
    handover = own.select_related("client", "developer").first()
    if handover is None:
        raise Http404
    if request.method == "POST":
        take_answer(request, handover)
    return redirect("portal:orphans")
