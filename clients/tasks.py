from celery import shared_task
from django.utils import timezone

from access.actor import CONSOLE
from clients.actions_protection import lapse_clients


@shared_task
def lapse_protection() -> None:
    """Let clients whose protection ran out go to the open pool."""
    lapse_clients(timezone.localdate(), by=CONSOLE)
