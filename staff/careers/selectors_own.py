"""Nobody enters, changes or takes back what happens to themselves: posts, ranks, pay and leave."""

from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.signing import why_another


def why_not_entered(by: Actor, employee: int) -> str:
    """Why whoever acts enters or takes back nothing that happens to an employee (key): it is they; else empty."""
    return why_another(by, [employee], own_event())


def own_event() -> str:
    """Who enters what happens to oneself."""
    return _("Nobody enters or takes back what happens to themselves: another of human resources does.")
