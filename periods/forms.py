"""Form fields for money, months, sentences, and for records by their numbers."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.fields import NumberWritten
from access.reach import within_reach
from periods.fields import MonthField
from rulebook.month import Month

MOST = Decimal("9999999999.99")
"""The largest amount (CNY) that a form takes; sums of many fit the database."""

WORDS = forms.Textarea(attrs={"rows": 3})
"""What some sentences are typed in; each field has its own copy."""


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


class ReasonForm(forms.Form):
    """Why a decision goes back to HR."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, widget=WORDS)
