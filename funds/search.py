"""How claims are found: by how their numbers begin."""

from django.db.models import QuerySet

from access.models import User
from access.pages.search import finds
from funds.models import FundClaim
from rulebook.wording import amount_text


@finds(FundClaim, place=5, icon="request_quote", note=lambda row: f"{row.date} · {amount_text(row.amount)}")
def claims(viewer: User, words: str) -> QuerySet[FundClaim]:
    """Claims whose number begins so."""
    return FundClaim.objects.filter(number__startswith=words).order_by("number")
