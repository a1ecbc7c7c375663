"""The embedded servers, real ones in state directories of their own: started, adopted, restarted, stopped."""

import json
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import redis

from salesorg.servers import postgres
from salesorg.servers.account import server_account
from salesorg.servers.binaries import postgres_programs
from salesorg.servers.errors import ServerError
from salesorg.servers.home import Home
from salesorg.servers.postgres import MEMORY
from salesorg.servers.processes import is_alive, wait_until
from salesorg.servers.running import stop_servers, stop_servers_of_tests, superuser_url
from salesorg.state.keys import load_keys
from tests.infrastructure.disks import grow, small_disk
from tests.infrastructure.servers import State, new_state, passable_directory

pytestmark = pytest.mark.slow

CHECKPOINTER = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"


@pytest.fixture
def passable() -> Iterator[Path]:
    """A directory that every account may enter."""
    with passable_directory() as directory:
        yield directory


@pytest.fixture
def fresh(passable: Path) -> Iterator[State]:
    """A state directory in which no server was ever started."""
    with new_state(passable) as state:
        yield state


@pytest.fixture(scope="module")
def state() -> Iterator[State]:
    """One whose servers were made before, for it takes seconds to make them; whether they run now differs."""
    with passable_directory() as directory, new_state(directory) as state:
        yield state


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def valkey(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, decode_responses=True)


def valkey_pid(url: str) -> int:
    with valkey(url) as client:
        return int(client.info("server")["process_id"])


def test_a_fresh_state_gets_both_servers_and_keeps_its_secrets_private(fresh: State) -> None:
    addresses = fresh.start()

    assert addresses["SALESORG_STARTED_SERVERS"] == "1"
    assert ask(addresses["DATABASE_URL"], "SELECT current_user, current_setting('server_encoding')") == [
        ("salesorg", "UTF8")
    ]
    assert ask(addresses["DATABASE_OWNER_URL"], "CREATE EXTENSION btree_gist") == []
    with valkey(addresses["REDIS_URL"]) as client:
        assert client.ping()
    assert fresh.places.secrets.stat().st_mode & 0o777 == 0o600
    assert fresh.places.servers.stat().st_mode & 0o777 == 0o700
    assert fresh.places.servers.stat().st_uid == server_account().uid


def test_the_servers_listen_on_the_loopback_address_only(state: State) -> None:
    addresses = state.start()
    for name in ("DATABASE_URL", "REDIS_URL"):
        port = urlsplit(addresses[name]).port
        socket.create_connection(("127.0.0.1", port)).close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", port))
    assert list(state.places.servers.rglob(".s.PGSQL*")) == []


def test_no_password_stands_in_a_command_line(state: State) -> None:
    addresses = state.start()
    secrets = json.loads(state.places.secrets.read_text()).values()
    for pid in (state.postgres, valkey_pid(addresses["REDIS_URL"])):
        shown = subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=True)
        assert not [secret for secret in secrets if secret in shown.stdout]


def test_servers_whose_launcher_was_killed_are_adopted(state: State) -> None:
    state.stop()
    with state.launch() as launcher:
        assert launcher.stdout is not None
        first = json.loads(launcher.stdout.readline())
        launcher.kill()
    pids = (state.postgres, valkey_pid(first["REDIS_URL"]))

    second = state.start()

    assert second == {name: value for name, value in first.items() if name != "SALESORG_STARTED_SERVERS"}
    assert (state.postgres, valkey_pid(second["REDIS_URL"])) == pids


