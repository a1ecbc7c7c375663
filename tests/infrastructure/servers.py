"""Embedded servers of a test's own, in a state directory of their own, driven by other processes as bin/ does."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from salesorg.databases.clones import Clone, Databases
from salesorg.servers.account import server_account
from salesorg.servers.binaries import postgres_programs
from salesorg.servers.home import Home
from salesorg.state.places import ROOT, Places

START = """
import json, sys
from salesorg.environment.prepare import ensure_servers
from salesorg.state.keys import load_keys
from salesorg.state.lock import exclusive
from salesorg.state.places import current_places
places, given = current_places(), {"DATABASE_URL": "", "REDIS_URL": ""}
with exclusive(places):
    started = ensure_servers(places, load_keys(places), given, for_tests=sys.argv[1:] == ["for tests"])
    print(json.dumps(started), flush=True)
sys.stdin.read()
"""
STOP = """
from salesorg.servers.running import stop_servers, stop_servers_of_tests
from salesorg.state.keys import load_keys
from salesorg.state.places import current_places
print(stop_servers(current_places(), load_keys(current_places())))
stop_servers_of_tests(current_places())
"""


@dataclass(frozen=True)
class State:
    """A state directory, driven by other processes as bin/ does."""

    places: Places

    def launch(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin to start what is missing; the launcher prints the addresses and lives until its input ends."""
        return self._python(START, *arguments)

    def start(self, *arguments: str) -> dict[str, str]:
        """Start what is missing and return the addresses."""
        with self.launch(*arguments) as launcher:
            printed, _ = launcher.communicate("")
        assert launcher.returncode == 0
        addresses: dict[str, str] = json.loads(printed)
        return addresses

    def stop(self) -> str:
        """Stop what runs and return what the command says."""
        with self._python(STOP) as stopper:
            return stopper.communicate("")[0].strip()

    def fill(self, owner: str, databases: Databases) -> None:
        """Give the empty database the tables of the tests' template, which to migrate takes twenty times as long."""
        programs = postgres_programs(Home(self.places.servers.resolve(), server_account()))
        template = Clone(databases.template).environment["DATABASE_OWNER_URL"]
        made = subprocess.run([programs / "pg_dump", "--dbname", template], capture_output=True, check=True)
        quietly = ["--quiet", "--no-psqlrc", "--single-transaction", "--set", "ON_ERROR_STOP=1", "--output", os.devnull]
        subprocess.run([programs / "psql", "--dbname", owner, *quietly], input=made.stdout, check=True)

    @property
    def postgres(self) -> int:
        return int((self.places.servers / "postgres" / "postmaster.pid").read_text().splitlines()[0])

    def _python(self, script: str, *arguments: str) -> "subprocess.Popen[str]":
        environment = os.environ | {"SALESORG_VAR": str(self.places.var), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-P", "-c", script, *arguments]
        return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


@contextmanager
def new_state(parent: Path) -> Iterator[State]:
    """A state directory in `parent`, whose servers are stopped and removed at the end."""
    state = State(Places(parent / "var"))
    state.places.var.mkdir()
    try:
        yield state
    finally:
        state.stop()
        shutil.rmtree(state.places.servers.resolve(), ignore_errors=True)


@contextmanager
def passable_directory() -> Iterator[Path]:
    """A directory that every account may enter; pytest's own is private."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory).chmod(0o755)
        yield Path(directory)
