"""The forms of violations: what is found against a party, and what the second person does about it (3-2.1)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disputes.models import Party, Violation
from disputes.violations.selectors import WantedViolation

Kind, Measure = Violation.Kind, Violation.Measure


class ViolationForm(forms.Form):
    """Who broke which rule, what was found, and what is to follow."""

    employee = forms.ChoiceField(label=gettext_lazy("party"))
    kind = forms.ChoiceField(label=gettext_lazy("kind"), choices=[("", "–"), *Kind.choices])
    measure = forms.ChoiceField(label=gettext_lazy("measure"), choices=[("", "–"), *Measure.choices])
    document = forms.CharField(
        label=gettext_lazy("number of the circular"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Of a demotion, which is made known; it names nothing of the dispute."),
    )
    finding = forms.CharField(
        label=gettext_lazy("what was found"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, parties: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(party.employee_id): party.employee for party in parties}
        people = [(key, str(person)) for key, person in self._people.items()]
        self.fields["employee"].choices = [("", "–"), *people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A demotion is made known by a circular, which has a number."""
        given = super().clean() or {}
        if given.get("measure") == Measure.DEMOTION and not given.get("document"):
            self.add_error("document", _("Say the number of the circular."))
        return given

    @property
    def wanted(self) -> WantedViolation:
        """What a valid form records."""
        given = self.cleaned_data
        person = self._people[given["employee"]]
        return WantedViolation(person, given["kind"], given["measure"], given["finding"], given["document"])


class SignForm(forms.Form):
    """Nothing is asked; `shown` is the digest of what was shown to who signs."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Why a violation is sent back."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
