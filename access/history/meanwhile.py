"""Change forms that several people have open: what was saved after a page was shown is told, never written over."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import connection
from django.db.models import Model, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from access.history.masking import is_masked, masked
from access.history.pages import moment, who
from access.history.reading import label_of
from access.history.tracking import tracked
from access.models import Change, User
from access.reach import within_reach
from access.rights import Right, may

if TYPE_CHECKING:
    from django.db.models import Field, QuerySet

    ModelForm = forms.ModelForm[Any]
else:
    from django.forms import ModelForm

LATEST = "latest_change"
"""The field that says up to which kept change a page showed its record."""


class _ShownUpTo(forms.IntegerField):
    """Never a change of the record itself."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def to_be_changed(rows: "QuerySet[Any]", *, is_sent: bool) -> "QuerySet[Any]":
    """Rows of which one is read for its form, with the latest of its kept changes, where they are kept.

    Once the form `is_sent`, the row is held until the transaction ends, so that of two sent at once the later one
    sees what the other saved.
    """
    if tracked(rows.model) is None:
        return rows
    if is_sent and connection.in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    latest = _changes_of(rows.model, OuterRef("pk")).order_by("-pk").values("pk")[:1]
    told: QuerySet[Any] = rows.annotate(**{LATEST: Coalesce(Subquery(latest), 0)})
    return told


def deletion_text(model: type[Model], key: str, viewer: User) -> str:
    """Who deleted a record and when, for who may see changes of it; empty for what was not, or isn't theirs to know."""
    if not key.isdecimal() or not may(viewer, Right.VIEW, Change):
        return ""
    removed = within_reach(viewer, _changes_of(model, int(key)).filter(kind=Change.Kind.REMOVED))
    change = removed.select_related("by").order_by("-pk").first()
    if change is None:
        return ""
    words = _("%(record)s was deleted by %(who)s at %(moment)s: what you sent is not saved.")
    return words % {"record": label_of(change.model, change.label), "who": who(change), "moment": moment(change)}


def last_saved(*tables: "tuple[QuerySet[Any], Q]") -> dict[str, str]:
    """`who` changed some rows last and at which `moment`, for a sentence; one query.

    Each table comes with the condition by which its rows are known once they are deleted: by their values before.
    """
    kept = Q()
    for rows, gone in tables:
        found = Q(row_id__in=rows.order_by().values("pk")) | Q(gone, kind=Change.Kind.REMOVED)
        kept |= Q(found, model=rows.model._meta.label_lower)
    change = Change.objects.filter(kept).select_related("by").order_by("-pk").first()
    return {"who": who(change), "moment": moment(change)} if change else {"who": "–", "moment": "–"}


def _changes_of(model: type[Model], key: Any) -> "QuerySet[Change]":
    return Change.objects.filter(model=model._meta.label_lower, row_id=key)


class MeanwhileForm(ModelForm):
    """Saves nothing where somebody saved something else since its page was shown.

    Such a field holds from then on what is saved, and says who saved it, when, and what the page had.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        latest = getattr(self.instance, LATEST, None)
        if latest is not None:
            self.fields[LATEST] = _ShownUpTo(required=False)
            self.initial[LATEST] = latest

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        shown = self.cleaned_data.pop(LATEST, None)
        if shown is not None:
            kept = _changes_of(self._meta.model, self.instance.pk).filter(pk__gt=shown, kind=Change.Kind.CHANGED)
            self._tell(kept.select_related("by").order_by("pk"))

    def _tell(self, later: Iterable[Change]) -> None:
        latest = {column: change for change in later for column in change.after or {}}
        stale = [field for field in self.instance._meta.concrete_fields if self._is_stale(field, latest)]
        if not stale:
            return
        data: Any = copy(self.data)
        data[self.add_prefix(LATEST)] = str(self.initial[LATEST])
        words = _(
            "%(who)s saved another value at %(moment)s, which stands here now. Your page had: %(mine)s. Nothing of"
            " yours is saved yet."
        )
        for field in stale:
            change = latest[field.column]
            told = {"who": who(change), "moment": moment(change), "mine": self._mine(field)}
            self.add_error(field.name, words % told)
            data.setlist(self.add_prefix(field.name), self._as_saved(field.name))
        self.data = data

    def _is_stale(self, field: "Field[Any, Any]", latest: Mapping[str, Change]) -> bool:
        return field.column in latest and field.name in self.fields and field.name in self.changed_data

    def _mine(self, field: "Field[Any, Any]") -> str:
        """What the page had, as it reads; a number that is shown masked remains so."""
        value = self.cleaned_data.get(field.name, self[field.name].data)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        text = str(dict(field.flatchoices).get(value, value) or "")
        return (masked(text) if is_masked(field) else text) or "–"

    def _as_saved(self, name: str) -> list[str]:
        """What a browser would send of the value that is saved."""
        field = self.fields[name]
        saved = field.prepare_value(self.get_initial_for_field(field, name))
        if isinstance(field, forms.BooleanField):
            return ["on"] if saved else []
        written = field.widget.format_value(saved)
        return written if isinstance(written, list) else [written or ""]
