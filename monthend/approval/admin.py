"""The admin's pages of deputies: who acts in whose place, and when."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import ForeignKey, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.decisions.signing import name_of
from access.models import User
from access.pages.admin_base import UnsealedForm, viewing
from access.pages.records import Cell, Record, Tone
from access.roles import Duty, charged
from monthend.approval.actions_deputies import DeputyRefused, name_deputy, require_suitable
from monthend.models import Deputy
from monthend.rights import APPROVERS, DEPUTIES, WEIGHERS, may_name_deputy_of
from periods.admin_base import BookAdmin
from periods.pages import facts_of
from staff.reach import branch_of, with_branch


class DeputyForm(UnsealedForm):
    """Who stands in for whom; without a name for oneself."""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        self.instance.principal = given["principal"] = given.get("principal") or self._replaced()
        if "deputy" in given:
            try:
                require_suitable(Deputy(principal=given["principal"], deputy=given["deputy"]))
            except DeputyRefused as refusal:
                self.add_error(refusal.field, refusal.reason)
        return given

    def _replaced(self) -> User:
        return self.instance.principal if self.instance.pk else self.viewer


@admin.register(Deputy)
class DeputyAdmin(BookAdmin):
    """Who is away names others for days on end; until they are over they can be changed."""

    list_display = ["who", "for_whom", "start", "end", "standing", "reason"]
    list_select_related = ["principal__employee", "deputy__employee"]
    form = DeputyForm
    fixed_fields = ("principal",)
    empty_text = gettext_lazy("A marketing director who is away names here who approves months in their place.")
    empty_for_manager = gettext_lazy(
        "If you are away, name here who gives the weights of your branch's support staff in your place."
    )

    @admin.display(description=gettext_lazy("deputy"), ordering="deputy__username")
    def who(self, obj: Deputy) -> str:
        """Who stands in."""
        return name_of(obj.deputy)

    @admin.display(description=gettext_lazy("in place of"), ordering="principal__username")
    def for_whom(self, obj: Deputy) -> str:
        """In whose place."""
        return name_of(obj.principal)

    @admin.display(description=gettext_lazy("state"), ordering="end")
    def standing(self, obj: Deputy) -> str:
        """Whether it holds today."""
        cell = _standing(obj)
        return format_html('<span class="state state-{}">{}</span>', cell.tone, cell.text)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list; where it is empty, it says what a deputy of the viewer does."""
        found = super().get_changelist_instance(request)
        is_manager = viewing(request).role in WEIGHERS
        found.empty_text = self.empty_for_manager if is_manager else self.empty_text  # type: ignore[attr-defined]
        return found

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a director has somebody else to name a deputy for."""
        own = ["deputy", "start", "end", "reason"]
        return ["principal", *own] if viewing(request).role in APPROVERS else own

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if obj is None or not allowed:
            return allowed
        return may_name_deputy_of(viewing(request), obj.principal) and not _is_over(obj)

    def form_notes(self, request: HttpRequest, obj: Any) -> Sequence[str]:
        """What a deputy does in one's place."""
        notes = [_("On these days a general manager's deputy gives the weights of the branch's support staff, too.")]
        if viewing(request).role in APPROVERS:
            notes.insert(
                0,
                _(
                    "On these days the deputy approves months in your place,"
                    " but none that the deputy or you handed over."
                ),
            )
        return notes

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Offer by name and role who sees the pay anyway; and in whose place, oneself or a branch's general manager."""
        viewer = viewing(request)
        others = User.objects.filter(is_active=True).select_related("employee").order_by("pk")
        if db_field.name == "principal":
            replaced = Q(pk=viewer.pk)
            if viewer.role in APPROVERS:
                replaced |= Q(role__in=WEIGHERS)
            kwargs["initial"] = viewer.pk
            offered = others.filter(replaced)
        else:
            offered = others.filter(role__in=DEPUTIES | charged(Duty.STANDS_IN_AT_BRANCH)).exclude(pk=viewer.pk)
            if viewer.role not in APPROVERS:
                suits = with_branch(offered)
                near = [one.pk for one in suits if one.role in DEPUTIES or branch_of(one) == branch_of(viewer)]
                offered = offered.filter(pk__in=near)
        field = super().formfield_for_foreignkey(db_field, request, queryset=offered, **kwargs)
        field.required = db_field.name == "deputy"
        field.label_from_instance = lambda user: f"{name_of(user)} · {user.get_role_display()}"
        return field

    def record(self, request: HttpRequest, obj: Deputy) -> Record:
        words = {
            "deputy": name_of(obj.deputy),
            "principal": name_of(obj.principal),
            "start": obj.start,
            "end": obj.end,
        }
        return Record(
            title=name_of(obj.deputy),
            subtitle=str(self.opts.verbose_name),
            state=_standing(obj),
            sentences=[_sentence(obj) % words],
            facts=facts_of(obj, viewing(request), ["reason"]),
        )

    def write(self, obj: Deputy, *, is_new: bool, by: Actor) -> None:
        name_deputy(obj, by=by)


def _sentence(deputy: Deputy) -> str:
    if deputy.principal.role in WEIGHERS:
        return _("%(deputy)s gives weights in place of %(principal)s from %(start)s to %(end)s.")
    return _("%(deputy)s approves in place of %(principal)s from %(start)s to %(end)s.")


def _is_over(deputy: Deputy) -> bool:
    return deputy.end < timezone.localdate()


def _standing(deputy: Deputy) -> Cell:
    if _is_over(deputy):
        return Cell(_("over"), tone=Tone.PLAIN)
    if deputy.start > timezone.localdate():
        return Cell(_("to come"), tone=Tone.PLAIN)
    return Cell(_("today"), tone=Tone.DONE)
