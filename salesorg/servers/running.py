"""Both servers of a state directory: start what is missing, stop what runs."""

from dataclasses import dataclass
from pathlib import Path

from salesorg.servers.binaries import postgres_programs, valkey_program
from salesorg.servers.home import Home, ensure_home, existing_home
from salesorg.servers.ports import LOOPBACK, Ports
from salesorg.servers.postgres import SUPERUSER, Postgres
from salesorg.servers.valkey import Valkey
from salesorg.state.keys import Keys
from salesorg.state.places import Places

DATABASE = "salesorg"
OWNER = "salesorg_owner"
APPLICATION = "salesorg"


@dataclass(frozen=True)
class Started:
    """Where a server answers, and whether this call started it."""

    port: int
    started: bool


def ensure_postgres(places: Places, keys: Keys, *, for_tests: bool = False) -> Started:
    """Have the embedded PostgreSQL run, or the one beside it that the tests use."""
    _stopped(places).unlink(missing_ok=True)
    server = _postgres(places, ensure_home(places, keys), for_tests=for_tests)
    started = server.ensure_running(postgres_programs(server.home), keys.superuser)
    return Started(server.port, started)


def ensure_valkey(places: Places, keys: Keys) -> Started:
    """Have the embedded Valkey run."""
    _stopped(places).unlink(missing_ok=True)
    server = _valkey(places, ensure_home(places, keys), keys)
    started = server.ensure_running(valkey_program(server.home))
    return Started(server.port, started)


def stop_servers(places: Places, keys: Keys) -> list[str]:
    """Stop the embedded servers of this state directory, not the tests'; return the names of those that ran."""
    home = existing_home(places)
    if home is None:
        return []
    _stopped(places).touch(mode=0o600)
    stopped = {"PostgreSQL": _postgres(places, home).stop(), "Valkey": _valkey(places, home, keys).stop()}
    return [name for name, ran in stopped.items() if ran]


def stop_servers_of_tests(places: Places) -> list[str]:
    """Stop the tests' PostgreSQL and remove it, which may lie in memory; return its name if it ran."""
    home = existing_home(places)
    if home is None:
        return []
    server = _postgres(places, home, for_tests=True)
    ran = server.stop()
    server.remove()
    return ["the tests' PostgreSQL"] if ran else []


def were_stopped(places: Places) -> bool:
    """Whether somebody stopped the servers, so that they are not to be started behind their back."""
    return _stopped(places).exists()


def dead_servers(places: Places, keys: Keys) -> list[str]:
    """The names of the servers that don't run."""
    home = existing_home(places)
    if home is None:
        return []
    pids = {
        "PostgreSQL": _postgres(places, home).running_pid(),
        "Valkey": _valkey(places, home, keys).running_pid(),
    }
    return [name for name, pid in pids.items() if pid is None]


def addresses(places: Places, keys: Keys) -> dict[str, str]:
    """The addresses of the embedded servers by name; nothing where none was ever made."""
    home = existing_home(places)
    if home is None:
        return {}
    return {
        "PostgreSQL": database_url(APPLICATION, keys.application, _postgres(places, home).port),
        "Valkey": valkey_url(keys, _valkey(places, home, keys).port),
    }


def database_url(role: str, password: str, port: int, database: str = DATABASE) -> str:
    """Return the address of a database of the embedded PostgreSQL."""
    return f"postgresql://{role}:{password}@{LOOPBACK}:{port}/{database}"


def superuser_url(keys: Keys, port: int) -> str:
    """Return the address for what only the superuser can do: making roles."""
    return database_url(SUPERUSER, keys.superuser, port, "postgres")


def valkey_url(keys: Keys, port: int) -> str:
    """Return the address of the embedded Valkey."""
    return f"redis://:{keys.valkey}@{LOOPBACK}:{port}/0"


def _postgres(places: Places, home: Home, *, for_tests: bool = False) -> Postgres:
    return Postgres(home, Ports(places.var / "ports.json"), is_for_tests=for_tests)


def _valkey(places: Places, home: Home, keys: Keys) -> Valkey:
    return Valkey(home, Ports(places.var / "ports.json"), keys.valkey)


def _stopped(places: Places) -> Path:
    return places.var / "stopped"
