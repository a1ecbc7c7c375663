"""HEIC files (ISO/IEC 23008-12): what belongs to pictures stays as it is, all else is emptied where it stands.

Nothing moves, so that what tells where in the file a picture lies stays right, and no picture is decoded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from disputes.evidence.exif import NOTHING, PREFIX, without_place
from disputes.evidence.pictures import NotWhole

BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_HOLDING = frozenset({b"mdat", b"idat"})
_AT_TOP = frozenset({b"ftyp", b"meta"})
_IN_META = frozenset({b"hdlr", b"pitm", b"iinf", b"iloc", b"iprp", b"iref", b"dinf", b"grpl"})
_PICTURES = frozenset({b"hvc1", b"hev1", b"grid", b"iovl", b"iden", b"tmap"})
_EXIF = b"Exif"
_OF_FILE, _OF_ITEM_DATA = 0, 1
_MOST_SPANS = 2_000
_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Box:
    """A box of a file: what kind, where it begins, where its content does, where it ends."""

    kind: bytes
    start: int
    content: int
    end: int


class _Reader:
    """Reads numbers one after the other; NotWhole beyond the end."""

    def __init__(self, data: bytes, box: _Box) -> None:
        self._data, self.at, self._end = data, box.content, box.end

    def number(self, size: int) -> int:
        """The next unsigned number of so many bytes; 0 of none."""
        return int.from_bytes(self.taken(size), "big")

    def taken(self, size: int) -> bytes:
        """The next bytes."""
        if self.at + size > self._end:
            raise NotWhole
        self.at += size
        return self._data[self.at - size : self.at]


def is_heic(data: bytes) -> bool:
    """Whether the file says that it holds pictures of this kind."""
    size = int.from_bytes(data[:4], "big")
    brands = {data[at : at + 4] for at in (8, *range(16, min(size, 256), 4))}
    return data[4:8] == b"ftyp" and bool(brands & BRANDS)


def clean_heic(data: bytes) -> bytes:
    """A HEIC file without what stands beside its pictures; NotWhole for one that is broken."""
    cleaned = bytearray(data)
    tops = list(_boxes(data, 0, len(data)))
    metas = [box for box in tops if box.kind == b"meta"]
    if len(metas) != 1:
        raise NotWhole
    inner = list(_boxes(data, metas[0].content + 4, metas[0].end))
    items = _items(data, {box.kind: box for box in inner})
    pictures = sorted(span for kind, spans in items if kind in _PICTURES for span in spans)
    others = sorted(span for kind, spans in items if kind not in _PICTURES for span in spans)
    if not pictures or _overlap(pictures, others):
        raise NotWhole
    for box in (*tops, *inner):
        if box.kind in _HOLDING:
            _empty_between(cleaned, box, pictures)
        elif box.kind not in _AT_TOP | _IN_META:
            cleaned[box.start + 4 : box.start + 8] = b"free"
            _empty(cleaned, box.content, box.end)
    for kind, spans in items:
        if kind == _EXIF and len(spans) == 1:
            _write_exif(cleaned, data, *spans[0])
    return bytes(cleaned)


def _boxes(data: bytes, at: int, last: int) -> Iterator[_Box]:
    while at < last:
        size, content = int.from_bytes(data[at : at + 4], "big"), at + 8
        if size == 1:
            size, content = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        end = at + size if size else last
        if not content <= end <= last:
            raise NotWhole
        yield _Box(data[at + 4 : at + 8], at, content, end)
        at = end


def _items(data: bytes, boxes: dict[bytes, _Box]) -> list[tuple[bytes, list[_Span]]]:
    """The kind of each item, and where in the file its bytes lie."""
    if not {b"iinf", b"iloc"} <= boxes.keys():
        raise NotWhole
    kinds = dict(_kinds(data, boxes[b"iinf"]))
    bases = {_OF_FILE: 0, **({_OF_ITEM_DATA: boxes[b"idat"].content} if b"idat" in boxes else {})}
    found: list[tuple[bytes, list[_Span]]] = []
    count = 0
    for number, method, extents in _places(data, boxes[b"iloc"]):
        count += len(extents)
        if method not in bases or count > _MOST_SPANS:
            raise NotWhole
        spans = [(bases[method] + start, bases[method] + start + size) for start, size in extents]
        if any(not start < end <= len(data) for start, end in spans):
            raise NotWhole
        found.append((kinds.get(number, b""), spans))
    return found


def _overlap(pictures: Iterable[_Span], others: Sequence[_Span]) -> bool:
    return any(start < other_end and other < end for start, end in pictures for other, other_end in others)


def _kinds(data: bytes, box: _Box) -> Iterator[tuple[int, bytes]]:
    """The kind of each item by its number."""
    reader = _Reader(data, box)
    version = reader.number(4) >> 24
    reader.number(4 if version else 2)
    for entry in _boxes(data, reader.at, box.end):
        within = _Reader(data, entry)
        version = within.number(4) >> 24
        if version not in (2, 3):
            raise NotWhole
        number = within.number(2 if version == 2 else 4)
        within.number(2)
        yield number, within.taken(4)


def _places(data: bytes, box: _Box) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """The number of each item, what its places are counted from, and these: where it begins, how long it is."""
    reader = _Reader(data, box)
    version = reader.number(4) >> 24
    sizes, more = reader.number(1), reader.number(1)
    for _item in range(reader.number(4 if version == 2 else 2)):
        number = reader.number(4 if version == 2 else 2)
        method = reader.number(2) & 0xF if version else _OF_FILE
        reader.number(2)
        base = reader.number(more >> 4)
        extents = []
        for _extent in range(reader.number(2)):
            if version:
                reader.number(more & 0xF)
            start = base + reader.number(sizes >> 4)
            extents.append((start, reader.number(sizes & 0xF)))
        yield number, method, extents


def _empty_between(cleaned: bytearray, box: _Box, kept: Iterable[_Span]) -> None:
    """Empty what lies in a box outside of these spans, which are sorted."""
    at = box.content
    for start, end in kept:
        _empty(cleaned, at, min(start, box.end))
        at = max(at, end)
    _empty(cleaned, at, box.end)


def _empty(cleaned: bytearray, start: int, end: int) -> None:
    if start < end:
        cleaned[start:end] = bytes(end - start)


def _write_exif(cleaned: bytearray, data: bytes, start: int, end: int) -> None:
    """Put what may stay of an item's Exif data in its place, as far as it fits."""
    header = start + 4 + int.from_bytes(data[start : start + 4], "big")
    kept = without_place(data[header:end].removeprefix(PREFIX))
    told = next((b"\0\0\0\0" + one for one in (kept, NOTHING) if len(one) + 4 <= end - start), b"")
    cleaned[start : start + len(told)] = told
