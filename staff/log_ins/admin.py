"""The page on which HR makes people's log-ins, one or many, and prints the slips with their one-time links."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.accounts.actions import AccountRefused
from access.accounts.printed_links import PrintedLink, print_slips
from access.actor import Actor
from access.models import User
from access.pages.admin_base import viewing
from access.pages.records import Cell, leads_on_from
from access.reach import within_reach
from access.rights import GIVES, has
from access.roles import LEAST, Duty
from staff.log_ins.actions import make_log_ins, sellers_without_log_in, why_no_further, without_log_in
from staff.models import Employee
from staff.selectors import posts_of


class LogInsForm(forms.Form):
    """Who gets a log-in, and for what."""

    people = forms.ModelMultipleChoiceField(
        Employee.objects.none(), label=gettext_lazy("employees"), widget=forms.CheckboxSelectMultiple
    )
    role = forms.ChoiceField(label=gettext_lazy("role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, viewer: User, person: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        if person.isdecimal():
            people = within_reach(viewer, without_log_in(today).filter(pk=int(person)))
        else:
            people = within_reach(viewer, sellers_without_log_in(today))
        roles = GIVES[viewer.role]
        self.fields["people"].queryset = people  # type: ignore[attr-defined]
        self.fields["role"].choices = [pair for pair in User.Role.choices if pair[0] in roles]  # type: ignore[attr-defined]
        self.initial = {"people": people, "role": LEAST.value}
        self.nobody = ""
        if not people.exists():
            self.nobody = _why_nobody(viewer, person)


def _why_nobody(viewer: User, person: str) -> str:
    """Why there is nobody to make a log-in for, or not for the person whom the address names."""
    named = Employee.objects.filter(pk=int(person), user=None) if person.isdecimal() else Employee.objects.none()
    employee = within_reach(viewer, named).first()
    if employee is None:
        return _("Everybody here has a log-in.")
    return why_no_further(employee, None, Actor(viewer)) or _("Only who is in a post gets a log-in.")


def log_ins_view(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The sales people without a log-in, or one person whom the address names; once made, the slips."""
    viewer = viewing(request)
    if not has(viewer, Duty.MAKES_PEOPLES_LOG_INS):
        raise PermissionDenied
    way_back = Cell(str(Employee._meta.verbose_name_plural), reverse("admin:staff_employee_changelist"))
    form = LogInsForm(request.POST or None, viewer=viewer, person=request.GET.get("person", ""))
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            made = make_log_ins(employees=list(chosen["people"]), role=chosen["role"], by=Actor(viewer))
        except AccountRefused as refusal:
            messages.error(request, str(refusal))
        else:
            slips = [PrintedLink(one.number, one.name, one.email, link) for one, link in made]
            return print_slips(request, slips, context, way_back)
    shown = {**context, "title": _("Make log-ins"), "way_back": way_back, "form": form}
    return TemplateResponse(request, "admin/log_ins.html", shown)


@leads_on_from(Employee)
def log_in_of(employee: Employee, viewer: User) -> list[Cell]:
    """The way to a person's log-in, or to making one."""
    if viewer.role not in GIVES:
        return []
    if employee.user_id is None:
        earlier = getattr(employee, "earlier_log_in", None)  # read with the person by the admin's page
        if earlier is not None:
            return [Cell(_("The earlier log-in"), reverse("admin:access_user_change", args=[earlier]))]
        url = f"{reverse('admin:staff_employee_log_ins')}?person={employee.pk}"
        today = timezone.localdate()
        is_in_post = any(post.start <= today and (post.end is None or post.end > today) for post in posts_of(employee))
        return [Cell(_("Make a log-in"), url)] if has(viewer, Duty.MAKES_PEOPLES_LOG_INS) and is_in_post else []
    return [Cell(_("The log-in"), reverse("admin:access_user_change", args=[employee.user_id]))]
