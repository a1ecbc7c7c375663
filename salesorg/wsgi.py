"""The WSGI application, for gunicorn. Its pages wait for the database as shortly as a site must."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from salesorg.frames import with_room
from salesorg.state.places import current_places
from salesorg.state.temporary import keep_temporary_files

os.environ["SALESORG_PROCESS"] = "site"
keep_temporary_files(current_places())
_site = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request, with room for the frames of all that it takes."""
    return with_room(_site, environ, start_response)
