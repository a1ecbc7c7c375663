"""The site served by a thread, for tests with a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from pytest_django.live_server_helper import LiveServer

from salesorg.frames import with_room


@contextmanager
def served() -> Iterator[LiveServer]:
    """Serve the site for a while from the database that Django is connected to; it must be one that commits."""
    server = LiveServer("localhost", start=False)
    # The site serves its static files itself, under their hashed names, which Django's handler does not know.
    server.thread.static_handler = lambda site: partial(with_room, site)  # type: ignore[assignment]
    server.start()
    try:
        yield server
    finally:
        server.stop()
