"""What a form says that repeats what may be there once: which record has it already, and the way to it."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.html import format_html
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.reach import within_reach

_CODES = {"unique", "unique_together"}


def naming_duplicates(errors: ValidationError, instance: Model, viewer: User) -> ValidationError:
    """The errors of a form, with Django's word that a record exists replaced by which one that is."""
    if not hasattr(errors, "error_dict"):
        return ValidationError(list(_retold(errors.error_list, instance, viewer)))
    return ValidationError({name: list(_retold(found, instance, viewer)) for name, found in errors.error_dict.items()})


def _retold(errors: Iterable[ValidationError], instance: Model, viewer: User) -> Iterator[ValidationError]:
    for error in errors:
        is_taken = error.code in _CODES and isinstance(error.params, dict)
        yield ValidationError(_taken(error.params, instance, viewer), code=error.code) if is_taken else error


def _taken(params: Any, instance: Model, viewer: User) -> str:
    model, names = params["model_class"], params["unique_check"]
    fields = [model._meta.get_field(name) for name in names]
    same = {field.attname: getattr(instance, field.attname) for field in fields}
    found = within_reach(viewer, model._default_manager.filter(**same)).exclude(pk=instance.pk).first()
    facts = {"name": model._meta.verbose_name, "fields": _(", ").join(str(field.verbose_name) for field in fields)}
    if found is None:
        return _("There is such a {name} already: the same {fields}.").format(**facts)
    way = Links(viewer, reached=[found]).to(found)
    record = format_html('<a href="{}">{}</a>', way, found) if way else found
    return format_html(_("There is a {name} already with the same {fields}: {record}."), record=record, **facts)
