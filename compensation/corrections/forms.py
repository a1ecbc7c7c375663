"""The forms that ask for a correction: one for each kind of mistake."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from access.models import User
from access.reach import within_reach
from clients.models import Contract, Receipt
from compensation.corrections.actions import OtherPay, Wanted, WrongAmount, WrongCloser
from compensation.models import AwardDecision, Correction
from periods.forms import AmountField, NumberField
from staff.forms import PersonField

Kind = Correction.Kind


class CorrectionForm(forms.Form):
    """What every kind asks: why, and whether what was shown is what is confirmed."""

    kind: ClassVar[Kind]
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([*[name for name in self.fields if name != "reason"], "reason"])
        for field in self.fields.values():
            if isinstance(field, NumberField):
                field.viewer = viewer

    @property
    def award_to_pay(self) -> AwardDecision | None:
        """The award that the form was opened to pay."""
        return None

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        raise NotImplementedError


class AmountForm(CorrectionForm):
    """A receipt came in with a wrong amount."""

    kind = Kind.AMOUNT
    receipt = NumberField(Receipt, label=gettext_lazy("receipt number"))
    right = AmountField(label=gettext_lazy("right amount"))

    @property
    def wanted(self) -> WrongAmount:
        return WrongAmount(self.cleaned_data["receipt"], self.cleaned_data["right"])


class CloserForm(CorrectionForm):
    """A contract names the wrong closer."""

    kind = Kind.CLOSER
    contract = NumberField(Contract, label=gettext_lazy("contract number"))
    right = PersonField(label=gettext_lazy("right closer"))

    @property
    def wanted(self) -> WrongCloser:
        return WrongCloser(self.cleaned_data["contract"], self.cleaned_data["right"])


class OtherForm(CorrectionForm):
    """Pay that no receipt explains."""

    kind = Kind.OTHER
    employee = PersonField()
    amount = AmountField(label=gettext_lazy("amount"), help_text=gettext_lazy("Less than 0 takes back."))
    award = forms.ModelChoiceField(AwardDecision.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        award = self.fields["award"]
        if isinstance(award, forms.ModelChoiceField):
            award.queryset = within_reach(viewer, AwardDecision.objects.select_related("employee"))

    @property
    def award_to_pay(self) -> AwardDecision | None:
        field, asked = self.fields["award"], self["award"].value()
        if not isinstance(field, forms.ModelChoiceField) or not str(asked or "").isdecimal():
            return None
        return field.queryset.filter(pk=asked).first()  # type: ignore[union-attr]

    @property
    def wanted(self) -> OtherPay:
        return OtherPay(self.cleaned_data["employee"], self.cleaned_data["amount"], self.cleaned_data["award"])


FORMS: dict[str, type[CorrectionForm]] = {form.kind.value: form for form in (AmountForm, CloserForm, OtherForm)}
