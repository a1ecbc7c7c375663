"""Reminding who is in charge of what keeps a month from being locked."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.decisions.signing import name_of
from access.history.acting import action
from access.refusals import Refused
from monthend.approval.selectors import InCharge, names
from monthend.approval.selectors_reminders import responsible
from monthend.checks import Blocker
from monthend.models import Reminder
from monthend.rights import may_remind
from rulebook.month import Month


class ReminderRefused(Refused):
    """Nobody is reminded; `reason` says why."""


@action
def remind(month: Month, blocker: Blocker, in_charge: InCharge, *, today: dt.date, by: Actor) -> str:
    """Put a thing on the first page of who has to do it; returns their names. Once a day for each thing.

    Raises ReminderRefused for who may not, when it is the reminder's own to do, and when it was said today already.
    """
    others = responsible(blocker, in_charge)
    if by.user is None or not may_remind(by.user):
        raise ReminderRefused(_("Your role reminds nobody."))
    if not others or any(one.user == by.user for one in others):
        raise ReminderRefused(_("There is nobody else to remind of that."))
    thing = {"month": month, "obstacle": blocker.obstacle.name, "subject": blocker.about, "day": today}
    try:
        with transaction.atomic():
            Reminder.objects.create(**thing, at=timezone.now(), by=by.user)
    except IntegrityError as error:
        who = name_of(Reminder.objects.select_related("by__employee").get(**thing).by)
        raise ReminderRefused(_("%(who)s has reminded of that today already.") % {"who": who}) from error
    return names(others)
