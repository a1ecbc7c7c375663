"""What one's own disputes ask, told on the first page of who works in the administration, too."""

from django.urls import reverse
from django.utils.translation import gettext as _

from access.models import User
from access.pages.notices import Notice
from disputes.notices import asks_in_disputes
from portal.own_disputes import own_disputes
from staff.models import Employee
from staff.reach import oneself


@asks_in_disputes
def own_disputes_waiting(viewer: User) -> list[Notice]:
    """The own disputes that wait for an answer, an agreement to an offer, or to be read; on the own pages."""
    if not oneself(viewer):
        return []
    waiting = [one for one in own_disputes(Employee(pk=oneself(viewer)[0])) if one.waiting]
    where = (
        reverse("portal:dispute", args=[waiting[0].dispute.number]) if len(waiting) == 1 else reverse("portal:disputes")
    )
    return [Notice(len(waiting), _("own disputes wait for you"), where)]
