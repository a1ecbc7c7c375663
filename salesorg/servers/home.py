"""The directory that the servers live in: below the state directory, or elsewhere if their account can't get there."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from salesorg.servers.account import Account, server_account
from salesorg.servers.errors import ServerError
from salesorg.state.keys import Keys
from salesorg.state.places import Places


@dataclass(frozen=True)
class Home:
    """Where the servers' binaries, data and logs are, and the account that owns them."""

    path: Path
    account: Account

    def directory(self, name: str) -> Path:
        """Return a private directory of the servers' account, made if missing."""
        path = self.path / name
        if not path.exists():
            path.mkdir(mode=0o700)
            self.account.own(path)
        return path


def existing_home(places: Places) -> Home | None:
    """Return the servers' directory if one was ever made."""
    if not places.servers.is_dir():
        return None
    return Home(places.servers.resolve(), server_account())


def ensure_home(places: Places, keys: Keys) -> Home:
    """Return the servers' directory, made on first use; one outside ``var`` is linked from ``var/servers``."""
    home = existing_home(places)
    if home is None:
        home = _make_home(places, keys)
    _refuse_foreign(home)
    return home


def _make_home(places: Places, keys: Keys) -> Home:
    account = server_account()
    if account.may_pass(places.var.resolve()):
        path = places.servers
    else:
        path = _outside(account) / f"salesorg-{keys.state}"
        places.servers.unlink(missing_ok=True)
        places.servers.symlink_to(path)
    path.mkdir(mode=0o700, exist_ok=True)
    account.own(path)
    return Home(path.resolve(), account)


def _outside(account: Account) -> Path:
    for candidate in (Path("/var/lib"), Path(tempfile.gettempdir())):
        if candidate.is_dir() and os.access(candidate, os.W_OK) and account.may_pass(candidate):
            return candidate
    raise ServerError(
        f"The servers run as user id {account.uid}, who can reach neither the state directory nor /var/lib; "
        "set SALESORG_VAR to a directory that everybody may enter."
    )


def _refuse_foreign(home: Home) -> None:
    owner = home.path.stat().st_uid
    if owner != home.account.uid:
        raise ServerError(
            f"{home.path} belongs to user id {owner}, but the servers would run as {home.account.uid}. "
            "Run as the user who made it, or set SALESORG_VAR to another directory."
        )
