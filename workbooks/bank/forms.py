"""The form that takes a bank's statement."""

from django import forms
from django.utils.translation import gettext_lazy

from workbooks.forms import WorkbookField

MOST_DAYS = 15


class StatementForm(forms.Form):
    """A statement, the account it is of, and how many days may lie between a line and its receipt."""

    file = WorkbookField()
    account = forms.CharField(
        label=gettext_lazy("account at the bank"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Such as 工行基本户; always written alike."),
    )
    days = forms.IntegerField(
        label=gettext_lazy("days apart at most"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("Between the bank's day and the receipt's."),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
