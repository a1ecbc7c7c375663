"""The small forms of drafts: to begin one, to upload its text, to ask for a preview, and what its buttons send."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from monthend.drafts.acts import DraftAct
from monthend.preview.models import Preview
from rulebook.drafts.actions import check_text
from rulebook.models import PlanDraft, PlanVersion
from rulebook.month import Month
from rulebook.plan import PlanError
from rulebook.wording import month_text

MOST_BYTES = 400_000
MONTHS_AHEAD = 24


class StartForm(forms.Form):
    """Which version a draft begins from, and the month it is to be in force from."""

    based_on = forms.ModelChoiceField(
        PlanVersion.objects.filter(approved_at__isnull=False), label=gettext_lazy("based on"), empty_label=None
    )
    month = forms.TypedChoiceField(label=gettext_lazy("in force from"), coerce=Month.parse)

    def __init__(self, *args: Any, free_from: Month | None, today: dt.date, **kwargs: Any) -> None:
        """Months before `free_from` are computed; without any, a plan can begin with this month."""
        super().__init__(*args, **kwargs)
        first = free_from or Month.of(today)
        months = [first + ahead for ahead in range(MONTHS_AHEAD)]
        self.fields["month"].choices = [(str(month), month_text(month)) for month in months]  # type: ignore[attr-defined]


class PlanUploadForm(forms.Form):
    """A plan's text in a file; once valid, `text` is it."""

    file = forms.FileField(label=gettext_lazy("a file with the plan's text (YAML)"))

    def __init__(self, *args: Any, free_from: Month | None = None, **kwargs: Any) -> None:
        """Months before `free_from` are computed."""
        super().__init__(*args, **kwargs)
        self.text = ""
        self._free_from = free_from

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("the text is too long to be a plan"))
        try:
            self.text = file.read().decode("utf-8-sig").replace("\r\n", "\n")
            check_text(self.text, self._free_from)
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is no text in UTF-8.")) from error
        except PlanError as error:
            raise ValidationError(str(error).splitlines()) from error
        return file


class AskForm(forms.Form):
    """The months that a draft is supposed for."""

    first_month = forms.CharField(max_length=7)
    last_month = forms.CharField(max_length=7)

    def clean(self) -> dict[str, object]:
        given: dict[str, object] = super().clean() or self.cleaned_data
        for name in ("first_month", "last_month"):
            try:
                given[name] = Month.parse(str(given.get(name, "")))
            except ValueError as error:
                raise ValidationError(_("Choose months.")) from error
        return given

    def preview_of(self, draft: PlanDraft) -> Preview:
        """What to ask for: the months with the draft's text."""
        return Preview(plan_text=draft.text, **self.cleaned_data)


class DraftActForm(forms.Form):
    """What a button of a draft's page sends: the act, the text it was offered for, perhaps a reason."""

    act = forms.TypedChoiceField(choices=[(act, act) for act in DraftAct], coerce=DraftAct)
    shown = forms.CharField(max_length=64, required=False)
    reason = forms.CharField(max_length=500, required=False)
