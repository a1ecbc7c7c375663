"""Why a receipt counts when it does, and why a client is kept no longer, as words in the reader's language."""

import datetime as dt

from django.utils.translation import gettext as _

from clients.models import Receipt
from clients.protection.selectors import Keeping
from rulebook.wording import month_text


def explain_late(receipt: Receipt) -> str:
    """Why late cash counts in a later month than its own; empty for cash in time."""
    if not receipt.is_late:
        return ""
    facts = {"day": receipt.received_on.isoformat(), "posted": month_text(receipt.posted_in)}
    return _("received %(day)s, in a month that was locked by then: counts in %(posted)s") % facts


def explain_protection(keeping: Keeping | None, today: dt.date) -> str:
    """Until when a client is protected, and what ends that; empty where nothing does."""
    if keeping is None or keeping.last_day is None:
        return ""
    facts = {"day": keeping.last_day.isoformat()}
    if keeping.last_day < today:
        return _("Its protection ended on %(day)s.") % facts
    if keeping.is_last:
        return _("Protected until %(day)s, when its days of protection end; then it goes to the open pool.") % facts
    return _("Protected until %(day)s; without a follow-up by then it goes to the open pool.") % facts
