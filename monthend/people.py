"""What log-ins are called on the pages of the month end."""

from django.utils.translation import gettext as _

from access.models import User
from staff.pay_changes import name_of

NAMED_BY = "employee"
"""The relation of a log-in that its name may stand in; select it along."""


def called_for(user: User, principal: User | None) -> str:
    """Who did something, and in whose place."""
    if principal is None:
        return name_of(user)
    return _("%(deputy)s for %(principal)s") % {"deputy": name_of(user), "principal": name_of(principal)}
