"""The form that takes a company's workbook."""

from django import forms

from workbooks.forms import WorkbookField


class UploadForm(forms.Form):
    """A workbook to import."""

    file = WorkbookField()
