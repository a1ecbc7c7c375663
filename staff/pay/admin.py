"""The page on which a second person confirms what others entered of people's pay, and decides on shared numbers."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.actor import Actor
from access.decisions.signing import name_of
from access.models import User
from access.pages.admin_base import viewing
from access.pages.links import Links
from access.pages.records import Cell, leads_on_from
from access.refusals import Refused
from periods.admin_base import BookAdmin
from staff.models import Employee, PayConfirmation, SharedNumber
from staff.pay.actions import agree_to_shared_number, confirm_pay_changes, decide_shared_number
from staff.pay.selectors import all_confirmers, confirmers_of, pay_changes, why_nobody_confirms
from staff.pay.selectors_shared_numbers import shared_numbers
from staff.rights import may_confirm_pay


class PayChangeForm(forms.Form):
    """What a button of the page sends."""

    act = forms.ChoiceField(choices=[(act, act) for act in ("confirm", "decide", "agree")])
    key = forms.CharField(max_length=64, required=False)
    reason = forms.CharField(max_length=500, required=False)
    checked = forms.CharField(max_length=200, required=False)

    def carry_out(self, tokens: list[str], by: Actor) -> str:
        """Do it; returns what happened. Raises Refused."""
        given = self.cleaned_data
        match given["act"]:
            case "decide":
                decide_shared_number(key=given["key"], reason=given["reason"], by=by)
                return _("Decided. It counts once a second person agrees.")
            case "agree":
                agree_to_shared_number(key=given["key"], by=by)
                return _("Agreed to: it blocks no month any more.")
        people = confirm_pay_changes(shown=tokens, checked=given["checked"], by=by)
        text = ngettext("Confirmed for %(count)d person.", "Confirmed for %(count)d people.", people)
        return text % {"count": people}


def pay_changes_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What waits to be confirmed, of one imported file or person if the address names one; and numbers shared."""
    viewer = viewing(request)
    if not may_confirm_pay(viewer):
        raise PermissionDenied
    if request.method == "POST":
        form = PayChangeForm(request.POST)
        if form.is_valid():
            try:
                messages.success(request, form.carry_out(request.POST.getlist("person"), Actor(viewer)))
            except Refused as refusal:
                messages.error(request, refusal.reason)
        return HttpResponseRedirect(request.get_full_path())
    chosen = request.GET.get("person", "")
    people = Employee.objects.filter(pk=int(chosen)) if chosen.isdecimal() and len(chosen) < 10 else None
    found, confirmers = pay_changes(people), all_confirmers()
    shared = [one for one in shared_numbers() if not one.is_agreed]
    links = Links(viewer, [*(change.employee for change in found), *(one for group in shared for one in group.people)])
    context |= {
        "title": _("Pay details to confirm"),
        "is_of_one": people is not None,
        "all_of_them": reverse("admin:staff_employee_pay_changes"),
        "changes": [
            {
                "change": change,
                "href": links.to(change.employee),
                "hands": _(", ").join(map(name_of, change.hands)),
                "is_mine": change.may_be_confirmed_by(viewer),
                "others": why_nobody_confirms(change)
                or _(", ").join(name_of(user) for user in confirmers_of(change, confirmers)),
            }
            for change in found
        ],
        "may_confirm": any(change.may_be_confirmed_by(viewer) for change in found),
        "shared": [
            {
                "shared": one,
                "people": [(person, links.to(person)) for person in one.people],
                "may_decide": one.decision is None and one.may_be_decided_by(viewer),
                "may_agree": one.may_be_agreed_to_by(viewer),
            }
            for one in shared
        ],
    }
    return TemplateResponse(request, "admin/pay_changes.html", context)


@admin.register(PayConfirmation)
class PayConfirmationAdmin(BookAdmin):
    list_display = ["employee", "by", "at", "checked"]
    list_select_related = ["employee", "by"]
    search_fields = ["employee__number", "employee__name"]
    empty_text = gettext_lazy("What one person enters of pay and another confirms is kept here.")


@admin.register(SharedNumber)
class SharedNumberAdmin(BookAdmin):
    list_display = ["kind", "people", "reason", "decided_by", "agreed_by"]
    list_select_related = ["decided_by", "agreed_by"]
    list_filter = ["kind"]
    empty_text = gettext_lazy("No two people have been allowed one account or ID number.")


@leads_on_from(Employee)
def way_to_pay_changes(person: Employee, viewer: User) -> list[Cell]:
    """The way to what of a person's pay waits to be confirmed."""
    if not may_confirm_pay(viewer) or not pay_changes(Employee.objects.filter(pk=person.pk)):
        return []
    return [Cell(_("Pay details to confirm"), f"{reverse('admin:staff_employee_pay_changes')}?person={person.pk}")]
