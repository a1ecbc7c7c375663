"""The kinds of orphan clients, as choices of fields."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrphanKind(models.IntegerChoices):
    """Why a client is an orphan (1-5.1 to 1-5.5)."""

    CLOSER_CHANGED_POST = 1, _("deal-maker changed post")
    CLOSER_LEFT = 2, _("deal-maker left")
    CLOSER_OUTSIDE_SALES = 3, _("deal-maker not in sales when signing")
    NO_OWNER = 4, _("no owner")
    REFERRED_BY_ORPHAN = 5, _("referred by an orphan client")
