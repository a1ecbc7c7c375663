"""The admin's pages of deputies: who approves in whose place, and when."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.admin_base import viewing
from access.models import User
from access.record import Cell, Record, Tone
from monthend.actions_approval import name_deputy
from monthend.models import Deputy
from monthend.people import called
from monthend.rights import DEPUTIES
from periods.admin_base import BookAdmin
from periods.records import facts_of


class DeputyAdmin(BookAdmin):
    """Who approves names others for days on end; the own ones can be changed until they are over."""

    list_display = ["who", "for_whom", "start", "end", "standing", "reason"]
    list_select_related = ["principal__employee", "deputy__employee"]
    fieldsets = [
        (
            None,
            {
                "fields": ["deputy", "start", "end", "reason"],
                "description": gettext_lazy(
                    "On these days the deputy approves months in your place,"
                    " but none that the deputy or you handed over."
                ),
            },
        )
    ]
    empty_text = gettext_lazy("A marketing director who is away names here who approves months in their place.")

    @admin.display(description=gettext_lazy("deputy"), ordering="deputy__username")
    def who(self, obj: Deputy) -> str:
        """Who stands in."""
        return called(obj.deputy)

    @admin.display(description=gettext_lazy("in place of"), ordering="principal__username")
    def for_whom(self, obj: Deputy) -> str:
        """In whose place."""
        return called(obj.principal)

    @admin.display(description=gettext_lazy("state"), ordering="end")
    def standing(self, obj: Deputy) -> str:
        """Whether it holds today."""
        cell = _standing(obj)
        return format_html('<span class="state state-{}">{}</span>', cell.tone, cell.text)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or (obj.principal_id == viewing(request).pk and not _is_over(obj)))

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Offer who may see the whole company's pay, by name and role; the viewer is nobody's choice."""
        others = User.objects.filter(role__in=DEPUTIES, is_active=True).exclude(pk=viewing(request).pk)
        field = super().formfield_for_foreignkey(db_field, request, queryset=others.select_related("employee"))
        field.label_from_instance = lambda user: f"{called(user)} · {user.get_role_display()}"
        return field

    def record(self, request: HttpRequest, obj: Deputy) -> Record:
        words = {
            "deputy": called(obj.deputy),
            "principal": called(obj.principal),
            "start": obj.start,
            "end": obj.end,
        }
        return Record(
            title=called(obj.deputy),
            subtitle=str(self.opts.verbose_name),
            state=_standing(obj),
            sentences=[_("%(deputy)s approves in place of %(principal)s from %(start)s to %(end)s.") % words],
            facts=facts_of(obj, viewing(request), ["reason"]),
        )

    def write(self, obj: Deputy, *, is_new: bool, by: Actor) -> None:
        name_deputy(obj, by=by)


def _is_over(deputy: Deputy) -> bool:
    return deputy.end < timezone.localdate()


def _standing(deputy: Deputy) -> Cell:
    if _is_over(deputy):
        return Cell(_("over"), tone=Tone.PLAIN)
    if deputy.start > timezone.localdate():
        return Cell(_("to come"), tone=Tone.PLAIN)
    return Cell(_("today"), tone=Tone.DONE)
