"""The forms of the year's awards: whom a branch recommends, what HR decides, why a decision goes back."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from access.models import User
from compensation.awards.actions import AwardTerms
from compensation.awards.models import FIRST_YEAR, LAST_YEAR
from compensation.models import AwardDecision, AwardKind
from periods.forms import WORDS, AmountField, NumberField
from staff.forms import PersonField

LEAST = Decimal("0.01")


class _OfPerson(forms.Form):
    """Whom, for which year and which kind of award."""

    employee = PersonField()
    year = forms.IntegerField(label=pgettext_lazy("award", "year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    kind = forms.ChoiceField(label=pgettext_lazy("award", "kind of award"), choices=AwardKind.choices)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["employee"]
        if isinstance(field, NumberField):
            field.viewer = viewer


class RecommendationForm(_OfPerson):
    """Whom a branch recommends, and why."""

    reason = forms.CharField(label=pgettext_lazy("award", "reason"), max_length=500, widget=WORDS)


class AwardDecisionForm(_OfPerson):
    """What HR decides, and why."""

    outcome = forms.ChoiceField(
        label=pgettext_lazy("award", "decision"), choices=AwardDecision.Outcome.choices, initial="granted"
    )
    amount = AmountField(
        label=gettext_lazy("amount of the award"),
        min_value=LEAST,
        required=False,
        help_text=gettext_lazy("In CNY. Empty if no money is paid."),
    )
    travel = forms.CharField(
        label=gettext_lazy("name of the travel"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Only for the year-end travel."),
    )
    reason = forms.CharField(label=pgettext_lazy("award", "reason"), max_length=500, widget=WORDS)

    @property
    def given(self) -> AwardTerms:
        """What a valid form says."""
        return AwardTerms(**{name: self.cleaned_data[name] for name in self.fields})


class AwardReasonForm(forms.Form):
    """Why a decision goes back to HR; `shown` is the digest of what they saw."""

    shown = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=pgettext_lazy("award", "reason"), max_length=500, widget=WORDS)


class AwardSignForm(forms.Form):
    """Nothing is asked of who signs; `shown` is the digest of what they saw."""

    shown = forms.CharField(widget=forms.HiddenInput)
