"""How clients are found: by number, name, pinyin or its initials, telephone; contracts and receipts by their start."""

import re

from django.db.models import Q, QuerySet

from access.models import User
from access.pages.search import by_key, finds
from clients.models import Client, Contract, Receipt
from clients.phones import has_phone_of
from rulebook.wording import amount_text

_IS_PHONE = re.compile(r"[\d\s+()（）＋/-]{7,}")


@finds(Client, place=2, icon="storefront")
def clients(viewer: User, words: str) -> QuerySet[Client]:
    """Clients within reach."""
    by_words = by_key(Client.objects.all(), words)
    if not _IS_PHONE.fullmatch(words):
        return by_words
    return Client.objects.filter(Q(pk__in=by_words.order_by().values("pk")) | Q(has_phone_of(words))).order_by("number")


@finds(
    Contract,
    place=3,
    icon="contract",
    note=lambda row: f"{row.client.name} · {row.signed_on} · {amount_text(row.amount)}",
)
def contracts(viewer: User, words: str) -> QuerySet[Contract]:
    """Contracts whose number begins so."""
    return Contract.objects.filter(_begins(words)).select_related("client").order_by("number")


@finds(
    Receipt,
    place=4,
    icon="paid",
    note=lambda row: f"{row.contract.client.name} · {row.received_on} · {amount_text(row.amount)}",
)
def receipts(viewer: User, words: str) -> QuerySet[Receipt]:
    """Receipts whose number begins so."""
    return Receipt.objects.filter(_begins(words)).select_related("contract__client").order_by("number")


def _begins(words: str) -> Q:
    return Q(number__startswith=words) | Q(number__startswith=words.upper())
