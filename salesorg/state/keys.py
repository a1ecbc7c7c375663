"""Secrets of one state directory: made at random on first start and kept, readable by its owner only."""

import json
import os
import secrets
from dataclasses import asdict, dataclass

from salesorg.state.places import Places


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
    """Read the secrets, or make them if there are none yet."""
    if not places.secrets.exists():
        _write(places, _new_keys())
    return Keys(**json.loads(places.secrets.read_text()))


def _new_keys() -> Keys:
    return Keys(
        state=secrets.token_hex(8),
        secret_key=secrets.token_urlsafe(60),
        superuser=secrets.token_urlsafe(24),
        owner=secrets.token_urlsafe(24),
        application=secrets.token_urlsafe(24),
        valkey=secrets.token_urlsafe(24),
    )


def _write(places: Places, keys: Keys) -> None:
    draft = places.secrets.with_suffix(".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        json.dump(asdict(keys), handle, indent=1)
    draft.replace(places.secrets)
