"""XML read as a stream by expat, with distrust: no document type, hence no entities; bounded depth and tokens."""

from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from django.utils.translation import gettext as _

from workbooks.package import UnreadableWorkbook

MAX_DEPTH = 64
MAX_NAMES = 2_000
MAX_TOKEN_BYTES = 2**20

Attributes = dict[str, str]


class Handler:
    """What is done at the start and the end of which elements, by local name, and with the text between."""

    def __init__(self) -> None:
        self.starts: dict[str, Callable[[Attributes], None]] = {}
        self.ends: dict[str, Callable[[], None]] = {}

    def text(self, text: str) -> None:
        """Hear text; overridden where it matters."""


def parse(chunks: Iterable[bytes], handler: Handler, *, part: str) -> Iterator[None]:
    """Feed a part to a handler, giving way after every chunk; UnreadableWorkbook if it's no well-formed, plain XML."""
    parser = expat.ParserCreate(intern={})
    guard = _Guard(handler)
    parser.buffer_text = True
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.CharacterDataHandler = handler.text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    fed = 0
    try:
        for chunk in chunks:
            fed += len(chunk)
            parser.Parse(chunk, False)
            if fed - max(parser.CurrentByteIndex, 0) > MAX_TOKEN_BYTES:
                raise _not_plain(part)
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, _NotPlain, ValueError, LookupError) as error:
        raise _not_plain(part) from error


def parse_whole(chunks: Iterable[bytes], handler: Handler, *, part: str) -> None:
    """Feed a part to a handler at once."""
    for _chunk in parse(chunks, handler, part=part):
        pass


class _NotPlain(Exception):
    """A document that no spreadsheet program writes."""


class _Guard:
    """Finds what is to be done for an element, whatever its prefix; refuses documents built to exhaust memory."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._depth = 0
        self._starts: dict[str, Callable[[Attributes], None] | None] = {}
        self._ends: dict[str, Callable[[], None] | None] = {}
        self._attributes: set[str] = set()

    def start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        self._attributes.update(attributes)
        if name not in self._starts:
            self._learn(name)
        if self._depth > MAX_DEPTH or len(self._attributes) > MAX_NAMES:
            raise _NotPlain
        action = self._starts[name]
        if action:
            action(attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        action = self._ends[name]
        if action:
            action()

    def _learn(self, name: str) -> None:
        local = name.rpartition(":")[2]
        self._starts[name] = self._handler.starts.get(local)
        self._ends[name] = self._handler.ends.get(local)
        if len(self._starts) > MAX_NAMES:
            raise _NotPlain


def _refuse_doctype(*_declaration: object) -> None:
    raise _NotPlain


def _not_plain(part: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        _("The file is damaged or was tampered with: its part “%(part)s” is not the XML that Excel writes.")
        % {"part": part}
    )
