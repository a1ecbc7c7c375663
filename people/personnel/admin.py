"""Admin pages of personnel changes: chosen, looked at, made once; taken back while nothing hangs on them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.models import User
from access.pages.admin_base import viewing
from access.pages.form_pages import TakesBack, look_or_confirm
from access.pages.links import Links, address
from access.pages.records import Cell, Row, Table, leads_on_from
from access.rights import Right, may
from clients.codes import Orphan
from clients.orphans.models import ORPHAN_KINDS
from compensation.models import BasePayLine
from people.personnel.actions import effect_of, make_move, take_back_move
from people.personnel.effects import LostClient, PersonnelEffect
from people.personnel.forms import FORMS
from people.personnel.selectors import Kind
from periods.admin_base import BookAdmin
from rulebook.cells import amount, day, headings, number, numeric, text
from rulebook.wording import month_text
from staff.careers.selectors_own import why_not_entered
from staff.models import Employee, PersonnelEvent, Review
from staff.selectors import posts_of

BUTTONS = {
    Kind.HIRED: gettext_lazy("Take on"),
    Kind.CHANGE_OF_POST: gettext_lazy("Change the post"),
    Kind.TRANSFER: gettext_lazy("Move"),
    Kind.DEPARTURE: gettext_lazy("Confirm the departure"),
}


@admin.register(PersonnelEvent)
class PersonnelEventAdmin(TakesBack, BookAdmin):
    list_display = ["date", "employee", "kind", "new_department", "new_rank", "new_base_salary"]
    list_filter = ["kind"]
    list_select_related = ["employee", "new_department"]
    search_fields = ["employee__number", "employee__name"]
    date_hierarchy = "date"
    rank_fields = ["new_rank"]
    empty_text = gettext_lazy("Who joins, moves or leaves is entered here, or comes with the company's workbook.")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A hire stays: with it the person would go."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.kind != Kind.HIRED)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; below it, once asked, what the change would do; and once confirmed, the person's page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form_class = FORMS.get(request.GET.get("kind", ""), FORMS[Kind.HIRED.value])
        form = form_class(request.POST or None, viewer=viewing(request), initial=request.GET.dict())
        by, today = Actor(viewing(request)), timezone.localdate()
        effect, made = look_or_confirm(
            request,
            form,
            look=lambda: effect_of(form.wanted, today=today, by=by),
            confirm=lambda: make_move(form.wanted, shown=form.cleaned_data["shown"], today=today, by=by),
        )
        if made is not None:
            person = made.event.employee
            messages.success(request, _("Entered. It is on the time line of %(name)s.") % {"name": person.name})
            if made.next_steps:
                messages.info(request, _("Next: %(steps)s.") % {"steps": _("; ").join(made.next_steps)})
            return HttpResponseRedirect(address(person))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Personnel change"),
            "form": form,
            "kind": form.kind.value,
            "kinds": [(kind, Kind(kind).label) for kind in FORMS],
            "effect": effect,
            "tables": effect_tables(effect, viewing(request)) if effect else [],
            "button": BUTTONS[form.kind],
        }
        return TemplateResponse(request, "admin/move_form.html", context)

    def why_not_removed(self, obj: PersonnelEvent, by: Actor) -> str:
        return why_not_entered(by, obj.employee_id)

    def remove(self, obj: PersonnelEvent, *, by: Actor) -> None:
        take_back_move(obj, by=by)


def effect_tables(effect: PersonnelEffect, viewer: User) -> list[Table]:
    """The clients that the change leaves without their person, and the month's base pay by stretch."""
    tables = []
    if effect.clients:
        tables.append(_client_table(effect, viewer))
    if effect.pay:
        tables.append(_pay_table(effect))
    return tables


def _client_table(effect: PersonnelEffect, viewer: User) -> Table:
    links = Links(viewer, [lost.client for lost in effect.clients])
    rows = [
        Row(
            [
                text(lost.client, links.to(lost.client)),
                text(_becomes(lost)),
                amount(lost.open),
            ]
        )
        for lost in effect.clients
    ]
    heads = headings(_("client"), _("becomes"), numeric(_("still to be paid")))
    return Table(_("Clients · %(count)d") % {"count": len(rows)}, heads, rows)


def _becomes(lost: LostClient) -> str:
    if not lost.becomes_orphan:
        return _("orphan, loses its developer")
    return str(ORPHAN_KINDS[Orphan(lost.orphan_kind)]) if lost.orphan_kind else ""


def _pay_table(effect: PersonnelEffect) -> Table:
    title = _("Base pay of %(month)s") % {"month": month_text(effect.month)}
    rows: Sequence[Row] = [
        Row(
            [
                Cell(str(BasePayLine.Kind(line.kind).label)),
                day(line.start),
                day(line.end),
                amount(line.salary),
                number(line.days),
                number(line.days_in_month),
                amount(line.amount),
            ]
        )
        for line in effect.pay
    ]
    heads = headings(
        _("kind"), _("from"), _("to"), numeric(_("monthly salary")), numeric(_("days paid")),
        numeric(_("days of the month")), numeric(_("amount")),
    )  # fmt: skip
    return Table(title, heads, rows)


@leads_on_from(Review)
def departure_decided(review: Review, viewer: User) -> list[Cell]:
    """Once the end of a contract is decided and signed, the way to enter the departure."""
    ended = review.state == Review.State.DONE and review.decision == Review.Decision.DISMISS
    if not ended or review.ends_on is None or not may(viewer, Right.ADD, PersonnelEvent):
        return []
    if why_not_entered(Actor(viewer), review.employee_id):
        return []
    given = {
        "kind": Kind.DEPARTURE.value,
        "person": review.employee.number,
        "date": (review.ends_on + dt.timedelta(days=1)).isoformat(),
    }
    return [Cell(_("Enter the departure"), f"{reverse('admin:staff_personnelevent_add')}?{urlencode(given)}")]


@leads_on_from(Employee)
def changes_of(employee: Employee, viewer: User) -> list[Cell]:
    """What HR can enter about a person's post, but not the own; whoever left, or whose departure is entered, can only
    come back."""
    if not may(viewer, Right.ADD, PersonnelEvent) or why_not_entered(Actor(viewer), employee.pk):
        return []
    stays = any(post.end is None for post in posts_of(employee))
    kinds = (Kind.CHANGE_OF_POST, Kind.TRANSFER, Kind.DEPARTURE) if stays else (Kind.CHANGE_OF_POST,)
    form = reverse("admin:staff_personnelevent_add")
    return [
        Cell(str(kind.label), f"{form}?{urlencode({'kind': kind.value, 'person': employee.number})}") for kind in kinds
    ]
