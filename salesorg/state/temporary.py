"""Where a process of the site keeps files for a moment: a folder of its own, removed by the next if it was killed."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from salesorg.state.places import Places


def keep_temporary_files(places: Places) -> Path:
    """Have this process's temporary files lie in a new folder that nobody else reads; return it.

    The folder is locked for as long as the process lives, however it ends; those that nobody holds any more go now.
    """
    places.temporary.mkdir(mode=0o700, exist_ok=True)
    with _held(places.temporary):
        _sweep(places.temporary)
        folder = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=places.temporary))
        fcntl.flock(os.open(folder, os.O_RDONLY), fcntl.LOCK_EX)
    tempfile.tempdir = str(folder)
    return folder


def _sweep(temporary: Path) -> None:
    """Remove the folders of processes that are gone."""
    for folder in temporary.iterdir():
        with suppress(BlockingIOError), _held(folder, fcntl.LOCK_NB):
            shutil.rmtree(folder)


@contextmanager
def _held(folder: Path, how: int = 0) -> Iterator[None]:
    """Hold a folder for a while; with LOCK_NB, BlockingIOError if another process does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | how)
        yield
    finally:
        os.close(handle)
