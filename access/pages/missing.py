"""Forms say what is missing by its name, wherever they are shown."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _

CHOSEN = (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)


class NamedField(BoundField):
    """A field of a form that is asked for by its label where nothing was given."""

    @property
    def errors(self) -> ErrorList:
        """The field's errors; that it is required becomes what to give, unless the field says so in its own words."""
        found: ErrorList = super().errors
        if any(self._is_stock(error) for error in found.as_data()):
            named = found.copy()
            named.data = [self._asked() if self._is_stock(error) else error for error in found.as_data()]
            return named
        return found

    def _is_stock(self, error: ValidationError) -> bool:
        stock = forms.Field.default_error_messages["required"]
        return error.code == "required" and str(error.message) == str(stock)

    def _asked(self) -> str:
        words = _("Choose: %(what)s.") if isinstance(self.field, CHOSEN) else _("Fill in: %(what)s.")
        return words % {"what": self.label}


class Renderer(DjangoTemplates):
    """Django's own, with fields that are asked for by name."""

    bound_field_class = NamedField
