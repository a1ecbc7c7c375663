from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from monthend.health import problems


class Command(BaseCommand):
    """Say whether all that the month end needs is running; exit with 1 and the reasons if not."""

    help = (
        "Check the database, the queue, worker and beat, and whether a month is late; exit code 1 if anything is wrong."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = problems(timezone.localtime())
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(_("All is well."))
