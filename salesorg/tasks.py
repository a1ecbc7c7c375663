from celery import shared_task
from django.utils import timezone

from salesorg import retention


@shared_task(name="salesorg.tasks.forget")
def forget() -> None:
    """Forget what has outlived its term."""
    retention.forget(timezone.now())
