"""Where the files of evidence lie: outside what the site serves, each under a name of ours, for their owner alone."""

import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Iterator
from contextvars import ContextVar
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.conf import settings

from access.history.downloads import write_private

GRACE = dt.timedelta(days=1)
"""How long a file may lie there before a row names it: nobody's transaction takes as long."""
Given = ParamSpec("Given")
Result = TypeVar("Result")

_stored: ContextVar[list[Path] | None] = ContextVar("stored", default=None)


class FileLost(Exception):
    """A file that a row names is not there, or another one than was brought."""


def undoes_files(write: Callable[Given, Result]) -> Callable[Given, Result]:
    """Let an action that fails, at the latest as it is committed, leave none of the files that it stored."""

    @wraps(write)
    def act(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        stored: list[Path] = []
        before = _stored.set(stored)
        try:
            return write(*args, **kwargs)
        except BaseException:
            for path in stored:
                path.unlink(missing_ok=True)
            raise
        finally:
            _stored.reset(before)

    return act


def store(data: bytes) -> str:
    """Put a file to the disk, within an action marked `undoes_files`; the name under which it lies."""
    stored = _stored.get()
    if stored is None:
        raise RuntimeError("mark the action that stores files `undoes_files`")
    name = secrets.token_hex(16)
    stored.append(_folder() / name)
    write_private(stored[-1], lambda draft: _write_through(draft, data))
    return name


def stored_file(name: str, digest: str) -> bytes:
    """A stored file; FileLost unless it is the one that was brought."""
    try:
        data = (_folder() / name).read_bytes()
    except OSError as error:
        raise FileLost(name) from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise FileLost(name)
    return data


def remove_unnamed(named: Collection[str], now: dt.datetime) -> int:
    """Remove what was left behind by who was killed: old files that no row names; returns how many."""
    old = [path for path in _entries() if _last_written(path) < now - GRACE and path.name not in named]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _entries() -> Iterator[Path]:
    return (path for path in _folder().rglob("*") if path.is_file())


def _last_written(path: Path) -> dt.datetime:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _folder() -> Path:
    folder = Path(settings.SALESORG_EVIDENCE_DIR)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
