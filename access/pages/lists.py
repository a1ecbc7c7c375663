"""How a list finds fifty rows among a hundred thousand: by their keys first, and each table searched by itself."""

from collections.abc import Sequence
from functools import reduce as fold
from operator import and_, or_
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.db.models.sql.where import WhereNode
from django.http import HttpRequest
from django.utils.text import smart_split, unescape_string_literal
from unfold.paginator import InfinitePaginator

from access.pages.links import address
from access.pages.lookups import FilterNotUnderstood, name_of
from access.pages.search import by_pinyin, folded, has_keys, key_holds

if TYPE_CHECKING:
    AnyPaginator = Paginator[Any]
else:
    AnyPaginator = Paginator

FEW = 1_000
"""Up to so many rows found are kept by their keys, so that counting them and reading a page don't search again."""
Row = TypeVar("Row", bound=Model)


class ReachList(ChangeList):
    """A list in which names are sorted as Chinese lists have them, where the model has such keys; it says which of the
    filters in its address it can't read."""

    def get_filters(self, request: HttpRequest) -> Any:
        """The filters as the address sets them. Raises FilterNotUnderstood, with the way to the list without them."""
        asked = self.get_filters_params()
        refused = [(key, one) for key, values in asked.items() for one in values if not self._reads(key, one, request)]
        if refused:
            kept = request.GET.copy()
            for key in {key for key, _value in refused}:
                del kept[key]
            lookup, value = refused[0]
            way_back = f"{request.path}?{kept.urlencode()}" if kept else request.path
            raise FilterNotUnderstood(self._name_of(lookup), value, way_back)
        return super().get_filters(request)

    def _reads(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return bool(self.model_admin.lookup_allowed(lookup, value, request))

    def _name_of(self, lookup: str) -> str:
        own: dict[Any, Any] = {getattr(one, "parameter_name", None): one for one in self.list_filter}
        return str(own[lookup].title) if lookup in own else name_of(self.model, lookup)

    def url_for_result(self, result: Model) -> str:
        """Where a row leads to."""
        return address(result)

    def get_ordering_field(self, field_name: Any) -> Any:
        """What a column is sorted by."""
        if field_name == "name" and has_keys(self.model):
            return by_pinyin(self.model)
        return super().get_ordering_field(field_name)


class KeysFirst(AnyPaginator):
    """Finds a page's rows by their keys alone, then reads these rows: what belongs to a row is looked up for fifty, not
    for all that are sorted.
    """

    def _get_page(self, object_list: Any, number: int, paginator: Any) -> Any:
        rows: Any = self.object_list
        keys = list(object_list.values_list("pk", flat=True))
        found = {row.pk: row for row in _of_keys(rows.order_by(), keys)}
        return super()._get_page([found[key] for key in keys if key in found], number, paginator)  # type: ignore[misc]


class KeysFirstEndless(KeysFirst, InfinitePaginator):
    """The same for lists whose rows aren't counted."""


def search_once(rows: QuerySet[Row], fields: Sequence[str], words: str) -> QuerySet[Row]:
    """The rows in which each word stands in one of the fields, as it is written or in half width."""
    spellings = {folded(words), words.replace("\0", "").strip()} - {""}
    if not fields or not spellings:
        return rows
    rows = rows.filter(fold(or_, (_all_stand_in(rows.model, fields, spelling) for spelling in sorted(spellings))))
    keys = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return rows if len(keys) > FEW else _of_keys(rows, keys)


def _all_stand_in(model: type[Model], fields: Sequence[str], words: str) -> Q:
    wanted = [_plain(word) for word in smart_split(words)]
    each = (fold(or_, (_stands_in(model, field.split("__"), word) for field in fields)) for word in wanted)
    return fold(and_, each)


def _plain(word: str) -> str:
    """A word without the quotation marks that hold several together."""
    return unescape_string_literal(word) if word[0] in "\"'" and word[0] == word[-1] and len(word) > 1 else word


def _stands_in(model: type[Model], path: Sequence[str], word: str) -> Q:
    """Whether a word stands in a field; a related record's table is searched alone, not joined to every row."""
    name, *rest = path
    if name == "name" and has_keys(model):
        return Q(name__icontains=word) | key_holds(model, word)
    if not rest:
        return Q(**{f"{name}__icontains": word})
    related: Any = model._meta.get_field(name).related_model
    return Q(**{f"{name}__in": related._base_manager.filter(_stands_in(related, rest, word)).values("pk")})


def _of_keys(rows: QuerySet[Row], keys: Sequence[Any]) -> QuerySet[Row]:
    """The same rows told by their keys, which were found under the conditions and needn't be held to them again."""
    told = rows.all()
    told.query.where = WhereNode()
    return told.filter(pk__in=keys)
