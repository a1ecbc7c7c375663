"""Whether the month end's machinery runs, and whether a month is late."""

import datetime as dt

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from monthend.models import MonthRun, MonthStep
from monthend.schedule import due_day, late_month
from rulebook.wording import month_text

SWEEP_SILENCE = dt.timedelta(minutes=1)
STANDSTILL = dt.timedelta(minutes=10)


def note_sweep(now: dt.datetime) -> None:
    """Note in the queue's server that a worker has swept, which shows that server, worker and beat are alive."""
    with _queue() as queue:
        queue.set(_key(), now.isoformat())


def problems(now: dt.datetime) -> list[str]:
    """What is not as it should be at `now`, each in the user's language; empty if all is well."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        return [_("The database can't be reached: %(error)s") % {"error": str(error).strip()}]
    if MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes()):
        return [_("The database's tables are older than the programs: run bin/manage migrate.")]
    return [*_queue_problems(now), *_standing_runs(now), *_late(now)]


def _queue_problems(now: dt.datetime) -> list[str]:
    try:
        with _queue() as queue:
            swept = queue.get(_key())
    except redis.RedisError as error:
        return [_("The queue can't be reached: %(error)s") % {"error": error}]
    if swept is None or now - dt.datetime.fromisoformat(str(swept)) > SWEEP_SILENCE:
        return [_("No worker has swept for a minute: is bin/work running?")]
    return []


def _standing_runs(now: dt.datetime) -> list[str]:
    runs = MonthRun.objects.filter(state=MonthRun.State.RUNNING, started_at__lt=now - STANDSTILL)
    moving = MonthStep.objects.filter(done_at__gte=now - STANDSTILL).values("run")
    return [
        _("The computing of %(month)s stands still since %(minutes)d minutes.")
        % {"month": month_text(run.month), "minutes": STANDSTILL.seconds // 60}
        for run in runs.exclude(pk__in=moving)
    ]


def _late(now: dt.datetime) -> list[str]:
    month = late_month(now.date())
    if month is None:
        return []
    return [
        _("%(month)s is late: it should have been locked by %(day)s.")
        % {"month": month_text(month), "day": due_day(month)}
    ]


def _queue() -> "redis.Redis":
    return redis.Redis.from_url(settings.CELERY_BROKER_URL, decode_responses=True, socket_timeout=5)


def _key() -> str:
    return f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}swept-at"
