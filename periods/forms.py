"""Form fields for money, months, and for records by their numbers."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from access.models import User
from access.reach import within_reach
from periods.fields import MonthField
from rulebook.month import Month

MOST = Decimal("9999999999.99")
"""The largest amount (CNY) that a form takes; sums of many fit the database."""


_WRITTEN = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?", re.ASCII)


class NumberWritten(forms.DecimalField):
    """A number as people write it, also 12,345.67 and full-width; as in an import, neither 12,34 nor 1e3 nor 1_000."""

    def to_python(self, value: Any) -> Any:
        if value is None or isinstance(value, Decimal):
            return super().to_python(value)
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if text and not _WRITTEN.fullmatch(text):
            raise ValidationError(_("Write a number like 1234.56 or 1,234.56."), code="invalid")
        return super().to_python(text.replace(",", ""))


class AmountField(NumberWritten):
    """CNY."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_value=MOST, max_digits=14, decimal_places=2, widget=widget, **kwargs)


class MonthInput(forms.CharField):
    """A month, written `2011-04`."""

    def __init__(self, *, widget: type[forms.TextInput] = forms.TextInput, **kwargs: Any) -> None:
        super().__init__(widget=widget(attrs={"type": "month", "placeholder": "2011-04"}), **kwargs)

    def clean(self, value: Any) -> Month | None:
        return MonthField().to_python(super().clean(value) or None)


class NumberField(forms.CharField):
    """A record by its number, of those within the viewer's reach."""

    viewer: User

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        super().__init__(**{"max_length": 32, **kwargs})
        self._model = model
        self.widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> Model:
        number = super().clean(value)
        found = within_reach(self.viewer, self._model._default_manager.filter(number=number)).first()
        if found is None:
            facts = {"kind": self._model._meta.verbose_name, "number": number}
            raise ValidationError(_("There is no %(kind)s %(number)s.") % facts)
        return found
