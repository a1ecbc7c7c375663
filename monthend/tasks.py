from celery import shared_task

from monthend import work as working


@shared_task
def work(run_id: int) -> None:
    """Work on a run until no step is left to take."""
    working.work_on(run_id)


@shared_task
def sweep() -> None:
    """Wake workers for runs that stand still."""
    working.sweep()
