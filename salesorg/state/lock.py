"""One at a time: whoever makes the environment holds a lock on its state directory."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from salesorg.state.places import Places


@contextmanager
def exclusive(places: Places) -> Iterator[None]:
    """Hold the state directory's lock; wait for whoever has it. It goes with the process, also after a kill."""
    try:
        handle = places.lock.open("a")
    except PermissionError:
        sys.exit(
            f"{places.var} belongs to somebody else; be that user, or set SALESORG_VAR to a directory of your own."
        )
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another command that prepares {places.var} …", file=sys.stderr)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
