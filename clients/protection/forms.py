"""Forms of client protection: a registration, a follow-up, terms."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.admin_base import UnsealedForm
from access.reach import within_reach
from clients.models import Client, FollowUp, ProtectionTerms
from clients.protection.actions import ProtectionRefused, require_followable
from staff.forms import PersonField
from staff.numbers.forms import require_phone


class ClaimForm(forms.Form):
    """For which sales person clients are claimed from the open pool."""

    owner = PersonField(in_sales=True, label=gettext_lazy("For whom"))

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.viewer = viewer


class RegistrationForm(forms.Form):
    """A client to register for a sales person."""

    name = forms.CharField(
        label=gettext_lazy("client's name"), max_length=200, help_text=gettext_lazy("As on its business licence.")
    )
    phone = forms.CharField(label=gettext_lazy("telephone"), max_length=32, required=False)
    owner = PersonField(in_sales=True, label=gettext_lazy("owner"))
    referrer = forms.CharField(
        label=gettext_lazy("referred by"),
        max_length=32,
        required=False,
        help_text=gettext_lazy("Number of the client that referred it, if any."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        owner: Any = self.fields["owner"]
        owner.viewer = viewer

    def clean_phone(self) -> str:
        """The telephone, which must be one."""
        return require_phone(self.cleaned_data["phone"])

    def clean_referrer(self) -> Client | None:
        """The referring client, of those within reach."""
        number = self.cleaned_data["referrer"]
        if not number:
            return None
        found = within_reach(self._viewer, Client.objects.filter(number=number)).first()
        if found is None:
            raise ValidationError(_("There is no %(kind)s %(number)s.") % {"kind": _("client"), "number": number})
        return found


class FollowUpForm(UnsealedForm):
    """What was done for a client."""

    def clean(self) -> dict[str, Any]:
        """Refuse what would keep no client."""
        given = super().clean() or self.cleaned_data
        client, date = given.get("client"), given.get("date")
        if client and date:
            try:
                require_followable(client, date, timezone.localdate())
            except ProtectionRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return given

    class Meta:
        model = FollowUp
        fields = ("client", "date", "kind", "note")


class TermsForm(UnsealedForm):
    """Terms from a day to come."""

    def clean_start(self) -> Any:
        """A day that has not begun: nothing is taken from anybody backwards."""
        start = self.cleaned_data["start"]
        if start <= timezone.localdate():
            raise ValidationError(_("Terms begin tomorrow at the earliest."))
        return start

    class Meta:
        model = ProtectionTerms
        fields = ("start", "follow_up_days", "protection_days", "limit", "cool_down_days")
