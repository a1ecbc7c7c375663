"""Whether a file is an Excel workbook that its reader's program can open safely; it is never unpacked to the disk."""

import io
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

MAX_PARTS = 1_000
MAX_UNPACKED_BYTES = 100 * 2**20
SIGNATURE = b"PK\x03\x04"
END_OF_DIRECTORY = b"PK\x05\x06"
_END_BYTES = 22
_ENTRY = b"PK\x01\x02"
_NEEDED = frozenset({"xl/workbook.xml", "[content_types].xml"})
_MACROS = "vbaproject.bin"
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)


def is_safe_workbook(data: bytes) -> bool:
    """Whether it is a whole .xlsx file of a bounded size, no macros or password, and nothing before or after it."""
    if data[-_END_BYTES:][:4] != END_OF_DIRECTORY or data.count(_ENTRY) > MAX_PARTS:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            return _is_workbook(parts) and package.testzip() is None
    except _BROKEN:
        return False


def _is_workbook(parts: list[zipfile.ZipInfo]) -> bool:
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    return (
        set(names) >= _NEEDED
        and len(set(names)) == len(names)
        and not any(name.endswith(_MACROS) for name in names)
        and not any(".." in PurePosixPath(name).parts or name.startswith("/") or ":" in name for name in names)
        and sum(part.file_size for part in parts) <= MAX_UNPACKED_BYTES
        and min(part.header_offset for part in parts) == 0
    )
