"""The forms that assign orphans: by hand to one person, or by a rule to several."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from clients.orphans.effects import MOST, SalesPerson
from clients.orphans.rules import Rule
from staff.forms import PersonField

RULES = {
    Rule.ROUND_ROBIN: gettext_lazy("in turn, by staff number"),
    Rule.LEAST_LOADED: gettext_lazy("to who develops the fewest"),
    Rule.BY_SCORE: gettext_lazy("by last month's attainment: the higher, the more"),
}
LIMIT = 20
"""How many orphans a person develops at most, unless said otherwise."""


def picked(values: Iterable[str]) -> list[int]:
    """The clients' keys among what a page sent, each once."""
    return list(dict.fromkeys(int(value) for value in values if value.isdecimal() and len(value) < 19))


class AssignForm(forms.Form):
    """What both ask: from which day on, and whether what was shown is what is confirmed."""

    day = forms.DateField(
        label=gettext_lazy("assigned from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[SalesPerson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["day"] = timezone.localdate()
        self.people = people


class HandForm(AssignForm):
    """To one sales person of those within reach."""

    developer = PersonField(in_sales=True, offered_at="admin:clients_assignment_pick", label=gettext_lazy("developer"))

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        developer: Any = self.fields["developer"]
        developer.viewer = viewer

    def clean_developer(self) -> SalesPerson:
        """The person, in post on the day, too."""
        number = self.cleaned_data["developer"].number
        found = next((one for one in self.people if one.number == number), None)
        if found is None:
            raise ValidationError(_("No sales person in post within your reach is called that."))
        return found


class RuleForm(AssignForm):
    """To several sales people, by a rule."""

    rule = forms.ChoiceField(label=gettext_lazy("rule"), choices=[(rule.value, words) for rule, words in RULES.items()])
    same_branch_first = forms.BooleanField(
        label=gettext_lazy("people of the branch it came from first"), required=False
    )
    limit = forms.IntegerField(
        label=gettext_lazy("at most per person"),
        min_value=1,
        max_value=9999,
        help_text=gettext_lazy("With those developed already."),
    )
    count = forms.IntegerField(label=gettext_lazy("at most clients"), min_value=1, max_value=MOST)
    taking_part = forms.MultipleChoiceField(label=gettext_lazy("who takes part"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, people: Sequence[SalesPerson], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        self.initial.update(
            {
                "rule": Rule.LEAST_LOADED.value,
                "same_branch_first": True,
                "limit": LIMIT,
                "count": MOST,
                "taking_part": [one.number for one in people if not one.is_away],
            }
        )
        self.fields["taking_part"].choices = [(one.number, one.label) for one in people]  # type: ignore[attr-defined]

    @property
    def excluded(self) -> frozenset[str]:
        """The staff numbers of those who don't take part."""
        return frozenset(one.number for one in self.people) - frozenset(self.cleaned_data["taking_part"])


def today_of(day: Any) -> dt.date:
    """The day a form was sent with, as far as it is one; else today."""
    try:
        return dt.date.fromisoformat(str(day))
    except ValueError:
        return timezone.localdate()
