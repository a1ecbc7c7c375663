"""The forms of disputes: raised for somebody, what is done in them, what is found."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.fields import NumberWritten
from clients.models import Client, Contract
from disputes.models import Party
from disputes.wanted import Claim, Complaint, WantedFinding, WantedShare
from periods.forms import NumberField
from rulebook.wording import share_text
from staff.forms import PersonField

DATE = forms.DateInput(attrs={"type": "date"})
WORDS = forms.Textarea(attrs={"rows": 4})
WHOLE = Decimal(1)


class PercentField(NumberWritten):
    """Per cent with two decimals, as a share from 0 to 1; None where nothing is written."""

    def __init__(self, **kwargs: Any) -> None:
        keys = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 8})
        super().__init__(min_value=0, max_value=100, max_digits=5, decimal_places=2, widget=keys, **kwargs)

    def clean(self, value: Any) -> Any:
        percent = super().clean(value)
        return None if percent is None else percent / 100


class OptionalNumberField(NumberField):
    """A record by its number, or none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        return super().clean(value) if str(value or "").strip() else None


class OptionalPersonField(PersonField):
    """A person, or nobody."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if str(value or "").strip() else None


class ViewersForm(forms.Form):
    """A form that finds numbers and people within its viewer's reach."""

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.viewer = viewer


class ClaimForm(ViewersForm):
    """That a contract is somebody's, or partly so."""

    contract = NumberField(Contract, label=gettext_lazy("contract number"))
    claimant = PersonField(label=gettext_lazy("claimant"))
    asked_sales = PercentField(label=gettext_lazy("share of the sales asked for, %"), required=False)
    asked_commission = PercentField(
        label=gettext_lazy("share of the commission asked for, %"),
        required=False,
        help_text=gettext_lazy("Leave it empty for the same as of the sales."),
    )
    statement = forms.CharField(label=gettext_lazy("statement of the claimant"), max_length=4000, widget=WORDS)

    def clean(self) -> dict[str, Any]:
        """The same share of the commission as of the sales, unless another one is asked for."""
        given = super().clean() or {}
        if given.get("asked_commission") is None and "asked_commission" not in self.errors:
            given["asked_commission"] = given.get("asked_sales")
        return given

    @property
    def claim(self) -> Claim:
        """What a valid form asks for."""
        return Claim(**{name: self.cleaned_data[name] for name in self.fields})


class ComplaintForm(ViewersForm):
    """What a client complains about."""

    client = NumberField(Client, label=gettext_lazy("client number"))
    contract = OptionalNumberField(
        Contract,
        label=gettext_lazy("contract number"),
        help_text=gettext_lazy("Only if it is about one: its commission is held meanwhile."),
    )
    about = OptionalPersonField(
        label=gettext_lazy("about whom"),
        required=False,
        help_text=gettext_lazy("Staff number or name; who holds the contract is a party anyway."),
    )
    statement = forms.CharField(label=gettext_lazy("what the client says"), max_length=4000, widget=WORDS)

    @property
    def complaint(self) -> Complaint:
        """What a valid form records."""
        given = self.cleaned_data
        about = [given["about"]] if given["about"] else []
        return Complaint(given["client"], given["statement"], given["contract"], about)


class NothingForm(ViewersForm):
    """Nothing is asked."""


class ReasonForm(ViewersForm):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, widget=WORDS)


class PartyForm(ViewersForm):
    """Who else is a party, on which side."""

    employee = PersonField(label=gettext_lazy("party"))
    side = forms.ChoiceField(label=gettext_lazy("side"), choices=Party.Side.choices)


class PauseForm(ViewersForm):
    """The days that don't count, and why."""

    start = forms.DateField(label=gettext_lazy("first day"), widget=DATE)
    end = forms.DateField(label=gettext_lazy("last day"), widget=DATE)
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, widget=WORDS)


