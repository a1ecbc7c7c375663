"""What the codes of clients' histories are called, as choices of fields."""

from django.utils.translation import gettext_lazy as _

from clients.codes import Cause, Orphan
from periods.fields import choices_of

ORPHAN_KINDS = {
    Orphan.CLOSER_CHANGED_POST: _("deal-maker changed post"),
    Orphan.CLOSER_LEFT: _("deal-maker left"),
    Orphan.CLOSER_OUTSIDE_SALES: _("deal-maker not in sales when signing"),
    Orphan.NO_OWNER: _("no owner"),
    Orphan.REFERRED_BY_ORPHAN: _("referred by an orphan client"),
}
ORPHAN_CHOICES = choices_of(ORPHAN_KINDS)
CAUSE_CHOICES = choices_of(
    {
        Cause.REGISTERED: _("registered"),
        Cause.CHANGED_POST: _("changed post"),
        Cause.LEFT: _("left"),
        Cause.ASSIGNED: _("assigned to a developer"),
        Cause.RETURNED: _("returned to the pool"),
        Cause.SIGNED: _("contract signed"),
        Cause.CORRECTED: _("wrong closer corrected"),
        Cause.LAPSED: _("protection ran out"),
        Cause.CLAIMED: _("claimed from the open pool"),
    }
)
