"""Writing the exports that wait, one after another."""

import datetime as dt
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from access.queue import call_workers
from api.exports.models import Export
from periods.turns import alone, is_free
from workbooks.export.payroll import ExportError, export_payroll

logger = logging.getLogger(__name__)

TASK = "api.tasks.work_on_exports"
KEPT = dt.timedelta(days=1)
MOST_STARTS = 3
_TURN = 369131

State = Export.State


def wake() -> None:
    """Call a worker once the transaction is done; without a broker nothing is lost: the sweep calls again."""
    transaction.on_commit(lambda: call_workers(TASK))


def work_on_exports() -> None:
    """Write what waits; whoever finds somebody at it leaves it to that one."""
    with alone(_TURN) as is_alone:
        while is_alone and (export := _begin_next()):
            _write(export)


@transaction.atomic
def sweep_exports() -> None:
    """Wake a worker if exports stand still."""
    if is_free(_TURN) and Export.objects.filter(state=State.WAITING).exists():
        wake()


def forget_exports(now: dt.datetime) -> int:
    """Forget exports older than a day; returns how many."""
    return Export.objects.filter(asked_at__lte=now - KEPT).delete()[0]


@transaction.atomic
def _begin_next() -> Export | None:
    export = Export.objects.select_for_update(skip_locked=True).filter(state=State.WAITING).order_by("pk").first()
    if export is not None:
        export.starts += 1
        export.save(update_fields=["starts"])
    return export


def _write(export: Export) -> None:
    """Write one, or keep why that failed; losing the database raises, and it begins again."""
    if export.starts > MOST_STARTS:
        return _fail(export, _("The work was cut off %(times)d times.") % {"times": MOST_STARTS})
    try:
        with TemporaryDirectory() as folder:
            path = Path(folder, "payroll.xlsx")
            exported = export_payroll(export.month, path)
            content = path.read_bytes()
    except ExportError as error:
        return _fail(export, str(error))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("export %s failed", export.pk)
        return _fail(export, _("This failed, and is logged."))
    waiting = Export.objects.filter(pk=export.pk, state=State.WAITING)
    waiting.update(state=State.READY, content=content, is_draft=exported.is_draft)
    return None


def _fail(export: Export, problem: str) -> None:
    Export.objects.filter(pk=export.pk, state=State.WAITING).update(state=State.FAILED, problem=problem)
