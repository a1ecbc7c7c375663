"""The field that takes a workbook, on each of the forms that do."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workbooks.xlsx.package import MAX_FILE_BYTES


class WorkbookField(forms.FileField):
    """An .xlsx file of at most MAX_FILE_BYTES; what is in it is asked later."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.ClearableFileInput(attrs={"accept": ".xlsx"})
        super().__init__(label=gettext_lazy("Excel workbook"), widget=widget, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = super().clean(data, initial)
        if not (file.name or "").lower().endswith(".xlsx"):
            raise ValidationError(_("Only .xlsx workbooks can be read: save it as one in Excel or WPS."))
        if (file.size or 0) > MAX_FILE_BYTES:
            raise ValidationError(_("The file is larger than %(size)d MB.") % {"size": MAX_FILE_BYTES // 2**20})
        return file