class OfPartyForm(ViewersForm):
    """Something said or done for one of the `parties` for whom the viewer acts."""

    party = forms.ChoiceField(label=gettext_lazy("party"))

    def __init__(self, *args: Any, parties: Sequence[Party], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {str(party.employee_id): party.employee for party in parties}
        choices = [(key, str(person)) for key, person in self._people.items()]
        self.fields["party"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["party"]

    @property
    def person(self) -> Any:
        """For whom; nobody where there is no party to choose."""
        return self._people.get(self.cleaned_data.get("party", ""))


class AnswerForm(OfPartyForm):
    """What a party says."""

    statement = forms.CharField(label=gettext_lazy("statement"), max_length=4000, widget=WORDS)


class WithdrawForm(OfPartyForm):
    """Whose claim is taken back, and why."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, widget=WORDS)


class FindingForm(ViewersForm):
    """What is found: each party's share of the sales and, where it differs, of the commission; who owns the client."""

    owner = forms.ChoiceField(
        label=gettext_lazy("owner of the client"),
        required=False,
        help_text=gettext_lazy("3-1.1: without a name it is who has the largest share of the sales."),
    )
    upholds = forms.ChoiceField(
        label=gettext_lazy("the client's complaint"),
        choices=[("", "–"), ("yes", gettext_lazy("is upheld")), ("no", gettext_lazy("is not upheld"))],
    )
    reasons = forms.CharField(label=gettext_lazy("reasons"), max_length=4000, widget=WORDS)
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, parties: Sequence[Party], is_complaint: bool, has_contract: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.parties = list(parties) if has_contract else []
        self._may_be_undivided = is_complaint
        for party in self.parties:
            for kind in ("sales", "commission"):
                label = _("share of the sales, %") if kind == "sales" else _("share of the commission, %")
                self.fields[f"{kind}_{party.employee_id}"] = PercentField(label=label, required=False)
        people = [(str(party.employee_id), str(party.employee)) for party in self.parties]
        self.fields["owner"].choices = [("", "–"), *people]  # type: ignore[attr-defined]
        for name, is_asked in (("upholds", is_complaint), ("owner", has_contract)):
            if not is_asked:
                del self.fields[name]

    @property
    def rows(self) -> list[tuple[Party, Any, Any]]:
        """Each party with the fields of its two shares."""
        return [
            (party, self[f"sales_{party.employee_id}"], self[f"commission_{party.employee_id}"])
            for party in self.parties
        ]

    @property
    def others(self) -> list[Any]:
        """The fields below the shares."""
        return [self[name] for name in ("owner", "upholds", "reasons") if name in self.fields]

    def clean(self) -> dict[str, Any]:
        """Refuse shares that don't come to the whole, telling to what they come."""
        given = super().clean() or {}
        if self.parties and not any(name.startswith(("sales_", "commission_")) for name in self.errors):
            self._require_whole()
        return given

    def _require_whole(self) -> None:
        if self._may_be_undivided and not self._is_divided():
            return
        for kind, shares in (("sales", self._shares("sales")), ("commission", self._shares("commission"))):
            total = sum(shares.values(), Decimal(0))
            if total != WHOLE:
                words = (
                    _("The shares of the sales come to %(total)s, not to 100%%.")
                    if kind == "sales"
                    else _("The shares of the commission come to %(total)s, not to 100%%.")
                )
                raise ValidationError(words % {"total": share_text(total)})

    def _is_divided(self) -> bool:
        names = [name for name in self.fields if name.startswith(("sales_", "commission_"))]
        return any(self.cleaned_data.get(name) is not None for name in names)

    def _shares(self, kind: str) -> dict[int, Decimal]:
        """Each party's share of a kind; those of the commission are as of the sales, unless any is written."""
        found = {one.employee_id: self.cleaned_data.get(f"{kind}_{one.employee_id}") for one in self.parties}
        if kind == "commission" and all(share is None for share in found.values()):
            return self._shares("sales")
        return {person: share or Decimal(0) for person, share in found.items()}

    @property
    def wanted(self) -> WantedFinding:
        """What a valid form finds."""
        given, people = self.cleaned_data, {party.employee_id: party.employee for party in self.parties}
        sales, commission = self._shares("sales"), self._shares("commission")
        shares = [WantedShare(people[key], sales[key], commission[key]) for key in people] if self._is_divided() else []
        owner = people[int(given["owner"])] if given.get("owner") else None
        upholds = given["upholds"] == "yes" if "upholds" in self.fields else None
        return WantedFinding(given["reasons"], shares, owner, upholds)
