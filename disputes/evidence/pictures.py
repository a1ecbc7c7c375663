"""Pictures as they came, but for what stands beside the picture in their files: positions, notes, other pictures.

The picture's own data is not touched: nothing is decoded, and what is brought as evidence loses nothing. All that
follows the end of a picture is cut off.
"""

import io
import re
import zlib
from collections.abc import Iterator

from PIL import Image, UnidentifiedImageError

from disputes.evidence.exif import PREFIX, without_place


class NotWhole(ValueError):
    """The file begins as a picture and is none, or its end is missing."""


_JPEG_START, _JPEG_END, _SCAN, _EXIF_SEGMENT = 0xD8, 0xD9, 0xDA, 0xE1
_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""The application's segments that a picture needs to be shown, by how they begin."""
_COMMENT = 0xFE
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"bKGD", b"pHYs",
}  # fmt: skip


def clean_jpeg(data: bytes) -> bytes:
    """A JPEG file without what stands beside the picture; NotWhole for one that is broken."""
    cleaned = b"".join((b"\xff\xd8", *_jpeg_parts(data)))
    _require_picture(cleaned, "JPEG")
    return cleaned


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    """The segments that stay, to the end of the picture."""
    has_exif = False
    for marker, part in _jpeg_segments(data):
        content = part[4:]
        if marker == _EXIF_SEGMENT and content.startswith(PREFIX) and not has_exif:
            has_exif = True
            exif = PREFIX + without_place(content.removeprefix(PREFIX))
            yield part[:2] + (len(exif) + 2).to_bytes(2, "big") + exif
        elif _stays(marker, content):
            yield part


def _stays(marker: int, content: bytes) -> bool:
    """Whether a segment belongs to the picture: no comment, and no application's but those that show it right."""
    if marker in _JPEG_KEPT:
        return content.startswith(_JPEG_KEPT[marker])
    return not 0xE0 <= marker <= 0xEF and marker != _COMMENT


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while data[at : at + 1] == b"\xff" and at + 1 < len(data):
        marker = data[at + 1]
        if marker == 0xFF:  # a byte that fills up
            at += 1
            continue
        if marker == _JPEG_END:
            yield marker, data[at : at + 2]
            return
        end = at + 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
        if marker == _SCAN:
            found = _AFTER_SCAN.search(data, end)
            end = found.start() if found else len(data)
        yield marker, data[at:end]
        at = end
    raise NotWhole


def clean_png(data: bytes) -> bytes:
    """A PNG file without what stands beside the picture; NotWhole for one that is broken."""
    cleaned = b"".join((PNG_SIGNATURE, *_png_parts(data)))
    _require_picture(cleaned, "PNG")
    return cleaned


def _png_parts(data: bytes) -> Iterator[bytes]:
    """The chunks that stay, to the end of the picture."""
    at, kind = len(PNG_SIGNATURE), b""
    while kind != b"IEND":
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        content = data[at + 8 : end - 4]
        if end > len(data) or data[end - 4 : end] != _png_sum(kind, content):
            raise NotWhole
        if kind == b"eXIf":
            yield _png_chunk(kind, without_place(content))
        elif kind in _PNG_KEPT:
            yield data[at:end]
        at = end


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + _png_sum(kind, content)


def _png_sum(kind: bytes, content: bytes) -> bytes:
    return zlib.crc32(kind + content).to_bytes(4, "big")


def _require_picture(data: bytes, kind: str) -> None:
    """Read the picture's head, not the picture."""
    try:
        with Image.open(io.BytesIO(data), formats=(kind,)):
            return
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning, OSError) as error:
        raise NotWhole from error
