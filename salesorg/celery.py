"""The queue: Celery only wakes workers; what is to be done and what is done stands in PostgreSQL."""

from typing import Any

from celery import Celery, Task

from salesorg.frames import with_room


class KeptTask(Task[..., Any]):
    """A task, whose changes are kept as done by itself; what it does for somebody says so within."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from access.actor import CONSOLE
        from access.history.acting import acting
        from access.models import Change

        with acting(CONSOLE, Change.Source.TASK, origin=self.name):
            return with_room(super().__call__, *args, **kwargs)


app = Celery("salesorg", task_cls=KeptTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
