"""Why a receipt counts when it does, as words in the reader's language."""

from django.utils.translation import gettext as _

from clients.models import Receipt
from rulebook.wording import month_text


def explain_late(receipt: Receipt) -> str:
    """Why late cash counts in a later month than its own; empty for cash in time."""
    if not receipt.is_late:
        return ""
    facts = {"day": receipt.received_on.isoformat(), "posted": month_text(receipt.posted_in)}
    return _("received %(day)s, in a month that was locked by then: counts in %(posted)s") % facts
