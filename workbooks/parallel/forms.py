"""The form that takes what the old payroll paid."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from rulebook.month import Month
from rulebook.wording import month_text
from workbooks.forms import WorkbookField
from workbooks.parallel.actions import months_to_compare


class ParallelForm(forms.Form):
    """A month that is computed, and a workbook."""

    month = forms.TypedChoiceField(label=gettext_lazy("month"), coerce=Month.parse)
    file = WorkbookField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        month: Any = self.fields["month"]
        month.choices = [(str(month), month_text(month)) for month in months_to_compare()]
