"""The form that asks for evidence."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from disputes.evidence.actions import Sent
from disputes.evidence.files import ENDINGS, MAX_FILE_BYTES
from disputes.evidence.models import Evidence


class EvidenceForm(forms.Form):
    """What kind, about which day, what it shows, and its file; the page takes MAX_FILE_BYTES (access/bodies.py)."""

    kind = forms.ChoiceField(label=_("kind"), choices=Evidence.Kind.choices)
    day = forms.DateField(label=_("day"), widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label=_("what it shows"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(
        label=_("file"),
        required=False,
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_(
            "PDF, JPEG, PNG, HEIC or XLSX, up to 10 MB. Where a picture was taken is removed from it; pictures inside a"
            " PDF or a workbook keep it."
        ),
    )

    @property
    def given(self) -> dict[str, Any]:
        """What `bring_evidence` takes, of a valid form; of a file too large no more is read than tells so."""
        file = self.cleaned_data["file"]
        sent = Sent(file.name, file.read(MAX_FILE_BYTES + 1)) if file else None
        return {**{name: self.cleaned_data[name] for name in ("kind", "day", "note")}, "file": sent}
