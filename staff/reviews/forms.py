"""The forms of a review: what was done, what is decided, why it goes back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from periods.forms import WORDS, ReasonForm
from staff.reviews.actions import ReviewTerms
from staff.reviews.models import Review, ReviewStep

DATE = forms.DateInput(attrs={"type": "date"})


class StepForm(forms.Form):
    """Something that was done."""

    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        choices=[choice for choice in ReviewStep.Kind.choices if choice[0] not in ReviewStep.BY_ITSELF],
    )
    date = forms.DateField(label=gettext_lazy("date"), widget=DATE)
    words = forms.CharField(label=gettext_lazy("what was done"), max_length=500, widget=WORDS)


class ReviewDecisionForm(forms.Form):
    """What HR decides, and why."""

    decision = forms.ChoiceField(label=gettext_lazy("What is decided"), choices=Review.Decision.choices)
    ground = forms.ChoiceField(
        label=gettext_lazy("ground"),
        choices=[("", "–"), *Review.Ground.choices],
        required=False,
        help_text=gettext_lazy("Only to end the contract."),
    )
    notice = forms.ChoiceField(
        label=gettext_lazy("Notice or pay"),
        choices=[("", "–"), *Review.Notice.choices],
        required=False,
        help_text=gettext_lazy("Only with article 40."),
    )
    ends_on = forms.DateField(
        label=gettext_lazy("last day of the contract"),
        widget=DATE,
        required=False,
        help_text=gettext_lazy("Only to end the contract."),
    )
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=1000, widget=WORDS)

    @property
    def given(self) -> ReviewTerms:
        """What a valid form says."""
        return ReviewTerms(**{name: self.cleaned_data[name] for name in self.fields})


class ReviewSignForm(forms.Form):
    """Nothing is asked of who signs."""


FORMS: dict[str, type[Any]] = {
    "step": StepForm,
    "decide": ReviewDecisionForm,
    "sign": ReviewSignForm,
    "back": ReasonForm,
}
