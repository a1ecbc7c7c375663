"""A person's page for what is masked elsewhere: each number shown once, on a button, and that is kept."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from access.accounts.actions import disclose
from access.accounts.devices import address_of, device_of
from access.history.masking import MASK, masked
from access.models import Disclosure, User
from access.pages.admin_base import UnsealedForm, viewing
from access.pages.links import address, listed
from access.pages.records import Cell, leads_on_from
from access.rights import Right, may
from staff.models import Employee
from staff.numbers.privacy import MASKED, may_unmask


class MaskedForm(UnsealedForm):
    """A person's details; masked numbers stay as they are unless they are typed anew."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in MASKED:
            if name in self.fields:
                self.initial[name] = masked(getattr(self.instance, name))
                self.fields[name].help_text = _("Stays unless you type a new number over it.")

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or {}
        for name in MASKED:
            if name in values and name not in self.changed_data:
                values[name] = getattr(self.instance, name)
            elif MASK[0] in values.get(name, ""):
                self.add_error(name, ValidationError(_("Type the whole number.")))
        return values


def disclosure_view(request: HttpRequest, person: Employee | None, context: dict[str, Any]) -> HttpResponse:
    """The masked numbers of a person within reach; the one whose button was pressed in full."""
    viewer = viewing(request)
    if person is None:
        raise Http404
    if not may_unmask(viewer):
        raise PermissionDenied
    asked = request.POST.get("field", "") if request.method == "POST" else ""
    whole = ""
    if asked in MASKED and getattr(person, asked):
        whole = disclose(person, asked, by=viewer, address=address_of(request), device=device_of(request))
    context |= {
        "title": str(person),
        "numbers": [_number(person, name, whole if name == asked else "") for name in MASKED],
        "back": address(person),
        "looks": _looks(person, viewer),
    }
    return TemplateResponse(request, "admin/disclosure.html", context)


def _looks(person: Employee, viewer: User) -> str:
    """The list of who had the person's numbers shown; empty for who may not see it."""
    may_see = may(viewer, Right.VIEW, Disclosure)
    return listed(Disclosure, model=person._meta.label_lower, row_id=person.pk) if may_see else ""


def _number(person: Employee, name: str, whole: str) -> dict[str, object]:
    label = Employee._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return {"name": name, "label": label, "masked": masked(getattr(person, name)), "whole": whole}


@leads_on_from(Employee)
def ways_to_numbers(person: Employee, viewer: User) -> list[Cell]:
    """The way to a person's masked numbers, for who may have them shown."""
    if not may_unmask(viewer) or not any(getattr(person, name) for name in MASKED):
        return []
    return [Cell(_("Show ID and account numbers"), reverse("admin:staff_employee_numbers", args=[person.pk]))]
