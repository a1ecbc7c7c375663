"""Naming who acts in somebody's place for some days."""

from django.utils.translation import gettext as _

from access.accounts.second_person import is_unknown_person
from access.actor import Actor
from access.history.acting import action
from access.refusals import Refused
from monthend.models import Deputy
from monthend.rights import APPROVERS, REPLACED, may_name_deputy_of, suits


class DeputyRefused(Refused):
    """A deputy is not named; `reason` says why."""


@action
def name_deputy(deputy: Deputy, *, by: Actor) -> None:
    """Write who acts in somebody's place on some days: in one's own, or for a director in a branch general manager's.

    Nobody sees more pay by it: a director's deputy sees the whole company's anyway, a branch general manager's that or
    the branch's. Raises DeputyRefused.
    """
    if by.user is None or by.user.role not in REPLACED:
        raise DeputyRefused(_("Only who approves, or a branch's general manager, names a deputy."))
    if deputy.principal_id is None:
        deputy.principal = by.user
    if not may_name_deputy_of(by.user, deputy.principal):
        text = _("Only they themselves, or for a branch the marketing director, name a deputy of %(user)s.")
        raise DeputyRefused(text % {"user": deputy.principal}, "principal")
    require_suitable(deputy)
    deputy.full_clean()
    deputy.save()


def require_suitable(deputy: Deputy) -> None:
    """Raise DeputyRefused unless the deputy sees all the pay that whoever is replaced sees, and is known by name.

    A log-in that is nobody's yet would take the right along to whomever it is linked to.
    """
    user = {"user": deputy.deputy}
    if is_unknown_person(deputy.deputy):
        raise DeputyRefused(_("%(user)s is linked to nobody: a deputy is somebody known by name.") % user, "deputy")
    if suits(deputy.deputy, deputy.principal):
        return
    if deputy.principal.role in APPROVERS:
        raise DeputyRefused(_("%(user)s does not see the whole company's pay.") % user, "deputy")
    raise DeputyRefused(_("%(user)s does not see the branch's pay.") % user, "deputy")
