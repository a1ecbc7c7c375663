from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from salesorg.retention import forget


class Command(BaseCommand):
    """Forget what has outlived its term, as beat has it done each night; say what, and the terms."""

    help = "Remove contents of uploads, attempts to log in and sessions whose term is over; print how many."

    def handle(self, *args: Any, **options: Any) -> None:
        for one in forget(timezone.now()):
            self.stdout.write(_("%(what)s: %(count)d removed (kept for %(days)d days).") % vars(one))
