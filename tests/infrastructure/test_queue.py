"""Workers are called by names: each name is told by a task, and by one for which messages may wait in the queue."""

import pytest
from celery import current_app
from django.conf import settings

from monthend import work as runs
from monthend.preview import work as previews
from monthend.verify import actions as verifications
from workbooks.uploads import work as uploads

CALLED = (runs.TASK, previews.TASK, verifications.TASK, uploads.TASK)
SCHEDULED = tuple(entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values())


@pytest.fixture(autouse=True)
def tasks() -> None:
    """The tasks are there as they are for a worker."""
    current_app.loader.import_default_modules()


@pytest.mark.parametrize("name", [*CALLED, *SCHEDULED])
def test_what_is_called_by_name_is_a_task_of_that_name(name: str) -> None:
    assert current_app.tasks[name].name == name


def test_every_task_says_its_name_so_that_moving_it_loses_no_message() -> None:
    unnamed = [
        f"{path.relative_to(settings.BASE_DIR)}:{number}"
        for path in sorted(settings.BASE_DIR.glob("*/**/tasks.py"))
        if not path.is_relative_to(settings.STATE_DIR)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.startswith("@shared_task") and "name=" not in line
    ]
    assert unnamed == []
