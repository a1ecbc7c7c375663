"""XML read as a stream by expat, with distrust: no document type, hence no entities; bounded depth and tokens."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from django.utils.translation import gettext as _

from workbooks.xlsx.package import UnreadableWorkbook

MAX_DEPTH = 64
MAX_NAMES = 2_000
MAX_TOKEN_BYTES = 2**20

_WRAPPERS = frozenset({"AlternateContent", "Choice", "Fallback"})

Attributes = dict[str, str]


class Handler:
    """What is done at the start and the end of which elements, by local name, and with the text between.

    An element that `parents` names is heard within these alone: others, such as controls and table styles, have
    elements of the same name.
    """

    def __init__(self) -> None:
        self.starts: dict[str, Callable[[Attributes], None]] = {}
        self.ends: dict[str, Callable[[], None]] = {}
        self.parents: dict[str, frozenset[str]] = {}

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


@dataclass(frozen=True, slots=True)
class _Element:
    """What is done for an element of a name; `is_wrapper`: it merely offers its content to some programs."""

    local: str
    is_wrapper: bool
    parents: frozenset[str] | None
    start: Callable[[Attributes], None] | None
    end: Callable[[], None] | None


class _Guard:
    """Finds what is to be done for an element, whatever its prefix; refuses documents built to exhaust memory."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._elements: dict[str, _Element] = {}
        self._attributes: set[str] = set()
        self._within = [""]
        self._ends: list[Callable[[], None] | None] = []

    def start(self, name: str, attributes: Attributes) -> None:
        self._attributes.update(attributes)
        if len(self._within) > MAX_DEPTH or len(self._attributes) > MAX_NAMES:
            raise _NotPlain
        element = self._elements.get(name) or self._learn(name)
        parent = self._within[-1]
        is_heard = element.parents is None or parent in element.parents
        self._within.append(parent if element.is_wrapper else element.local)
        self._ends.append(element.end if is_heard else None)
        if is_heard and element.start:
            element.start(attributes)

    def end(self, _name: str) -> None:
        self._within.pop()
        action = self._ends.pop()
        if action:
            action()

    def _learn(self, name: str) -> _Element:
        local = name.rpartition(":")[2]
        told = self._handler
        element = _Element(
            local, local in _WRAPPERS, told.parents.get(local), told.starts.get(local), told.ends.get(local)
        )
        self._elements[name] = element
        if len(self._elements) > MAX_NAMES:
            raise _NotPlain
        return element


def _refuse_doctype(*_declaration: object) -> None:
    raise _NotPlain


def _not_plain(part: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        _("The file is damaged or was tampered with: its part “%(part)s” is not the XML that Excel writes.")
        % {"part": part}
    )
