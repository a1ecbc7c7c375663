"""Whether a file is an Excel workbook that its reader's program can open safely; it is never unpacked to the disk."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import PurePosixPath
from xml.etree.ElementTree import ParseError

from defusedxml.ElementTree import fromstring

MAX_PARTS = 1_000
MAX_UNPACKED_BYTES = 100 * 2**20
SIGNATURE = b"PK\x03\x04"
END_OF_DIRECTORY = b"PK\x05\x06"
_END_BYTES = 22
_ENTRY = b"PK\x01\x02"
_NEEDED = frozenset({"xl/workbook.xml", "[content_types].xml"})
_ACTIVE = re.compile(r"vbaproject\.bin$|^xl/(?:macrosheets|activex|embeddings|externallinks)/|^xl/connections\.xml$")
"""Parts that run, or bring in something else: macros, controls, embedded objects, links to other files, queries."""
_LINKS = "hyperlink"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, ParseError,
)  # fmt: skip


def is_safe_workbook(data: bytes) -> bool:
    """Whether it is a whole .xlsx file of a bounded size that runs nothing, asks for no password nor, once opened, for
    another file, and nothing stands before or after it."""
    if data[-_END_BYTES:][:4] != END_OF_DIRECTORY or data.count(_ENTRY) > MAX_PARTS:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            return _is_workbook(parts) and package.testzip() is None and not _reaches_out(package, parts)
    except _BROKEN:
        return False


def _reaches_out(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    """Whether a part refers to something outside that is read without being asked for, as a hyperlink is not."""
    for part in parts:
        if part.filename.lower().endswith(".rels"):
            for relation in fromstring(package.read(part)):
                is_outside = relation.get("TargetMode", "").lower() == "external"
                if is_outside and not relation.get("Type", "").lower().endswith(_LINKS):
                    return True
    return False


def _is_workbook(parts: list[zipfile.ZipInfo]) -> bool:
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    return (
        set(names) >= _NEEDED
        and len(set(names)) == len(names)
        and not any(_ACTIVE.search(name) for name in names)
        and not any(".." in PurePosixPath(name).parts or name.startswith("/") or ":" in name for name in names)
        and sum(part.file_size for part in parts) <= MAX_UNPACKED_BYTES
        and min(part.header_offset for part in parts) == 0
    )
