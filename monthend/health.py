"""Whether the month end's machinery runs, and whether a month is late."""

import datetime as dt
from pathlib import Path
from shutil import disk_usage
from tempfile import gettempdir

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from monthend.models import MonthRun, MonthStep
from monthend.schedule import due_day, late_month
from rulebook.wording import month_text

SWEEP_SILENCE = dt.timedelta(minutes=1)
MEGABYTE = 2**20
LEAST_ROOM = 500 * MEGABYTE
STANDSTILL = dt.timedelta(minutes=10)


def note_sweep(now: dt.datetime) -> None:
    """Note in the queue's server that a worker has swept, which shows that server, worker and beat are alive."""
    with _queue() as queue:
        queue.set(_key(), now.isoformat())


def problems(now: dt.datetime) -> list[str]:
    """What is not as it should be at `now`, each in the user's language; empty if all is well."""
    return [*_full_disks(), *_database_problems(now)]


def _full_disks() -> list[str]:
    """The disks of the state directory, of embedded servers and of temporary files that have little room left."""
    places = [settings.STATE_DIR, settings.STATE_DIR / "servers", Path(gettempdir())]
    disks = {place.stat().st_dev: place.resolve() for place in reversed(places) if place.exists()}
    usages = {place: disk_usage(place) for place in disks.values()}
    words = _("The disk of %(place)s is nearly full: %(free)d MB are left of %(total)d MB.")
    return [
        words % {"place": place, "free": usage.free // MEGABYTE, "total": usage.total // MEGABYTE}
        for place, usage in usages.items()
        if usage.free < LEAST_ROOM
    ]


def _database_problems(now: dt.datetime) -> list[str]:
    try:
        connection.ensure_connection()
        plan = MigrationExecutor(connection).migration_plan(MigrationExecutor(connection).loader.graph.leaf_nodes())
        if plan:
            return [_("The database's tables are older than the programs: run bin/manage migrate.")]
        return [*_queue_problems(now), *_standing_runs(now), *_late(now)]
    except DatabaseError as error:
        return [_("The database can't be reached: %(error)s") % {"error": str(error).strip()}]


def _queue_problems(now: dt.datetime) -> list[str]:
    try:
        with _queue() as queue:
            swept = queue.get(_key())
    except (redis.RedisError, ValueError) as error:
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
