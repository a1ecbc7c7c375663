"""A running site, and what can happen to it."""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import redis
from celery import current_app
from django.db import DatabaseError, connection

from access.actor import CONSOLE
from monthend.lock.selectors_seal import seal_of
from monthend.models import MonthRun, MonthStep
from monthend.runs import start_run
from monthend.tasks import work
from tests.faults.company import CLOSED
from tests.infrastructure.servers import State

PATIENCE = 60
POLL = 0.05


@dataclass
class Site:
    """The servers' state directory and addresses, and the supervisor of worker and beat."""

    state: State
    addresses: dict[str, str]
    supervisor: "subprocess.Popen[bytes]"
    undisturbed: str = field(default="", init=False)
    seconds: float = field(default=0, init=False)

    def learn(self) -> None:
        """Compute the month undisturbed, twice: the second time shows how long it takes when all are awake."""
        for _round in range(2):
            began = time.monotonic()
            self.finish(self.start())
            self.seconds = time.monotonic() - began
        self.undisturbed = seal_of(CLOSED)

    def start(self, messages: int = 2) -> int:
        """Begin to compute the month anew; returns the run."""
        run = start_run(CLOSED, by=CONSOLE).pk
        with current_app.connection_for_write(url=self.addresses["REDIS_URL"]) as queue:
            for _message in range(messages):
                current_app.send_task(work.name, (run,), connection=queue)
        return run

    def finish(self, run: int) -> None:
        """Wait until the run is computed; fails a minute after it is called."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._is_computed(run):
                return
            time.sleep(POLL)
        raise AssertionError(f"the run has not ended {PATIENCE} s after the last fault: {self._steps(run)}")

    def kill_a_worker(self, chance: random.Random) -> None:
        """kill -9 of one of the worker's processes, whichever."""
        victims = self._worker_processes()
        if victims:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(victims), signal.SIGKILL)

    def flush_and_restart_queue(self) -> None:
        """The queue's server forgets everything, is killed, and started again."""
        with redis.Redis.from_url(self.addresses["REDIS_URL"]) as queue:
            queue.flushall()
            pid = int(queue.info("server")["process_id"])
        os.kill(pid, signal.SIGKILL)
        self.state.start()

    def restart_database(self) -> None:
        """PostgreSQL ends as in a crash, and is started again."""
        os.kill(self.state.postgres, signal.SIGQUIT)
        connection.close()
        self.state.start()

    def _is_computed(self, run: int) -> bool:
        """Whether the run has ended well; not while the database is away."""
        try:
            state = MonthRun.objects.values_list("state", flat=True).get(pk=run)
        except DatabaseError:
            connection.close()
            return False
        assert state in (MonthRun.State.RUNNING, MonthRun.State.COMPUTED), state
        return bool(state == MonthRun.State.COMPUTED)

    def _steps(self, run: int) -> list[tuple[str, str, str]]:
        waiting = MonthStep.objects.filter(run=run).exclude(state=MonthStep.State.DONE)
        return list(waiting.values_list("name", "branch__code", "problem"))

    def _worker_processes(self) -> list[int]:
        """The processes that work for this site: those under the supervisor that are Celery's workers."""
        return [pid for pid in _descendants(self.supervisor.pid) if b"worker" in _command(pid).split(b"\0")]


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for directory in Path("/proc").iterdir():
        if directory.name.isdecimal():
            with suppress(OSError):
                parents[int(directory.name)] = int((directory / "stat").read_text().rpartition(")")[2].split()[1])
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {root})


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
