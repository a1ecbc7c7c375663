"""How disputes are found: by how their numbers begin, or by the letters alone."""

from django.db.models import Q, QuerySet

from access.models import User
from access.pages.search import finds
from disputes.models import Dispute


@finds(Dispute, place=7, icon="forum", note=lambda row: f"{row.client.name} · {row.get_state_display()}")
def disputes(viewer: User, words: str) -> QuerySet[Dispute]:
    """Disputes whose number is that, or begins so."""
    meant = words.upper()
    found = Dispute.objects.filter(Q(number__startswith=meant) | Q(number__endswith=f"-{meant}"))
    return found.select_related("client").order_by("number")
