"""What a party is asked in a dispute: which contract, what is claimed, what there is to say, what is offered."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disputes.models import Party
from disputes.wanted import WantedOffer, WantedShare
from staff.models import Employee

WHOLE = Decimal(100)
AS_SALES = _("Leave it empty for the same share as of the sales.")


class PercentField(forms.DecimalField):
    """A share typed in per cent with two decimals, and cleaned to 0–1."""

    def __init__(self, **options: Any) -> None:
        attrs = {"inputmode": "decimal", "autocomplete": "off"}
        widget = forms.TextInput(attrs=attrs)
        super().__init__(min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=widget, **options)

    def clean(self, value: Any) -> Any:
        """The share of the whole; None where it may be left empty."""
        typed = super().clean(value.strip().removesuffix("%") if isinstance(value, str) else value)
        return None if typed is None else typed / WHOLE


class ContractForm(forms.Form):
    """The contract that a claim is about: whoever claims it can name its number and its client."""

    contract = forms.CharField(
        label=_("Contract number"), max_length=32, widget=forms.TextInput(attrs={"autocapitalize": "characters"})
    )
    client = forms.CharField(label=_("Client's name"), max_length=200)


class ClaimForm(forms.Form):
    """What is claimed of it, and why."""

    asked_sales = PercentField(label=_("Your share of the sales (%)"))
    asked_commission = PercentField(label=_("Your share of the commission (%)"), required=False, help_text=AS_SALES)
    statement = forms.CharField(
        label=_("What speaks for your claim"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Who spoke with the client when, and what you did for the deal. The other side reads it later."),
    )

    def clean(self) -> dict[str, Any]:
        """With both shares."""
        given = super().clean() or self.cleaned_data
        if given.get("asked_commission") is None:
            given["asked_commission"] = given.get("asked_sales")
        return given


class AnswerForm(forms.Form):
    """What a party says, in place of what was said before."""

    statement = forms.CharField(
        label=_("What you say about it"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )


class WithdrawForm(forms.Form):
    """Why a claim is taken back."""

    reason = forms.CharField(label=_("Why you take it back"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class OfferForm(forms.Form):
    """What each party gets of the contract, whose the client is, and a word to the others."""

    def __init__(self, parties: Sequence[Party], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.people: Mapping[int, Employee] = {party.employee_id: party.employee for party in parties}
        for key, person in self.people.items():
            facts = {"name": person.name}
            self.fields[f"sales_{key}"] = PercentField(label=_("%(name)s: share of the sales (%%)") % facts)
            self.fields[f"commission_{key}"] = PercentField(
                label=_("%(name)s: share of the commission (%%)") % facts, required=False, help_text=AS_SALES
            )
        by_share = ("", _("whoever has the largest share of the sales"))
        self.fields["owner"] = forms.ChoiceField(
            label=_("The client is from then on"),
            choices=[by_share, *((str(key), person.name) for key, person in self.people.items())],
            required=False,
        )
        self.fields["note"] = forms.CharField(
            label=_("A word to the others"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
        )

    @property
    def wanted(self) -> WantedOffer:
        """What is offered, of a valid form."""
        owner = self.cleaned_data["owner"]
        return WantedOffer(tuple(self._shares()), self.people[int(owner)] if owner else None, self.cleaned_data["note"])

    def _shares(self) -> Iterator[WantedShare]:
        for key, person in self.people.items():
            sales, commission = self.cleaned_data[f"sales_{key}"], self.cleaned_data[f"commission_{key}"]
            share = WantedShare(person, sales, sales if commission is None else commission)
            if share.sales or share.commission:
                yield share
