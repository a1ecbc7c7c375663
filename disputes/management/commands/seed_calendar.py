from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from access.actor import CONSOLE
from disputes.clock.actions import seed_calendar
from disputes.clock.selectors import years_known


class Command(BaseCommand):
    """Bring the working calendar up to what is published, as beat has it done each night; say how far it goes."""

    help = "Enter the public holidays and make-up days that are published; what somebody entered stands."

    def handle(self, *args: Any, **options: Any) -> None:
        facts = {"count": seed_calendar(by=CONSOLE), "year": max(y for y, known in years_known().items() if known)}
        self.stdout.write(_("Days entered or changed: %(count)d. The calendar is official up to %(year)d.") % facts)
