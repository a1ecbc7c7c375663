"""bin/demo: serves the demo company until Ctrl-C, mends what dies, and stops what it started."""

import os
import signal
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from salesorg.databases.clones import Databases
from salesorg.servers.ports import free_port, is_free
from salesorg.servers.processes import is_alive, wait_until
from salesorg.state.keys import load_keys
from salesorg.state.places import Places
from salesorg.state.stamps import digest, set_stamp
from tests.infrastructure.checkouts import BARE, Checkout
from tests.infrastructure.servers import State

pytestmark = pytest.mark.slow
KNOWN = {"Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz012345"}
"""Who comes back with a session, for whom the database is asked."""


@pytest.fixture(scope="module")
def filled(equipped: Checkout, databases: Databases) -> Checkout:
    """The checkout with its database's tables there already; that they are made is test_ways_in.py's to test."""
    state = State(Places(equipped.root / "var"))
    state.fill(state.start()["DATABASE_OWNER_URL"], databases)
    set_stamp(state.places, "tables", digest([equipped.root / "requirements.txt"]))
    state.stop()
    return equipped


@contextmanager
def demo(checkout: Checkout, port: int) -> Iterator["subprocess.Popen[str]"]:
    """Serve the demo, from when it says so; whatever happens, nothing is left running."""
    command = [str(checkout.root / "bin/demo"), "--port", str(port)]
    environment = BARE | {"HOME": str(checkout.home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert any(line.startswith("Serving on") for line in process.stdout)
            yield process
        finally:
            process.kill()


def services(process: "subprocess.Popen[str]") -> dict[str, int]:
    """Return the processes that bin/demo started, by name."""
    found: dict[str, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = status.read_text().rpartition(")")[2].split()[1]
            words = (status.parent / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        for name in ("gunicorn", "worker", "beat"):
            if parent == str(process.pid) and name in words:
                found[name] = int(status.parent.name)
    return found


def environments(pids: Iterable[int]) -> dict[int, dict[str, str]]:
    """What processes and all that these have begun were given to start with; PostgreSQL's come and go meanwhile."""
    found: dict[int, dict[str, str]] = {}
    for pid in pids:
        process = Path(f"/proc/{pid}")
        with suppress(FileNotFoundError, ProcessLookupError):
            given = (process / "environ").read_bytes().decode().split("\0")
            children = (process / f"task/{pid}/children").read_text().split()
            found[pid] = dict(variable.split("=", 1) for variable in given if variable)
            found |= environments(map(int, children))
    return found


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/admin/login/") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def asked(port: int) -> tuple[int, str]:
    """What the log-in page answers, whatever it is."""
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/login/", headers=KNOWN)) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def servers(checkout: Checkout) -> list[int]:
    """The processes of the embedded servers."""
    home = checkout.root / "var" / "servers"
    files = (home / "postgres" / "postmaster.pid", home / "valkey" / "valkey.pid")
    return [int(file.read_text().splitlines()[0]) for file in files]


def test_the_demo_serves_mends_itself_and_stops_what_it_started(filled: Checkout) -> None:
    port = free_port()
    with demo(filled, port) as process:
        assert wait_until(lambda: answers(port), 30)
        first = services(process)
        assert set(first) == {"gunicorn", "worker", "beat"}
        secret = load_keys(Places(filled.root / "var")).owner
        given = environments([*first.values(), *servers(filled)])
        assert len(given) >= 7  # gunicorn and the worker begin two of their own each
        assert [pid for pid, variables in given.items() if any(secret in value for value in variables.values())] == []
        assert {pid for pid, variables in given.items() if "DATABASE_URL" in variables} >= set(first.values())
        for pid in servers(filled):
            os.kill(pid, signal.SIGKILL)
        status, page = asked(port)
        assert status == 200 or "数据库正在重新启动" in page
        assert wait_until(lambda: answers(port) and all(map(is_alive, servers(filled))), 30)
        os.kill(first["worker"], signal.SIGKILL)
        assert wait_until(lambda: services(process).get("worker", first["worker"]) != first["worker"], 30)
        last = services(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert [pid for pid in last.values() if is_alive(pid)] == []
    assert is_free(port)
    assert filled.call("bin/manage", "stop_servers").stdout == "Nothing was running.\n"


def test_a_killed_demo_takes_its_processes_along_and_starts_again(filled: Checkout) -> None:
    port = free_port()
    with demo(filled, port) as process:
        pids = services(process).values()
        process.kill()
    assert wait_until(lambda: not any(map(is_alive, pids)) and is_free(port), 30)

    again = filled.call("bin/demo", "--no-serve")
    assert again.returncode == 0, again.stderr
    assert filled.call("bin/manage", "stop_servers").stdout == "Stopped PostgreSQL and Valkey.\n"
