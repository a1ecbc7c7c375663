from celery import shared_task
from django.utils import timezone

from access.actor import CONSOLE
from clients.orphans.actions import return_lapsed
from clients.protection.actions import lapse_clients


@shared_task(name="clients.tasks.return_unaccepted")
def return_unaccepted() -> None:
    """Return to the pool the orphans that were not accepted in time."""
    return_lapsed(timezone.now())


@shared_task(name="clients.tasks.lapse_protection")
def lapse_protection() -> None:
    """Let clients whose protection ran out go to the open pool."""
    lapse_clients(timezone.localdate(), by=CONSOLE)
