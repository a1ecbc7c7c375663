from celery import shared_task

from workbooks.uploads import work


@shared_task(name=work.TASK)
def work_on_uploads() -> None:
    """Read or import the uploaded workbooks that wait."""
    work.work_on_uploads()


@shared_task(name="workbooks.tasks.sweep")
def sweep() -> None:
    """Wake a worker for uploaded workbooks that stand still."""
    work.sweep_uploads()
