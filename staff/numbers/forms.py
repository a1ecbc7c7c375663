"""Forms in which people's numbers are typed: what can't be right is refused, unless it stood there before."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from staff.numbers.checks import Document, why_no_account, why_no_card, why_no_number_of, why_no_phone


class NoCardField(forms.BooleanField):
    """Says that an account is a passbook's or a company's, which has no card's number."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("account without a card"),
            required=False,
            help_text=gettext_lazy("For a passbook's or a company's account: its number isn't checked as a card's."),
        )


class DocumentField(forms.ChoiceField):
    """The kind of document of an ID number, by which it is judged; nothing but that check hangs on it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=gettext_lazy("kind of document"),
            choices=Document.choices,
            initial=Document.ID_CARD,
            required=False,
            help_text=gettext_lazy("The number is checked as one of this kind."),
            **kwargs,
        )

    def clean(self, value: Any) -> Document:
        return Document(super().clean(value) or Document.ID_CARD)


def require_phone(typed: str) -> str:
    """A telephone as typed, or nothing; raises ValidationError for what can't be one."""
    if typed and (reason := why_no_phone(typed)):
        raise ValidationError(reason)
    return typed


class TypedNumbers(forms.BaseForm):
    """A form with an ID number and its kind of document, an account and whether it is a card's, and a telephone.

    It checks what was typed anew, by a DocumentField `document` and a NoCardField `is_no_card`.
    """

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        is_no_card, document = bool(given.get("is_no_card")), given.get("document", Document.ID_CARD)
        for name, why in (
            ("id_number", lambda number: why_no_number_of(document, number, timezone.localdate())),
            ("bank_account", why_no_account if is_no_card else why_no_card),
            ("phone", why_no_phone),
        ):
            typed = given.get(name)
            if typed and name in self.changed_data and name not in self.errors and (reason := why(typed)):
                self.add_error(name, reason)
        return given
