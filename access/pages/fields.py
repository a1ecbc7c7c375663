"""Form fields for numbers, read as people write them."""

import re
import unicodedata
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

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


class WholeNumberWritten(NumberWritten):
    """A whole number, as people write it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(decimal_places=0, **kwargs)

    def clean(self, value: Any) -> Any:
        number = super().clean(value)
        return None if number is None else int(number)
