"""Form fields for money."""

from decimal import Decimal
from typing import Any

from django import forms

MOST = Decimal("9999999999.99")
"""The largest amount (CNY) that a form takes; sums of many fit the database."""


class AmountField(forms.DecimalField):
    """CNY, also as people write it: 12,345.67."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_value=MOST, max_digits=14, decimal_places=2, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(str("" if value is None else value).replace(",", "").replace("，", "").strip())
