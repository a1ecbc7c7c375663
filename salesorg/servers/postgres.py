"""The embedded PostgreSQL: one cluster per state directory, on a loopback port of its own."""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from salesorg.servers.errors import ServerError
from salesorg.servers.home import Home
from salesorg.servers.log import start_keeping
from salesorg.servers.ports import LOOPBACK, Ports, is_free
from salesorg.servers.processes import ended_pid, is_alive, lacks_room, log_tail, program_of, wait_until, why_it_ended

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "log_checkpoints": "off",
    # Statements, their values and what a message quotes of rows hold people's data: none of it is logged.
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
}
"""For the cluster of the tests: nothing waits for the disk, so a machine that ends may leave it unreadable."""
MEMORY = Path("/dev/shm")  # noqa: S108 - who may write there is asked
MOST_OF_TESTS = 4 * 2**30
"""Bytes that the cluster of the tests is far from taking."""

PORT_LINE = 3
START_SECONDS = 120
STOP_SECONDS = 30


@dataclass(frozen=True)
class Postgres:
    """A cluster of one state directory: the one that keeps people's data or, `is_for_tests`, one that need not."""

    home: Home
    ports: Ports
    is_for_tests: bool = False

    @property
    def name(self) -> str:
        return "postgres-tests" if self.is_for_tests else "postgres"

    @property
    def data(self) -> Path:
        return self.home.path / self.name

    @property
    def log(self) -> Path:
        return self.home.path / f"{self.name}.log"

    @property
    def port(self) -> int:
        return self.ports.get(self.name)

    def ensure_running(self, programs: Path, password: str) -> bool:
        """Start the cluster, or adopt the one that runs; return whether it had to be started.

        A cluster that is missing is made, with ``password`` for its superuser. One that runs from other programs,
        as after an update of the package, is started anew.
        """
        self._make_cluster(programs, password)
        pid = self.running_pid()
        if pid is not None:
            self._find_port()
        if pid is not None and program_of(pid) == str(programs / "postgres") and self._answers(programs, pid):
            return False
        self.stop()
        self._start(programs)
        return True

    def running_pid(self) -> int | None:
        """Return the process that serves this cluster, not a stranger that was given a dead one's number."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            directory = Path((self.data / "postmaster.pid").read_text().splitlines()[1])
        except (OSError, ValueError, IndexError):
            return None
        serves = directory == self.data and program_of(pid).endswith("/postgres")
        return pid if serves and is_alive(pid) else None

    def stop(self) -> bool:
        """Stop the cluster, ending what still uses it; return whether it ran.

        One that can't end in order, as where a full disk has no room for its checkpoint, is ended at once: it recovers
        when it starts again.
        """
        pid = self.running_pid()
        if pid is None:
            return False
        for order in (signal.SIGINT, signal.SIGQUIT):
            os.kill(pid, order)
            if wait_until(lambda: not is_alive(pid), STOP_SECONDS):
                return True
        raise ServerError(f"PostgreSQL (process {pid}) did not stop within {2 * STOP_SECONDS} s; see {self.log}")

    def remove(self) -> None:
        """Remove the stopped cluster with all that is in it."""
        if self.data.exists():
            shutil.rmtree(self.data.resolve())
        if self.data.is_symlink():
            self.data.unlink()

    def _find_port(self) -> None:
        """Keep the port that the running server has told; another one would be a lost or foreign file's."""
        told = (self.data / "postmaster.pid").read_text().splitlines()
        if len(told) > PORT_LINE:
            self.ports.keep(self.name, int(told[PORT_LINE]))

    def _make_cluster(self, programs: Path, password: str) -> None:
        """Make the cluster beside its place and move it there whole, so that a kill leaves no half of one."""
        if self.data.exists():
            self._refuse_other_version(programs)
            return
        place = self._place()
        draft = place.with_name(f"{place.name}.new")
        for left in (draft, place):
            if left.exists():
                shutil.rmtree(left)
        password_file = self.home.path / "superuser.password"
        password_file.touch(mode=0o600)
        self.home.account.own(password_file)
        password_file.write_text(password)
        try:
            options = ["-D", str(draft), "-U", SUPERUSER, "-E", "UTF8", "--auth=scram-sha-256"]
            locale = _locale(programs)
            initdb: list[str | Path] = [programs / "initdb", *options, f"--pwfile={password_file}", *locale]
            made = self.home.account.run(initdb, cwd=self.home.path)
        finally:
            password_file.unlink()
        if made.returncode:
            raise ServerError(f"PostgreSQL could not make its cluster:\n{made.stdout}")
        self.data.unlink(missing_ok=True)  # to a place in memory that is gone
        draft.rename(place)
        if place != self.data:
            self.data.symlink_to(place)

    def _place(self) -> Path:
        """Where a new cluster is made: the tests' in the machine's memory, if there is room, and linked.

        Tests make and drop databases of a thousand files all the time, which a disk's filesystem takes ten times as
        long for; in memory they end with the machine, and the next run makes them anew.
        """
        there = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and self.home.account.may_pass(MEMORY)
        if self.is_for_tests and there and shutil.disk_usage(MEMORY).free >= MOST_OF_TESTS:
            return MEMORY / f"salesorg{str(self.data).replace(os.sep, '-')}"
        return self.data

    def _refuse_other_version(self, programs: Path) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != _major(programs):
            raise ServerError(
                f"{self.data} was made by PostgreSQL {made_by}, but the one found is {_major(programs)}. "
                "Move the data with pg_upgrade or pg_dump, or set SALESORG_POSTGRES_BIN to the old programs."
            )

    def _start(self, programs: Path) -> None:
        self._forget_dead_process()
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if not is_free(self.port):
                self.ports.renew(self.name)
            log, keeper = start_keeping(self.log)
            server = self.home.account.spawn(self._command(programs), self.home.path, log)
            os.close(log)
            if self._becomes_ready(programs, server):
                return
            keeper.wait()
            # What a kill left behind may still hold the shared memory for a moment, or the port may have been taken.
            time.sleep(0.2)
            if lacks_room(self.log) or not any(
                sign in log_tail(self.log) for sign in ("could not bind", "shared memory", "postmaster.pid")
            ):
                break
        raise ServerError(f"PostgreSQL did not start:\n{why_it_ended(self.log)}")

    def _command(self, programs: Path) -> list[str | Path]:
        wanted = SETTINGS | FORGETFUL if self.is_for_tests else SETTINGS
        settings = [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]
        return [programs / "postgres", "-D", self.data, "-p", str(self.port), *settings]

    def _becomes_ready(self, programs: Path, server: "subprocess.Popen[bytes]") -> bool:
        wait_until(lambda: server.poll() is not None or self._is_ready(programs), START_SECONDS)
        return server.poll() is None

    def _answers(self, programs: Path, pid: int) -> bool:
        """Wait for one that is still starting; tell whether it lives."""
        if not wait_until(lambda: not is_alive(pid) or self._is_ready(programs), START_SECONDS):
            raise ServerError(f"PostgreSQL (process {pid}) runs but does not answer; see {self.log}")
        return is_alive(pid)

    def _is_ready(self, programs: Path) -> bool:
        asked: list[str | Path] = [programs / "pg_isready", "-q", "-h", LOOPBACK, "-p", str(self.port)]
        return self.home.account.run(asked, cwd=self.home.path).returncode == 0

    def _forget_dead_process(self) -> None:
        """Name a process that has certainly ended in a stale postmaster.pid.

        PostgreSQL refuses to start if the number in it lives, though it be a stranger's. The rest of the file
        stays: with it PostgreSQL makes sure that no orphan of the dead one still writes.
        """
        stale = self.data / "postmaster.pid"
        if stale.exists():
            _, *rest = stale.read_text().splitlines(keepends=True)
            stale.write_text("".join([f"{ended_pid()}\n", *rest]))


def _major(programs: Path) -> str:
    version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    return version.split()[2].split(".")[0]


def _locale(programs: Path) -> list[str]:
    """Sort by code point in UTF-8 everywhere, whatever locales the machine has; the builtin provider came with 17."""
    if int(_major(programs)) >= 17:
        return ["--locale-provider=builtin", "--locale=C", "--builtin-locale=C.UTF-8"]
    return ["--locale=C.UTF-8"]
