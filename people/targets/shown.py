"""Forms of many amounts that several people fill in: what others saved meanwhile is told, never written over."""

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from rulebook.wording import amount_text


class ShownForm(forms.Form):
    """Amounts by the names of their fields, with those that were saved (CNY) when the page was shown."""

    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, saved: Mapping[str, Decimal]) -> None:
        super().__init__(data, initial={**saved, "shown": _written(saved)})
        self._saved = saved

    @property
    def was_shown(self) -> dict[str, Decimal]:
        """What a valid form's page showed as saved; nothing where that can't be read."""
        try:
            return {name: Decimal(amount) for name, amount in json.loads(self.cleaned_data["shown"]).items()}
        except (ValueError, TypeError, AttributeError, InvalidOperation):
            return {}

    def shown_anew(self) -> None:
        """Stand for what is saved now: beneath each field that differs from it, and in each that was left as shown."""
        was, data = self.was_shown, dict(self.data.items())
        for name in self.fields.keys() - {"shown"}:
            before, now, typed = (amounts.get(name) for amounts in (was, self._saved, self.cleaned_data))
            if before == now:
                continue
            self[name].help_text = _("saved: %(kept)s") % {"kept": amount_text(now)}
            if typed == before:
                data[name] = amount_text(now) if now is not None else ""
        self.data = {**data, "shown": _written(self._saved)}


def _written(amounts: Mapping[str, Decimal]) -> str:
    return json.dumps({name: str(amount) for name, amount in amounts.items()}, sort_keys=True)
