"""The zip container of an .xlsx file, opened with distrust: everything is bounded before it is read.

Nothing is ever unpacked to the disk, so part names can't reach out of a directory; names that try to are refused all
the same, as no honest program writes them.
"""

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import unquote

from django.utils.translation import gettext as _

MAX_FILE_BYTES = 30 * 2**20
MAX_PARTS = 1_000
MAX_UNPACKED_BYTES = 120 * 2**20

CHUNK = 2**16
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_DIRECTORY = b"PK\x05\x06"
END_OF_LARGE_DIRECTORY = b"PK\x06\x06"
DIRECTORY_ENTRY_BYTES = 46
LONGEST_PART_NAME = 260
ENCRYPTED = 0x1
_BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


class UnreadableWorkbook(Exception):
    """A file, or a sheet of it, that can't be read at all; the message says why."""

    def __init__(self, reason: str, *, sheet: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sheet = sheet


class OwnWorkbook(UnreadableWorkbook):
    """A workbook that was written here of what was computed: nothing in it is taken in."""


class Package:
    """The parts of a workbook; UnreadableWorkbook where the file is no workbook or asks for too much."""

    def __init__(self, data: bytes) -> None:
        _refuse_other_files(data)
        _refuse_crowded_directory(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _BROKEN_ZIP as error:
            raise _damaged() from error
        _refuse_bombs(self._zip.infolist())
        self._parts = _by_name(self._zip.infolist())
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def chunks(self, name: str) -> Iterator[bytes]:
        """The unpacked content of a part, piece by piece; names are told apart as Excel does, whatever their case."""
        info = self._parts.get(_plain(name))
        if info is None:
            raise UnreadableWorkbook(_("The workbook is incomplete: its part “%(part)s” is missing.") % {"part": name})
        try:
            with self._zip.open(info) as part:
                while chunk := part.read(CHUNK):
                    self._unpacked += len(chunk)
                    if self._unpacked > MAX_UNPACKED_BYTES:
                        raise _too_large()
                    yield chunk
        except _BROKEN_ZIP as error:
            reason = _("The file is damaged: its part “%(part)s” can't be read.") % {"part": name}
            raise UnreadableWorkbook(reason) from error


def resolve(base: str, target: str) -> str:
    """The name of the part that `target` means when it stands in the part `base`."""
    target = _slashed(target)
    folder = "/" if target.startswith("/") else posixpath.dirname(base)
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _slashed(name: str) -> str:
    """A part's name without percent codes, with slashes: old .NET programs wrote backslashes, and Excel reads them."""
    return unquote(name).replace("\\", "/")


def _plain(name: str) -> str:
    """What names of one part have in common."""
    return posixpath.normpath(_slashed(name)).lstrip("/").lower()


def _by_name(parts: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The parts by their plain names; UnreadableWorkbook where two have the same one, as each could be meant."""
    found: dict[str, zipfile.ZipInfo] = {}
    for part in parts:
        if part.is_dir():
            continue
        if found.setdefault(_plain(part.filename), part) is not part:
            reason = _("The file is damaged: it has two parts named “%(part)s”.") % {"part": part.filename}
            raise UnreadableWorkbook(reason)
    return found


def _refuse_other_files(data: bytes) -> None:
    if not data:
        raise UnreadableWorkbook(_("The file is empty."))
    if len(data) > MAX_FILE_BYTES:
        raise _too_large()
    if data.startswith(OLE_SIGNATURE):
        raise UnreadableWorkbook(
            _("The file is protected by a password or in the old .xls format. Save it as .xlsx without a password.")
        )
    if not data.startswith(b"PK"):
        raise UnreadableWorkbook(_("The file is not an Excel workbook (.xlsx)."))


def _refuse_crowded_directory(data: bytes) -> None:
    """Look at the size of the table of contents before zipfile makes an object of every entry."""
    end = data.rfind(END_OF_DIRECTORY, -(2**16 + 22))
    if end < 0 or len(data) < end + 22:
        raise _damaged()
    (size,) = struct.unpack_from("<L", data, end + 12)
    large = data.rfind(END_OF_LARGE_DIRECTORY, max(0, end - 2**12), end)
    if large >= 0 and len(data) >= large + 48:
        (size,) = struct.unpack_from("<Q", data, large + 40)
    if size > MAX_PARTS * (DIRECTORY_ENTRY_BYTES + LONGEST_PART_NAME):
        raise _too_many_parts()


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise _too_many_parts()
    if sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise _too_large()
    for part in parts:
        path = PurePosixPath(_slashed(part.filename).lstrip("/"))
        if ".." in path.parts or ":" in part.filename:
            reason = _("The file contains a part with the unsafe name “%(part)s”.") % {"part": part.filename}
            raise UnreadableWorkbook(reason)
        if part.flag_bits & ENCRYPTED:
            raise UnreadableWorkbook(_("The file is protected by a password. Save it without one."))
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableWorkbook(_("The file is packed in a way that Excel doesn't use."))


def _damaged() -> UnreadableWorkbook:
    return UnreadableWorkbook(_("The file is damaged or is not an Excel workbook (.xlsx)."))


def _too_large() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        _("The file is too large: at most %(packed)d MB, unpacked %(unpacked)d MB.")
        % {"packed": MAX_FILE_BYTES // 2**20, "unpacked": MAX_UNPACKED_BYTES // 2**20}
    )


def _too_many_parts() -> UnreadableWorkbook:
    return UnreadableWorkbook(_("The file has too many parts for a workbook."))
