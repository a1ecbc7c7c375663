"""The search of everything: each app says how its records are found, within the reach and the rights of who asks."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import address
from access.reach import within_reach
from access.rights import Right, may

MOST = 6
MOST_PAGES = 8
WITH_KEYS = ("staff.employee", "clients.client")
"""Models of whose names keys are kept (`search_table` in the migrations)."""
LONGEST = 60
_KEYS = "SELECT row_id FROM access_searchkey WHERE model = %s AND (words LIKE %s OR words LIKE %s)"
_BEGINS_NOT = (
    "(SELECT position(%s IN k.words) = 0 FROM access_searchkey k WHERE k.model = %s AND k.row_id = {table}.id)"
)
_SORT = "(SELECT sort FROM access_searchkey k WHERE k.model = %s AND k.row_id = {table}.id)"
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
"""Letters, digits and signs in full width, as some names are kept."""
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: what it is called, what else tells it apart, and its page."""

    title: str
    note: str
    href: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A list or page: all that it is called, what people say first."""

    names: Sequence[str]
    icon: str
    href: str


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """The records of one kind that were found."""

    title: str
    icon: str
    hits: Sequence[Hit]


Pages = Callable[[User], Iterable[Page]]
_PAGES: list[Pages] = []
Finder = Callable[[User, str], QuerySet[Any]]
_FINDERS: list[tuple[int, type[Model], str, Finder, Callable[[Any], str]]] = []


def finds(
    model: type[Model], *, place: int, icon: str, note: Callable[[Any], str] = lambda row: ""
) -> Callable[[Finder], Finder]:
    """Mark a function as the one that finds records of a model; reach and rights are asked here."""

    def register(finder: Finder) -> Finder:
        _FINDERS.append((place, model, icon, finder, note))
        _FINDERS.sort(key=lambda entry: entry[0])
        return finder

    return register


def search(viewer: User, words: str) -> list[FoundRecords]:
    """What the viewer finds: one question of the database for each kind of record."""
    words = folded(words)[:LONGEST]
    if not words:
        return []
    found = []
    for _order, model, icon, finder, note in _FINDERS:
        if may(viewer, Right.VIEW, model):
            rows = within_reach(viewer, finder(viewer, words))[:MOST]
            hits = [Hit(str(row), note(row), address(row)) for row in rows]
            found += [FoundRecords(str(model._meta.verbose_name_plural), icon, hits)] if hits else []
    return found


def folded(words: str) -> str:
    """Words as they are compared: in half width, single blanks between them, nothing invisible."""
    plain = unicodedata.normalize("NFKC", words.replace("\0", ""))
    return " ".join("".join(letter for letter in plain if unicodedata.category(letter) != "Cf").split())


def lists_pages(pages: Pages) -> Pages:
    """Mark a function as one that tells which lists and pages a user may read."""
    _PAGES.append(pages)
    return pages


def pages_called(viewer: User, words: str) -> list[FoundRecords]:
    """The lists and pages within the viewer's rights whose names hold the words; blanks and case don't count.

    Those called just so come first, then those whose names begin with the words.
    """
    sought = _dense(words)
    if not sought:
        return []
    named = [(page, [_dense(name) for name in page.names]) for pages in _PAGES for page in pages(viewer)]
    held = [(page, names) for page, names in named if any(sought in name for name in names)]
    held.sort(key=lambda one: (sought not in one[1], not any(name.startswith(sought) for name in one[1])))
    hits = [Hit(page.names[0], _other_name(page), page.href, page.icon) for page, _names in held[:MOST_PAGES]]
    return [FoundRecords(_("Pages and lists"), "web", hits)] if hits else []


def _other_name(page: Page) -> str:
    return " · ".join(name for name in dict.fromkeys(page.names[1:]) if name != page.names[0])


def by_key(rows: QuerySet[Row], words: str) -> QuerySet[Row]:
    """The rows whose number, name, pinyin or initials hold the words; those that begin with them first."""
    label, sought = rows.model._meta.label_lower, _dense(words).replace("|", "")
    begins_not = _BEGINS_NOT.format(table=rows.model._meta.db_table)
    return rows.filter(key_holds(rows.model, words)).order_by(RawSQL(begins_not, [f"|{sought}", label]), "number")  # noqa: S611


def key_holds(model: type[Model], words: str) -> Q:
    """The condition that a row's number, name, pinyin or initials hold the words; no row holds none."""
    sought = _dense(words).replace("|", "")
    if not sought:
        return Q(pk__in=[])
    spellings = [f"%{_escaped(one)}%" for one in (sought, sought.translate(_WIDE))]
    return Q(pk__in=RawSQL(_KEYS, [model._meta.label_lower, *spellings]))  # noqa: S611 - our own words, theirs as values


def has_keys(model: type[Model]) -> bool:
    """Whether keys of a model's names are kept."""
    return model._meta.label_lower in WITH_KEYS


def by_pinyin(model: type[Model]) -> RawSQL:
    """The order of a model's names as a Chinese list has them."""
    return RawSQL(_SORT.format(table=model._meta.db_table), [model._meta.label_lower])  # noqa: S611 - our own names


def _dense(words: str) -> str:
    return folded(words).replace(" ", "").lower()


def _escaped(words: str) -> str:
    """Words in which no character stands for others."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
