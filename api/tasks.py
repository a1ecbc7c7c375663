from celery import shared_task

from api.exports import work


@shared_task(name=work.TASK)
def work_on_exports() -> None:
    """Write the exports that wait."""
    work.work_on_exports()


@shared_task(name="api.tasks.sweep")
def sweep() -> None:
    """Wake a worker for exports that stand still."""
    work.sweep_exports()
