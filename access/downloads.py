"""Files that are taken out: who took which, when and from where is kept."""

from django.http import HttpRequest

from access.actions import note_event
from access.actor import Actor
from access.devices import address_of, device_of
from access.models import AccountEvent, User


def note_download(request: HttpRequest, name: str) -> None:
    """Keep who took out a file that holds what others must not read; a question about it alone (HEAD) is none."""
    if isinstance(request.user, User) and request.method == "GET":
        note_event(
            request.user,
            AccountEvent.Kind.DOWNLOADED,
            by=Actor(request.user),
            note=name,
            address=address_of(request),
            device=device_of(request),
        )
