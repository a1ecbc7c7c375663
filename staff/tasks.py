from celery import shared_task
from django.utils import timezone

from staff.log_ins.actions import lock_log_ins_of_leavers


@shared_task(name="staff.tasks.lock_leavers")
def lock_leavers() -> None:
    """Shut the log-ins of who left."""
    lock_log_ins_of_leavers(timezone.localdate())
