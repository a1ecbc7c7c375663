"""How an assigned orphan client is accepted or given back on a page."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from access.actor import Actor
from access.pages.admin_base import viewing
from clients.models import Handover
from clients.orphans.actions import accept_handover, decline_handover
from clients.orphans.effects import AssignRefused

ACCEPT = "accept"


def take_answer(request: HttpRequest, handover: Handover) -> None:
    """Accept for the developer, or give back with the reason; what was done or is refused is told on the next page."""
    by, facts = Actor(viewing(request)), {"client": handover.client}
    try:
        if request.POST.get("answer") == ACCEPT:
            accept_handover(handover, by=by)
            messages.success(request, _("%(client)s is accepted.") % facts)
        else:
            decline_handover(handover, reason=request.POST.get("reason", ""), by=by)
            messages.success(request, _("%(client)s is back in the pool.") % facts)
    except AssignRefused as refusal:
        messages.error(request, refusal.reason)
