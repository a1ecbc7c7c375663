"""Servers, roles, tables, translations and static files, made if missing; then the command runs."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from salesorg.environment.options import parse_options
from salesorg.environment.roles import ensure_database, pending_migrations
from salesorg.servers.errors import ServerError
from salesorg.servers.running import (
    APPLICATION,
    OWNER,
    addresses,
    database_url,
    ensure_postgres,
    ensure_valkey,
    superuser_url,
    valkey_url,
)
from salesorg.state.errors import NO_SPACE, StateError, disk_full_text
from salesorg.state.keys import Keys, load_keys
from salesorg.state.lock import exclusive
from salesorg.state.places import ROOT, Places, current_places
from salesorg.state.stamps import digest, is_current, set_stamp
from salesorg.supervision import without_owner


def main(arguments: Sequence[str]) -> None:
    """Make what is missing and become the command; end with a plain sentence if a server can't be had."""
    options = parse_options(arguments)
    places = current_places()
    try:
        with exclusive(places):
            environment = base_environment(places, load_keys(places))
            ensure_translations(places, environment)
            ensure_static_files(places, environment)
            if options.as_they_are:
                environment |= known_addresses(places, load_keys(places), environment)
            elif not options.without_servers:
                environment |= ensure_servers(places, load_keys(places), environment, for_tests=options.for_tests)
                if not options.without_migrations:
                    ensure_tables(places, environment)
    except (ServerError, StateError) as error:
        sys.exit(str(error))
    except OSError as error:
        if error.errno not in NO_SPACE:
            raise
        sys.exit(disk_full_text(error, places.var))
    run(options.command, places, without_owner(environment) if options.serving else environment)


def base_environment(places: Places, keys: Keys) -> dict[str, str]:
    """Return the caller's environment with the state directory, the settings and the secret in it."""
    return {
        "SECRET_KEY": keys.secret_key,
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DJANGO_SETTINGS_MODULE": "salesorg.settings",
        **os.environ,
        "SALESORG_VAR": str(places.var),
        "VIRTUAL_ENV": str(places.venv),
        "PATH": f"{places.venv / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }


def ensure_servers(
    places: Places, keys: Keys, environment: Mapping[str, str], *, for_tests: bool = False
) -> dict[str, str]:
    """Return the servers' addresses: where the caller gave none, of embedded ones, started if need be."""
    addresses: dict[str, str] = {}
    started = False
    if not environment["DATABASE_URL"]:
        postgres = ensure_postgres(places, keys, for_tests=for_tests)
        owner = database_url(OWNER, keys.owner, postgres.port)
        application = database_url(APPLICATION, keys.application, postgres.port)
        ensure_database(superuser_url(keys, postgres.port), owner, application)
        addresses |= {"DATABASE_URL": application, "DATABASE_OWNER_URL": owner}
        started |= postgres.started
    if not environment["REDIS_URL"]:
        valkey = ensure_valkey(places, keys)
        addresses |= {"REDIS_URL": valkey_url(keys, valkey.port)}
        started |= valkey.started
    return addresses | ({"SALESORG_STARTED_SERVERS": "1"} if started else {})


def known_addresses(places: Places, keys: Keys, environment: Mapping[str, str]) -> dict[str, str]:
    """Where the embedded servers answer if they run; what the caller gave stands."""
    known = addresses(places, keys)
    variables = {"DATABASE_URL": known.get("PostgreSQL"), "REDIS_URL": known.get("Valkey")}
    return {name: address for name, address in variables.items() if address and not environment[name]}


def ensure_tables(places: Places, environment: Mapping[str, str]) -> None:
    """Bring the database's tables up to the migrations on disk, as the owner; asked of the database, not remembered."""
    packages = digest([ROOT / "requirements.txt"])
    owner = environment.get("DATABASE_OWNER_URL") or environment["DATABASE_URL"]
    if is_current(places, "tables", packages) and not pending_migrations(owner, project_migrations()):
        return
    print("Bringing the database's tables up to date …", file=sys.stderr)
    manage(environment, "migrate", "--verbosity", "0")
    set_stamp(places, "tables", packages)


def ensure_translations(places: Places, environment: Mapping[str, str]) -> None:
    """Compile the catalogues if one has changed."""
    wanted = digest((ROOT / "locale").glob("*/LC_MESSAGES/*.po"))
    if is_current(places, "translations", wanted):
        return
    manage(environment, "compile_translations")
    set_stamp(places, "translations", wanted)


def ensure_static_files(places: Places, environment: Mapping[str, str]) -> None:
    """Collect the static files if one has changed."""
    wanted = digest([ROOT / "requirements.txt", *static_files()])
    if is_current(places, "static", wanted):
        return
    manage(environment, "collectstatic", "--no-input", "--clear", "--verbosity", "0")
    set_stamp(places, "static", wanted)


def project_migrations() -> set[tuple[str, str]]:
    """Return the app and name of each migration that the project brings."""
    files = ROOT.glob("*/migrations/[0-9]*.py")
    return {(path.parent.parent.name, path.stem) for path in files}


def static_files() -> Iterator[Path]:
    """Return the static files that the project's apps bring; what is collected in a state directory is none of them."""
    apps = (app.parent for app in ROOT.glob("*/apps.py"))
    return (path for app in apps for path in app.glob("static/**/*") if path.is_file())


def manage(environment: Mapping[str, str], *command: str) -> None:
    """Run a step of manage.py; end here if it fails, its reason being on the screen."""
    step = [sys.executable, str(ROOT / "manage.py"), *command]
    if subprocess.run(step, env=environment, stdout=sys.stderr).returncode:
        sys.exit(f"manage.py {command[0]} failed; its reason stands above.")


def run(command: Sequence[str], places: Places, environment: Mapping[str, str]) -> None:
    """Become the command, preferring the virtual environment's programs."""
    try:
        os.execvpe(command[0], list(command), environment)
    except FileNotFoundError:
        sys.exit(f"{command[0]}: no such program, neither in {places.venv / 'bin'} nor in PATH")


if __name__ == "__main__":
    main(sys.argv[1:])
