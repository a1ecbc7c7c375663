"""The disk of a running site is full: people and whoever runs it are told, and with room it goes on by itself."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psycopg2
import pytest
from django.conf import settings
from psycopg2.extensions import cursor as PgCursor

from salesorg.databases.clones import Databases
from salesorg.servers.ports import free_port
from salesorg.state.places import ROOT
from tests.infrastructure.disks import grow, small_disk
from tests.infrastructure.servers import State, new_state
from tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.small_disk]

KNOWN = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}
"""Who comes back with a session, for whom the database is asked."""
SERVE = """
from salesorg.serve import service_commands
from salesorg.supervision import Interrupted, interrupt_on_signals, keep_running
interrupt_on_signals()
try:
    keep_running({"gunicorn": service_commands(%d)["gunicorn"]}, "Serving")
except Interrupted:
    pass
"""


def test_a_full_disk_is_told_and_with_room_the_site_goes_on(databases: Databases, tmp_path: Path) -> None:
    with small_disk(260) as disk, new_state(disk) as state:
        addresses, port = state.start(), free_port()
        with served(state, databases, addresses, port, tmp_path / "words") as log:
            until(lambda: asked(port)[0] == 200)
            fill(addresses["DATABASE_OWNER_URL"])
            state.stop()
            with full(disk) as keep_full:
                (state.places.var / "stopped").unlink()
                until(lambda: keep_full() and asked(port)[0] == 503)
                assert "数据库正在重新启动" in asked(port)[1]
                told = f"The disk that holds {state.places.servers} is full"
                until(lambda: keep_full() and told in log.read_text())
                health = manage(state, addresses, "health")
                assert (health.returncode, "所在磁盘将满" in health.stderr) == (1, True), health.stderr
                assert "无法连接数据库" in health.stderr
            until(lambda: asked(port)[0] == 200)


@contextmanager
def full(disk: Path) -> Iterator[Callable[[], bool]]:
    """Leave no page of a disk free; gives what fills again what was freed meanwhile. With room again at the end.

    A write may be refused before the last page is taken, so what is free is asked for.
    """

    def keep_full() -> bool:
        with (disk / "ballast").open("ab", buffering=0) as ballast:
            while os.statvfs(disk).f_bavail:
                with suppress(OSError):
                    ballast.write(bytes(os.statvfs(disk).f_bsize))
        return True

    try:
        keep_full()
        yield keep_full
    finally:
        grow(disk, 400)


@contextmanager
def served(state: State, databases: Databases, addresses: dict[str, str], port: int, log: Path) -> Iterator[Path]:
    """The site under its supervisor; gives the file that the supervisor's words go to."""
    for made in ("locale", "static"):
        (state.places.var / made).symlink_to(settings.STATE_DIR / made)
    state.fill(addresses["DATABASE_OWNER_URL"], databases)
    with log.open("w") as words:
        command = [sys.executable, "-P", "-c", SERVE % port]
        process = subprocess.Popen(command, cwd=ROOT, env=environment(state, addresses), stdout=words, stderr=words)
    try:
        yield log
    finally:
        process.terminate()
        process.wait()


def environment(state: State, addresses: dict[str, str]) -> dict[str, str]:
    return os.environ | addresses | {"SALESORG_VAR": str(state.places.var), "PYTHONPATH": str(ROOT)}


def manage(state: State, addresses: dict[str, str], *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command against this state."""
    given = environment(state, addresses)
    return subprocess.run([sys.executable, ROOT / "manage.py", *command], env=given, capture_output=True, text=True)


def asked(port: int) -> tuple[int, str]:
    """What the log-in page answers; 0 where nothing does yet."""
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/login/", headers=KNOWN)) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()
    except (URLError, ConnectionError):
        return 0, ""


def fill(url: str) -> None:
    """Leave no room on the disk that a database lies on: not for its data, while its log needs none."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE ballast (data bytea STORAGE EXTERNAL)")
        with pytest.raises(psycopg2.OperationalError):
            insert_without_end(cursor)
    connection.close()


def insert_without_end(cursor: PgCursor) -> None:
    while True:
        cursor.execute("INSERT INTO ballast VALUES (%s)", [os.urandom(2**20)])
