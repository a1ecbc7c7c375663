"""Admin pages of log-ins."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from access.actions import save_log_in
from access.actor import Actor
from access.admin_base import ReachAdmin
from access.models import User
from access.record import Cell, Fact, Record, Tone

admin.site.unregister(Group)


@admin.register(User)
class LogInAdmin(ReachAdmin, UserAdmin):  # type: ignore[type-arg]
    """Log-ins and their roles; whoever looks after them changes their own role, and locks themselves out, never."""

    form: Any = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "full_name", "role", "is_active", "is_staff", "last_login"]
    list_filter = ["role", "is_active", "is_staff"]
    search_fields = ["username", "last_name", "first_name"]
    ordering = ["username"]
    filter_horizontal = ()
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (gettext_lazy("Person"), {"fields": ["last_name", "first_name", "email"]}),
        (gettext_lazy("Role"), {"fields": ["role", "is_active", "is_staff"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "role", "is_staff", "password1", "password2"]})]

    @admin.display(description=pgettext_lazy("person", "name"))
    def full_name(self, user: User) -> str:
        """The family name first, without a space, as Chinese names are written."""
        return f"{user.last_name}{user.first_name}" or "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("role", "is_active", "is_staff") if obj == request.user else ()

    def record(self, request: HttpRequest, obj: User) -> Record:
        return Record(
            title=obj.username,
            subtitle=obj.get_role_display(),
            state=Cell(_("active"), tone=Tone.DONE) if obj.is_active else Cell(_("shut"), tone=Tone.PLAIN),
            facts=[
                Fact(pgettext("person", "name"), Cell(self.full_name(obj))),
                Fact(_("role"), Cell(obj.get_role_display())),
                Fact(_("may enter the admin"), Cell(_("yes") if obj.is_staff else _("no"))),
                Fact(_("last log-in"), Cell(f"{obj.last_login:%Y-%m-%d}" if obj.last_login else "–")),
            ],
        )

    def write(self, obj: User, *, is_new: bool, by: Actor) -> None:
        save_log_in(user=obj, by=by)
