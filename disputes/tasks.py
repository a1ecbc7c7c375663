from celery import shared_task

from access.actor import CONSOLE
from disputes.clock.actions import seed_calendar


@shared_task(name="disputes.tasks.keep_calendar")
def keep_calendar() -> None:
    """Bring the working calendar up to what is published, and the deadlines of open disputes with it."""
    seed_calendar(by=CONSOLE)
