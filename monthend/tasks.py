import logging

from celery import shared_task
from django.utils import timezone

from monthend import work as working
from monthend.checks import CloseRefused
from monthend.health import note_sweep
from monthend.preview import work as previewing
from monthend.schedule import prepare_month
from monthend.verify import actions as verification

logger = logging.getLogger(__name__)


@shared_task(name=working.TASK)
def work(run_id: int) -> None:
    """Work on a run until no step is left to take."""
    working.work_on(run_id)


@shared_task(name=verification.TASK)
def verify(verification_id: int) -> None:
    """Do a verification that was asked for, and lock the month if that was."""
    verification.perform_verification(verification_id, today=timezone.localdate())


@shared_task(name="monthend.tasks.sweep")
def sweep() -> None:
    """Wake workers for what stands still."""
    working.sweep()
    verification.sweep_verifications()
    previewing.sweep_previews()
    note_sweep(timezone.now())


@shared_task(name="monthend.tasks.prepare")
def prepare() -> None:
    """Compute last month when its day has come."""
    try:
        prepare_month(timezone.localdate())
    except CloseRefused as refusal:
        logger.warning("last month is not prepared: %s", refusal)


@shared_task(name=previewing.TASK)
def preview() -> None:
    """Compute the previews that wait."""
    previewing.work_on_previews()
