"""Secrets of one state directory: made at random on first start and kept, readable by its owner only."""

import json
import secrets
import stat
from dataclasses import asdict, dataclass, fields
from typing import Any

from salesorg.state.errors import StateError
from salesorg.state.places import Places
from salesorg.state.private import is_private, write_private
from salesorg.state.stamps import is_current, set_stamp

MADE = "secrets"


@dataclass(frozen=True)
class Keys:
    """The secrets; ``state`` is no secret but tells this state directory from every other one on the machine."""

    state: str
    secret_key: str
    superuser: str
    owner: str
    application: str
    valkey: str


def load_keys(places: Places) -> Keys:
    """Read the secrets, or make them where nothing was made with others yet.

    Raises StateError for a file that is lost, can't be read, or may be read by others.
    """
    if not places.secrets.exists():
        _refuse_if_lost(places)
        write_private(places.secrets, json.dumps(asdict(_new_keys()), indent=1))
    if not is_private(places.secrets):
        raise StateError(
            f"{places.secrets} may be read by others (mode {stat.S_IMODE(places.secrets.stat().st_mode):04o}): whoever "
            f"did knows the passwords of the database. Say: chmod 600 {places.secrets}; where others use this machine, "
            "change the passwords too (docs/operations.md, Secrets)."
        )
    keys = _parsed(places)
    if not is_current(places, MADE, keys.state):
        set_stamp(places, MADE, keys.state)
    return keys


def _parsed(places: Places) -> Keys:
    names = {field.name for field in fields(Keys)}
    try:
        read: Any = json.loads(places.secrets.read_text())
    except ValueError:
        read = None
    if not isinstance(read, dict) or set(read) != names or not all(isinstance(v, str) and v for v in read.values()):
        raise StateError(f"{places.secrets} is damaged. {_what_to_do(places)}")
    return Keys(**read)


def _refuse_if_lost(places: Places) -> None:
    """Refuse new secrets where others were in use: with these nobody would get into the database any more."""
    if places.servers.exists() or places.servers.is_symlink() or (places.stamps / MADE).exists():
        raise StateError(f"{places.secrets} is lost. {_what_to_do(places)}")


def _what_to_do(places: Places) -> str:
    return (
        "The passwords of the database are in it, so no other is made in its place. Put it back from a backup "
        f"(chmod 600), or see docs/operations.md, Secrets. Only if nothing in {places.var} is needed any more: "
        "delete that directory to begin anew."
    )


def _new_keys() -> Keys:
    return Keys(
        state=secrets.token_hex(8),
        secret_key=secrets.token_urlsafe(60),
        superuser=secrets.token_urlsafe(24),
        owner=secrets.token_urlsafe(24),
        application=secrets.token_urlsafe(24),
        valkey=secrets.token_urlsafe(24),
    )
