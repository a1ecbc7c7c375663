"""Which files are taken as evidence: told by what is in them, whatever their names say."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from access.refusals import Refused
from disputes.evidence.heic import clean_heic, is_heic
from disputes.evidence.pictures import PNG_SIGNATURE, NotWhole, clean_jpeg, clean_png
from disputes.evidence.workbook import END_OF_DIRECTORY, SIGNATURE, is_safe_workbook

MAX_FILE_BYTES = 10 * 2**20
MOST_FILES = 20
"""Files that a dispute may have, with those that were withdrawn."""
LONGEST_NAME = 100
_SPACES = re.compile(r"\s+")


class FileRefused(Refused):
    """A file is not taken; the message says why."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is kept: its name as it is shown, what it is, its bytes and their SHA-256 (hex)."""

    name: str
    content_type: str
    data: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of file: how it is called and ends, how it is recognised, and what is kept of it (NotWhole: nothing)."""

    content_type: str
    endings: tuple[str, ...]
    is_it: Callable[[bytes], bool]
    kept: Callable[[bytes], bytes]


def take_file(name: str, data: bytes) -> Taken:
    """A file as it is kept: pictures without their positions, and its name with the ending of what it is.

    FileRefused where it is empty or too large, of no kind that is taken, or not whole.
    """
    if not data:
        raise FileRefused(_("The file is empty."), "file")
    if len(data) > MAX_FILE_BYTES:
        raise FileRefused(_("The file is larger than %(size)d MB.") % {"size": MAX_FILE_BYTES // 2**20}, "file")
    kind = next((kind for kind in _KINDS if kind.is_it(data)), None)
    if kind is None:
        raise FileRefused(_("Only PDF, JPEG, PNG, HEIC and XLSX files are taken; this one is none of them."), "file")
    try:
        kept = kind.kept(data)
    except NotWhole:
        words = _(
            "The file is damaged, or holds more than what it says it is, such as macros, embedded objects or links to"
            " other files: save it anew without them, or print it as a PDF, and bring that."
        )
        raise FileRefused(words, "file") from None
    return Taken(shown_name(name, kind.endings), kind.content_type, kept, hashlib.sha256(kept).hexdigest())


def shown_name(name: str, endings: tuple[str, ...]) -> str:
    """A file's name without folders and what can't be seen, with one of these endings."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(one for one in last if one.isspace() or unicodedata.category(one)[0] != "C")
    plain = _SPACES.sub(" ", re.sub(r'[<>:"|?*]', "", seen)).strip(" .")
    path = PurePosixPath(plain or "file")
    if path.suffix.lower() in endings:
        return path.stem[:LONGEST_NAME] + path.suffix
    return path.name[:LONGEST_NAME] + endings[0]


def _whole_pdf(data: bytes) -> bytes:
    """The file, if it ends as one and no archive hides behind it."""
    if b"%%EOF" not in data[-2048:] or END_OF_DIRECTORY in data[-(2**16) :]:
        raise NotWhole
    return data


def _safe_workbook(data: bytes) -> bytes:
    if not is_safe_workbook(data):
        raise NotWhole
    return data


_KINDS = (
    _Kind("application/pdf", (".pdf",), lambda data: data.startswith(b"%PDF-"), _whole_pdf),
    _Kind("image/jpeg", (".jpg", ".jpeg"), lambda data: data.startswith(b"\xff\xd8\xff"), clean_jpeg),
    _Kind("image/png", (".png",), lambda data: data.startswith(PNG_SIGNATURE), clean_png),
    _Kind("image/heic", (".heic", ".heif"), is_heic, clean_heic),
    _Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (".xlsx",),
        lambda data: data.startswith(SIGNATURE),
        _safe_workbook,
    ),
)
ENDINGS = tuple(ending for kind in _KINDS for ending in kind.endings)
"""What forms let people choose."""
