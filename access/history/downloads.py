"""Files that are taken out: this is the only way to one, and who took which, when and from where is kept."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, TypeVar

from django.http import FileResponse, HttpRequest

from access.accounts.actions import note_event
from access.accounts.devices import address_of, device_of
from access.actor import Actor
from access.models import AccountEvent, User

Result = TypeVar("Result")


def hand_out(
    request: HttpRequest, content: bytes | BinaryIO, name: str, *, content_type: str | None = None, kept_as: str = ""
) -> FileResponse:
    """Answer with a file under its name, and keep that it was taken; the answer closes `content`.

    Without `content_type` the name's ending tells it. It is kept under its name or, where the name would tell too much
    to who looks after log-ins, as `kept_as`. Nothing on the way keeps a copy.
    """
    file = BytesIO(content) if isinstance(content, bytes) else content
    headers = {"Cache-Control": "private, no-store"}
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type, headers=headers)
    _note(request, kept_as or name)
    return response


def hand_out_written(request: HttpRequest, write: Callable[[Path], object], name: str) -> FileResponse:
    """Answer with what `write` writes to the path it is given, and keep that it was taken."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        write(path)
        file = path.open("rb")  # the folder's entry can go before
    return hand_out(request, file, name)


def write_private(path: Path, write: Callable[[Path], Result]) -> Result:
    """Put what `write` writes at `path`: whole or not at all, and for its owner alone, whatever stood there before."""
    with TemporaryDirectory(prefix=".", dir=path.absolute().parent) as folder:
        draft = Path(folder, path.name)
        draft.touch(mode=0o600)
        result = write(draft)
        draft.chmod(0o600)
        draft.replace(path)
    return result


def _note(request: HttpRequest, name: str) -> None:
    """Keep who took a file; a question about it alone (HEAD) is none."""
    if isinstance(request.user, User) and request.method == "GET":
        note_event(
            request.user,
            AccountEvent.Kind.DOWNLOADED,
            by=Actor(request.user),
            note=name,
            address=address_of(request),
            device=device_of(request),
        )
