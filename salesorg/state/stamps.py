"""Stamps: a step is done again only when what it depends on has changed."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from salesorg.state.places import Places


def digest(files: Iterable[Path]) -> str:
    """Return a hash of the files' names and contents, whatever order they come in."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(str(path).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_current(places: Places, name: str, value: str) -> bool:
    """Tell whether the step was last done for this value."""
    stamp = places.stamps / name
    return stamp.exists() and stamp.read_text() == value


def set_stamp(places: Places, name: str, value: str) -> None:
    """Note that the step is done for this value."""
    places.stamps.mkdir(exist_ok=True)
    (places.stamps / name).write_text(value)
