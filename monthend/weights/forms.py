"""The form of a branch's weights: one line for each person in its support."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from access.models import User
from access.pages.fields import NumberWritten
from compensation.models import SupportWeight
from monthend.weights.actions import WeightTerms
from monthend.weights.selectors import WeightLine, WeightShare, WeightTable
from rulebook.wording import number_text

_WEIGHT: Any = SupportWeight._meta.get_field("weight")
_REASON: Any = SupportWeight._meta.get_field("reason")
NOTHING_YET = WeightShare("–", "–", "")


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as the page shows it: two fields, or without them the weight that another gives, and whose it is."""

    line: WeightLine
    weight: Any
    reason: Any
    kept: str
    before: str
    stay: str
    part: WeightShare
    is_prefilled: bool


class WeightsForm(forms.Form):
    """The weights that the viewer gives, prefilled with those saved, else with last month's."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, table: WeightTable, viewer: User) -> None:
        self._table = table
        self._own = [line for line in table.lines if line.may_give(viewer)]
        initial: dict[str, Any] = {"shown": table.digest}
        for line in self._own:
            weight = line.saved.weight if line.saved else line.before
            initial[_weight(line)] = "" if weight is None else _plain(weight)
            initial[_reason(line)] = line.saved.reason if line.saved else ""
        super().__init__(data, initial=initial)
        for line in self._own:
            self.fields[_weight(line)] = NumberWritten(
                min_value=0,
                max_digits=_WEIGHT.max_digits,
                decimal_places=_WEIGHT.decimal_places,
                label=_("weight of %(person)s") % {"person": line.person},
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8}),
                error_messages={"required": _("Give a weight; 0 says that nothing is due.")},
            )
            self.fields[_reason(line)] = forms.CharField(
                required=False,
                max_length=_REASON.max_length,
                label=_("reason for the weight of %(person)s") % {"person": line.person},
            )

    @property
    def is_mine(self) -> bool:
        """Whether there is a weight for the viewer to give."""
        return bool(self._own)

    @property
    def given(self) -> dict[int, WeightTerms]:
        """What a valid form gives, by employee id."""
        data = self.cleaned_data
        return {line.person.pk: WeightTerms(data[_weight(line)], data[_reason(line)].strip()) for line in self._own}

    def shown_anew(self) -> None:
        """Stand for the table as it is now, once what has changed meanwhile was told."""
        self.data = {**dict(self.data.items()), "shown": self._table.digest}

    def lines(self) -> Iterator[Shown]:
        """The lines with what the weights in the fields come to."""
        parts = self._table.parts(self._typed())
        for line in self._table.lines:
            mine = line in self._own
            yield Shown(
                line=line,
                weight=self[_weight(line)] if mine else None,
                reason=self[_reason(line)] if mine else None,
                kept=_plain(line.saved.weight) if line.saved else "",
                before="–" if line.before is None else _plain(line.before),
                stay=_stay(line, self._table),
                part=parts.get(line.person.pk, NOTHING_YET),
                is_prefilled=mine and line.saved is None and line.before is not None,
            )

    def _typed(self) -> Mapping[int, Decimal]:
        """The weights in the fields as far as they are numbers, and those that others gave."""
        typed = {}
        for line in self._table.lines:
            value = self[_weight(line)].value() if line in self._own else line.saved and line.saved.weight
            try:
                weight = Decimal(str("" if value is None else value).strip())
            except InvalidOperation:
                continue
            if weight.is_finite() and 0 <= weight <= Decimal(10**6):
                typed[line.person.pk] = weight
        return typed


def _stay(line: WeightLine, table: WeightTable) -> str:
    """From when and until when somebody is in support, where that isn't the whole month."""
    words = []
    if line.post.start > table.month.first:
        words.append(_("from %(day)s") % {"day": line.post.start})
    if line.post.end is not None and line.post.end <= table.month.last:
        words.append(_("until %(day)s") % {"day": line.post.end - dt.timedelta(1)})
    return _(", ").join(words)


def _plain(weight: Decimal) -> str:
    return number_text(weight.normalize()).replace(",", "")


def _weight(line: WeightLine) -> str:
    return f"weight-{line.person.pk}"


def _reason(line: WeightLine) -> str:
    return f"reason-{line.person.pk}"
