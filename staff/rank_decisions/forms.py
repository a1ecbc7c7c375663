"""The forms that ask for a decision on a rank, for its document, and for what is done about it."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from periods.forms import WORDS, MonthInput, ReasonForm
from rulebook.selectors import rank_names
from staff.forms import PersonField
from staff.rank_decisions.actions import Attachment
from staff.rank_decisions.selectors import WantedRank

MOST_BYTES = 5 * 2**20
FILE_TYPES: dict[str, tuple[bytes, frozenset[str]]] = {
    "application/pdf": (b"%PDF-", frozenset({".pdf"})),
    "image/png": (b"\x89PNG\r\n\x1a\n", frozenset({".png"})),
    "image/jpeg": (b"\xff\xd8\xff", frozenset({".jpg", ".jpeg"})),
}
"""What a document's file may be: how it begins, and how its name ends."""


def kind_of(name: str, data: bytes) -> str | None:
    """What kind of file it is, if its beginning and its name agree on one that is taken."""
    ending = PurePath(name).suffix.lower()
    return next((kind for kind, (head, ends) in FILE_TYPES.items() if data.startswith(head) and ending in ends), None)


class AttachmentField(forms.FileField):
    """A PDF or a picture of at most MOST_BYTES."""

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join(sorted(ending for _head, endings in FILE_TYPES.values() for ending in endings))
        super().__init__(widget=forms.FileInput(attrs={"accept": accept}), max_length=255, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> "Attachment | None":
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("The file is larger than %(size)d MB.") % {"size": MOST_BYTES // 2**20})
        name, content = file.name or "", file.read()
        if kind_of(name, content) is None:
            raise ValidationError(_("Only a PDF, JPEG or PNG file is taken, and its name must say so."))
        return Attachment(name, content)


class RankForm(forms.Form):
    """What every decision asks; `shown` is the digest of what was shown, and the file is asked for when it is sure."""

    kind: ClassVar[str] = "give"
    person = PersonField()
    month = MonthInput(
        label=gettext_lazy("in force from"), help_text=gettext_lazy("From the 1st of the month on, also ahead.")
    )
    rank = forms.ChoiceField(label=gettext_lazy("new rank"))
    document = forms.CharField(label=gettext_lazy("number or title of the document"), max_length=200)
    reason = forms.CharField(label=gettext_lazy("reason"), max_length=1000, widget=WORDS)
    file = AttachmentField(
        label=gettext_lazy("the document as a file"),
        required=False,
        help_text=gettext_lazy("PDF, JPEG or PNG, up to 5 MB."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.viewer = viewer
        if "rank" in self.fields:
            self.fields["rank"].choices = [("", "–"), *rank_names().items()]  # type: ignore[attr-defined]

    @property
    def asked(self) -> list[Any]:
        """The fields that are asked for before the effect is shown."""
        return [field for field in self.visible_fields() if field.name != "file"]

    @property
    def wanted(self) -> WantedRank:
        """What a valid form asks for."""
        given = self.cleaned_data
        return WantedRank(given["person"], given["month"], given.get("rank", ""), given["reason"], given["document"])


class RankTakeBackForm(RankForm):
    """That the decision of a month is taken back."""

    kind = "take_back"
    rank = None  # type: ignore[assignment]


class NothingForm(forms.Form):
    """Nothing is asked; `shown` is the digest of what was shown to who signs."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)


FORMS: dict[str, type[RankForm]] = {form.kind: form for form in (RankForm, RankTakeBackForm)}
ACTS: dict[str, Callable[..., Any]] = {"sign": NothingForm, "back": ReasonForm, "withdraw": NothingForm}
