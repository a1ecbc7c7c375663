from celery import shared_task
from django.utils import timezone

from clients.actions_pool import return_lapsed


@shared_task
def return_unaccepted() -> None:
    """Return to the pool the orphans that were not accepted in time."""
    return_lapsed(timezone.now())
