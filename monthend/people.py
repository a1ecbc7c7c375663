"""What log-ins are called on the pages of the month end."""

from django.utils.translation import gettext as _

from access.models import User
from access.signing import name_of
from monthend.models import MonthTransition

_BY_ITSELF = {MonthTransition.Kind.COMPUTED, MonthTransition.Kind.STALE}
NAMED_BY = "employee"
"""The relation of a log-in that its name may stand in; select it along."""


def called_for(user: User, principal: User | None) -> str:
    """Who did something, and in whose place."""
    if principal is None:
        return name_of(user)
    return _("%(deputy)s for %(principal)s") % {"deputy": name_of(user), "principal": name_of(principal)}


def who_did(row: MonthTransition) -> str:
    """Who took a step with a month; its log-ins are read along with those of the employees."""
    if row.by is None:
        return _("the system") if row.kind in _BY_ITSELF else _("console")
    return called_for(row.by, row.on_behalf_of)