def test_killed_servers_are_started_again_with_their_data(state: State) -> None:
    first = state.start()
    ask(first["DATABASE_OWNER_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
    with valkey(first["REDIS_URL"]) as client:
        client.set("kept", "42")
        client.execute_command("WAITAOF", 1, 0, 5000)
    for pid in (state.postgres, valkey_pid(first["REDIS_URL"])):
        os.kill(pid, signal.SIGKILL)

    second = state.start()

    assert second["SALESORG_STARTED_SERVERS"] == "1"
    assert ask(second["DATABASE_OWNER_URL"], "SELECT answer FROM kept") == [(42,)]
    with valkey(second["REDIS_URL"]) as client:
        assert client.get("kept") == "42"


def test_a_stranger_with_the_number_of_the_dead_server_does_not_matter(state: State) -> None:
    """After a reboot the number in postmaster.pid may belong to any program of the same account."""
    addresses = state.start()
    os.kill(state.postgres, signal.SIGKILL)
    assert wait_until(lambda: not is_alive(state.postgres), 10)
    stranger = server_account().spawn(["sleep", "600"], Path("/"), subprocess.DEVNULL)
    try:
        stale = state.places.servers / "postgres" / "postmaster.pid"
        stale.write_text("\n".join([str(stranger.pid), *stale.read_text().splitlines()[1:], ""]))

        assert state.start()["SALESORG_STARTED_SERVERS"] == "1"
        assert ask(addresses["DATABASE_URL"], "SELECT 1") == [(1,)]
        assert is_alive(stranger.pid)
        assert state.stop() == "['PostgreSQL', 'Valkey']"
        assert is_alive(stranger.pid)
    finally:
        stranger.kill()
        stranger.wait()


def test_a_port_taken_meanwhile_is_exchanged(state: State) -> None:
    first = state.start()
    state.stop()
    ports: dict[str, int] = json.loads((state.places.var / "ports.json").read_text())
    with socket.create_server(("127.0.0.1", ports["postgres"])), socket.create_server(("127.0.0.1", ports["valkey"])):
        second = state.start()
    assert second["DATABASE_URL"] != first["DATABASE_URL"]
    assert ask(second["DATABASE_URL"], "SELECT 1") == [(1,)]
    with valkey(second["REDIS_URL"]) as client:
        assert client.ping()


def test_two_callers_at_once_start_each_server_once(fresh: State) -> None:
    with ThreadPoolExecutor() as both:
        addresses = list(both.map(lambda _: fresh.start(), range(2)))
    assert sorted("SALESORG_STARTED_SERVERS" in each for each in addresses) == [False, True]
    assert addresses[0]["DATABASE_URL"] == addresses[1]["DATABASE_URL"]


def test_the_tests_have_a_postgres_beside_the_one_that_keeps_what_it_was_told(state: State) -> None:
    kept = state.start()["DATABASE_URL"]
    others = state.start("for tests")["DATABASE_URL"]
    assert [ask(url, "SHOW fsync") for url in (kept, others)] == [[("on",)], [("off",)]]
    data = state.places.servers.resolve() / "postgres-tests"
    place, pid = data.resolve(), int((data / "postmaster.pid").read_text().splitlines()[0])
    assert place.parent in (MEMORY, data.parent)
    assert stop_servers_of_tests(state.places) == ["the tests' PostgreSQL"]
    assert (is_alive(pid), place.exists(), ask(kept, "SELECT 1")) == (False, False, [(1,)])


def test_a_postgres_of_the_tests_whose_memory_is_gone_is_made_anew(state: State) -> None:
    state.start("for tests")
    data = state.places.servers.resolve() / "postgres-tests"
    os.kill(int((data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    shutil.rmtree(data.resolve())
    assert ask(state.start("for tests")["DATABASE_URL"], "SHOW fsync") == [("off",)]
    stop_servers_of_tests(state.places)


def test_stopping_says_what_ran_and_starts_nothing(fresh: State) -> None:
    assert fresh.stop() == "[]"
    assert not fresh.places.servers.exists()
    addresses = fresh.start()
    pids = (fresh.postgres, valkey_pid(addresses["REDIS_URL"]))
    assert fresh.stop() == "['PostgreSQL', 'Valkey']"
    assert fresh.stop() == "[]"
    assert [pid for pid in pids if is_alive(pid)] == []


def test_a_postgres_that_cannot_end_in_order_is_ended_and_loses_nothing(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its shutdown waits for a checkpoint, here of a process that does not move."""
    url = state.start()["DATABASE_OWNER_URL"]
    ask(url, "CREATE TABLE endured AS SELECT 1 AS one")
    [[checkpointer]] = ask(superuser_url(load_keys(state.places), urlsplit(url).port or 0), CHECKPOINTER)
    assert isinstance(checkpointer, int)
    os.kill(checkpointer, signal.SIGSTOP)
    monkeypatch.setattr(postgres, "STOP_SECONDS", 1)
    with pytest.raises(ServerError, match="did not stop within 2 s"):
        stop_servers(state.places, load_keys(state.places))
    monkeypatch.setattr(postgres, "STOP_SECONDS", 30)
    assert stop_servers(state.places, load_keys(state.places)) == ["PostgreSQL", "Valkey"]
    assert ask(state.start()["DATABASE_OWNER_URL"], "SELECT one FROM endured") == [(1,)]


def test_a_postgres_of_ones_choice_that_does_not_run_is_refused(
    passable: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (passable / "postgres").write_text("made for another kind of machine")
    (passable / "postgres").chmod(0o755)
    monkeypatch.setenv("SALESORG_POSTGRES_BIN", str(passable))
    with pytest.raises(ServerError, match="where no usable postgres is"):
        postgres_programs(Home(passable, server_account()))


def test_two_states_side_by_side_do_not_touch_each_other(state: State, tmp_path: Path) -> None:
    """The other one lies in a private directory, where root's servers can't live; they live outside then, linked."""
    tmp_path.chmod(0o700)
    with new_state(tmp_path) as other:
        mine, others = state.start(), other.start()
        assert mine["DATABASE_URL"] != others["DATABASE_URL"]
        assert other.places.servers.is_symlink() == server_account().dropped
        other.stop()
        assert ask(mine["DATABASE_URL"], "SELECT 1") == [(1,)]
        assert state.start() == {name: value for name, value in mine.items() if name != "SALESORG_STARTED_SERVERS"}


@pytest.mark.parametrize("text", ["", "{}", '{"postgres": 1, "valkey": 2}', None])
def test_running_servers_whose_ports_are_lost_are_found_again(state: State, text: str | None) -> None:
    first = state.start()
    pids = (state.postgres, valkey_pid(first["REDIS_URL"]))
    ports = state.places.var / "ports.json"
    ports.unlink() if text is None else ports.write_text(text)
    second = state.start()
    assert second == {name: value for name, value in first.items() if name != "SALESORG_STARTED_SERVERS"}
    assert (state.postgres, valkey_pid(second["REDIS_URL"])) == pids


def test_a_failed_statement_is_not_in_the_log(state: State) -> None:
    owner = state.start()["DATABASE_OWNER_URL"]
    ask(owner, "CREATE TABLE people (number text UNIQUE CHECK (number <> '6222020000000001'))")
    ask(owner, "INSERT INTO people VALUES ('6222020000000002')")
    for number in ("6222020000000001", "6222020000000002"):
        with pytest.raises(psycopg2.IntegrityError):
            ask(owner, f"INSERT INTO people VALUES ('{number}')")
    with pytest.raises(psycopg2.Error):
        ask(owner, "SELECT 1/0 AS n6222020000000003")
    log = state.places.servers / "postgres.log"
    assert wait_until(lambda: "division by zero" in log.read_text(), 10)
    assert "622202" not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def fill(url: str, text: str) -> None:
    """Insert a text until there is no room for it."""
    while True:
        ask(url, f"INSERT INTO uploads VALUES ('{text}')")


@pytest.mark.small_disk
@pytest.mark.parametrize("megabytes", [170, 200])
def test_what_a_full_disk_ends_is_not_in_the_log_and_goes_on_with_room(megabytes: int) -> None:
    """The disk is full in a table's file or in the log of what is written: an error, or the server's end."""
    with small_disk(megabytes) as disk, new_state(disk) as state:
        ballast = disk / "ballast"
        owner = state.start()["DATABASE_OWNER_URL"]
        ask(owner, "CREATE TABLE uploads (data bytea STORAGE EXTERNAL)")
        ballast.write_bytes(b"x" * 2**20)
        with pytest.raises(psycopg2.OperationalError):
            fill(owner, f"6222020000000001{'x' * 2**20}")
        ballast.unlink()
        state.stop()
        log = state.places.servers / "postgres.log"
        assert "No space left on device" in log.read_text()
        assert "622202" not in log.read_text()
        assert log.stat().st_size < 2**16
        grow(disk, megabytes + 60)
        assert ask(state.start()["DATABASE_OWNER_URL"], "SELECT 1") == [(1,)]
