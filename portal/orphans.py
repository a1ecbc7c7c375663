"""The orphan clients that one develops: those just assigned are accepted here, or given back."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from access.admin_base import viewing
from clients.answering import take_answer
from clients.models import Handover, OrphanClient
from portal.pages import own_page, private, self_contained
from portal.selectors import own_pay


@own_page
def own_orphans(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what one develops."""
    viewer = viewing(request)
    waiting = Handover.objects.filter(developer__user=viewer, answer=Handover.Answer.WAITING)
    developed = OrphanClient.objects.filter(developer__user=viewer).order_by("-developed_since", "client__number")
    pay = own_pay(viewer)
    context = {
        "employee": pay.employee if pay else None,
        "waiting": waiting.select_related("client__orphan").order_by("accept_by", "pk"),
        "developed": developed.exclude(client__in=waiting.values("client")).select_related("client"),
    }
    return render(request, "portal/orphans.html", context)


@self_contained
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
