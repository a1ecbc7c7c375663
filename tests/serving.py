"""The site served by a thread, for tests with a browser."""

from collections.abc import Iterator
from contextlib import contextmanager

from pytest_django.live_server_helper import LiveServer


@contextmanager
def served() -> Iterator[LiveServer]:
    """Serve the site for a while from the database that Django is connected to; it must be one that commits."""
    server = LiveServer("localhost", start=False)
    # The site serves its static files itself, under their hashed names, which Django's handler does not know.
    server.thread.static_handler = lambda site: site  # type: ignore[assignment]
    server.start()
    try:
        yield server
    finally:
        server.stop()
