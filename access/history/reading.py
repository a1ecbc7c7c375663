"""How kept changes read: which field, what stood there and what stands there now, in the words of forms and lists."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, DateTimeField, Field, ForeignKey, Model, Q
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from access.history.tracking import Tracked, tracked_as
from access.models import Change, User

NOTHING = "–"
_FROM_FILES = (Change.Source.IMPORT, Change.Source.UNDO)
Text = Callable[[Any], str]
Names = Callable[[], Mapping[str, str]]
Ways = Callable[[User, set[int]], Mapping[int, str]]

_TEXTS: dict[type[Any], Text] = {}
_NAMES: dict[str, Names] = {}
_ORIGINS: dict[str, Ways] = {}


def reads_as(kind: type[Any], text: Text) -> None:
    """Say how values of a kind of field read, as the database keeps them in JSON."""
    _TEXTS[kind] = text


def named_by(names: Names, fields: Iterable[str]) -> None:
    """Say what the codes in fields of these names are called."""
    _NAMES.update(dict.fromkeys(fields, names))


def comes_from(source: Change.Source) -> Callable[[Ways], Ways]:
    """Mark a function that tells a viewer's ways to where changes came from, by `origin_id`."""

    def register(ways: Ways) -> Ways:
        _ORIGINS[source.value] = ways
        return ways

    return register


def label_of(model: str, label: str) -> str:
    """What a record was called when it changed (`model` such as `clients.receipt`); codes in it as their words."""
    fields = tracked_as(model).model._meta.concrete_fields
    words = {str(code): str(text) for field in fields for code, text in field.flatchoices or () if code}
    return " ".join(words.get(part, part) for part in label.split(" "))


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field of a change: what stood there and what stands there now."""

    label: str
    was: str
    becomes: str


class Reading:
    """How changes read for one viewer; asks the database once for each model that they point to."""

    def __init__(self, changes: Iterable[Change], viewer: User) -> None:
        self._viewer = viewer
        self._codes: dict[str, Mapping[str, str]] = {}
        changes = list(changes)
        self._records = self._pointed_to(changes)
        self._gone = self._called(changes)
        self._ways = self._ways_to(changes)

    def lines(self, change: Change) -> list[ChangedField]:
        """The fields of a change that the viewer may see, in the order of the model."""
        found = []
        for column, field in self._fields(change):
            was, becomes = (change.before or {}).get(column), (change.after or {}).get(column)
            if column in (change.before or {}) or column in (change.after or {}):
                found.append(ChangedField(str(field.verbose_name), self.text(field, was), self.text(field, becomes)))
        return found

    def sentence(self, change: Change) -> str:
        """The change in a line: `amount: 100.00 → 200.00; …`; of what was empty, or is gone, the value alone."""
        lines = self.lines(change)
        if change.kind == Change.Kind.REMOVED:
            return _("; ").join(_("%s: %s") % (line.label, line.was) for line in lines if line.was != NOTHING)
        return _("; ").join(
            _("%s: %s") % (line.label, line.becomes)
            if line.was == NOTHING
            else _("%s: %s → %s") % (line.label, line.was, line.becomes)
            for line in lines
        )

    def whence(self, change: Change) -> str:
        """From where it came: by hand, by itself, or from which file."""
        words = str(change.get_source_display())
        return f"{words} · {change.origin}" if change.source in _FROM_FILES and change.origin else words

    def way(self, change: Change) -> str:
        """The address of where it came from, if there is one that the viewer may open."""
        return self._ways.get((change.source, change.origin_id), "")

    def text(self, field: Any, value: Any) -> str:
        """A value as it was kept, as it reads."""
        if value is None or value == "":
            return NOTHING
        if isinstance(field, ForeignKey):
            record = self._records.get(_target(field), {}).get(value)
            return str(record) if record is not None else self._gone.get((_target(field), value), f"#{value}")
        if field.flatchoices:
            return str(dict(field.flatchoices).get(value, value))
        if field.name in _NAMES:
            return self._named(field.name, value)
        if isinstance(field, BooleanField):
            return _("yes") if value else _("no")
        if isinstance(field, DateTimeField):
            moment = parse_datetime(str(value))
            return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else str(value)
        return next((_TEXTS[kind](value) for kind in type(field).__mro__ if kind in _TEXTS), str(value))

    def _named(self, name: str, code: str) -> str:
        if name not in self._codes:
            self._codes[name] = _NAMES[name]()
        return self._codes[name].get(code, code)

    def _fields(self, change: Change) -> Iterator[tuple[str, "Field[Any, Any]"]]:
        known = tracked_as(change.model)
        for field in known.model._meta.concrete_fields:
            if not field.primary_key and self._may_see(known, field.name):
                yield str(field.column), field

    def _may_see(self, known: Tracked, name: str) -> bool:
        return name not in known.private or self._viewer.role in known.seen_by

    def _pointed_to(self, changes: Iterable[Change]) -> dict[type[Model], dict[Any, Model]]:
        """The records that the changes name."""
        return {
            model: model._default_manager.in_bulk(keys) for model, keys in self._named_keys(changes).items() if keys
        }

    def _called(self, changes: Iterable[Change]) -> dict[tuple[type[Model], Any], str]:
        """What records that are gone by now were called last."""
        gone = Q()
        models: dict[str, type[Model]] = {}
        for model, keys in self._named_keys(changes).items():
            if missing := keys - self._records.get(model, {}).keys():
                models[model._meta.label_lower] = model
                gone |= Q(model=model._meta.label_lower, row_id__in=missing)
        if not models:
            return {}
        kept = Change.objects.filter(gone).order_by("pk").values_list("model", "row_id", "label")
        return {(models[label], key): label_of(label, called) for label, key, called in kept}

    def _named_keys(self, changes: Iterable[Change]) -> dict[type[Model], set[Any]]:
        wanted: dict[type[Model], set[Any]] = defaultdict(set)
        for change in changes:
            for column, field in self._fields(change):
                if isinstance(field, ForeignKey):
                    values = ((change.before or {}).get(column), (change.after or {}).get(column))
                    wanted[_target(field)].update(value for value in values if value is not None)
        return wanted

    def _ways_to(self, changes: Iterable[Change]) -> dict[tuple[str, int | None], str]:
        wanted: dict[str, set[int]] = defaultdict(set)
        for change in changes:
            if change.origin_id is not None and change.source in _ORIGINS:
                wanted[change.source].add(change.origin_id)
        return {
            (source, key): way
            for source, keys in wanted.items()
            for key, way in _ORIGINS[source](self._viewer, keys).items()
        }


def _target(field: Any) -> type[Model]:
    model: type[Model] = field.remote_field.model
    return model
