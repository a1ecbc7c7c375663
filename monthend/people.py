"""What log-ins are called on the pages of the month end."""

from django.utils.translation import gettext as _

from access.models import User

NAMED_BY = "employee"
"""The relation of a log-in that its name may stand in; select it along."""


def called(user: User) -> str:
    """A log-in's own name, else that of its employee, else the user name."""
    employee = getattr(user, NAMED_BY, None)
    return f"{user.last_name}{user.first_name}" or (employee.name if employee else "") or user.username


def called_for(user: User, principal: User | None) -> str:
    """Who did something, and in whose place."""
    if principal is None:
        return called(user)
    return _("%(deputy)s for %(principal)s") % {"deputy": called(user), "principal": called(principal)}
