"""Admin pages of log-ins: their roles, one-time links, locks, and what happened to them."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django_otp.plugins.otp_static.admin import StaticDevice
from django_otp.plugins.otp_totp.admin import TOTPDevice

from access.accounts.actions import AccountRefused, lock_log_in, open_log_in, renew_link, save_log_in, why_no_link
from access.accounts.actions_guesses import guesses_at, release, slowed_address
from access.accounts.actions_second_factor import reset_second_factor
from access.accounts.opening import (
    awaits_second_person,
    may_open,
    no_way_in,
    takes_another_to_open,
    waiting_to_be_opened_by,
    who_opens,
)
from access.accounts.printed_links import PrintedLink, print_slips
from access.accounts.second_person import (
    has_second_factor,
    link_in_hand,
    link_needs_second_person,
    reset_needs_second_person,
    why_not_cared_for,
)
from access.actor import Actor
from access.models import AccountEvent, User
from access.pages.admin_base import ReachAdmin, UnsealedForm, viewing
from access.pages.links import address, listed
from access.pages.records import Cell, Fact, Heading, Record, Row, Table, Tone
from access.rights import GIVES, looks_after

RECENT = 20

# Packages have registered these: secrets are nobody's to list.
admin.site.unregister([Group, TOTPDevice, StaticDevice])


class WaitsToBeOpened(admin.SimpleListFilter):
    """Log-ins by whether they wait for the viewer to open them."""

    title = gettext_lazy("to be opened")
    parameter_name = "opens"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("me", gettext_lazy("by me"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() != "me":
            return queryset
        return queryset.filter(pk__in=[user.pk for user in waiting_to_be_opened_by(viewing(request))])


class UserForm(UnsealedForm):
    """A log-in. Its name is one field, as Chinese names are written; what stood in two is put together."""

    class Meta:
        labels = {"last_name": pgettext_lazy("person", "name")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["last_name"] = f"{self.instance.last_name}{self.instance.first_name}"

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        self.instance.first_name = ""
        return given


@admin.register(User)
class LogInAdmin(ReachAdmin):
    """Log-ins; nobody types another's password here, and nobody looks after their own log-in."""

    form = UserForm
    list_display = ["username", "full_name", "role", "is_active", "last_login"]
    list_filter = ["role", "is_active", WaitsToBeOpened]
    search_fields = ["username", "last_name", "first_name"]
    ordering = ["username"]
    fields = ["username", "last_name", "email", "role"]

    @admin.display(description=pgettext_lazy("person", "name"))
    def full_name(self, user: User) -> str:
        """The family name first, without a space, as Chinese names are written."""
        return f"{user.last_name}{user.first_name}" or "–"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or looks_after(viewing(request), obj))

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer the roles that the viewer may give."""
        if db_field.name == "role":
            kwargs["choices"] = [(role.value, role.label) for role in GIVES.get(viewing(request).role, ())]
            kwargs["choices"].sort(key=lambda choice: User.Role.values.index(choice[0]))
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        care = self.admin_site.admin_view(never_cache(self.care_view))
        return [path("<int:pk>/care/", care, name="access_user_care"), *super().get_urls()]

    def record(self, request: HttpRequest, obj: User) -> Record:
        viewer = viewing(request)
        waits = not obj.is_active and awaits_second_person(obj)
        opens = not obj.is_active and may_open(obj, Actor(viewer)) and not no_way_in(obj)
        words = _("Open the log-in") if waits and opens else _("Link, lock, second factor")
        cares = opens or looks_after(viewer, obj)
        care = [Cell(words, reverse("admin:access_user_care", args=[obj.pk]))] if cares else []
        return Record(
            title=obj.username,
            subtitle=obj.get_role_display(),
            state=Cell(_("active"), tone=Tone.DONE) if obj.is_active else Cell(_("shut"), tone=Tone.PLAIN),
            sentences=[_("Shut until another person opens it."), who_opens(obj)] if waits else [],
            facts=[
                Fact(pgettext("person", "name"), Cell(self.full_name(obj))),
                Fact(_("role"), Cell(obj.get_role_display())),
                Fact(_("may enter the admin"), Cell(_("yes") if obj.is_staff else _("no"))),
                Fact(_("second factor"), Cell(_("yes") if has_second_factor(obj) else _("no"))),
                Fact(_("last log-in"), Cell(f"{obj.last_login:%Y-%m-%d}" if obj.last_login else "–")),
            ],
            tables=[_events_of(obj)],
            links=care,
        )

    def write(self, obj: User, *, is_new: bool, by: Actor) -> None:
        save_log_in(user=obj, by=by)

    def care_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What may be done about a log-in, and after the button what came of it."""
        user, by = self.get_queryset(request).filter(pk=pk).first(), Actor(viewing(request))
        if user is None or not self.has_view_permission(request):
            raise Http404
        may_unlock = not user.is_active and may_open(user, by)
        if not looks_after(viewing(request), user) and not may_unlock:
            raise PermissionDenied
        if request.method == "POST":
            return self._act(request, user, by)
        context = {
            **self.admin_site.each_context(request),
            "title": user.username,
            "way_back": Cell(user.username, address(user)),
            "subject": user,
            "name": self.full_name(user),
            "cares": looks_after(viewing(request), user),
            "may_open": may_unlock,
            "who_opens": "" if may_unlock or not takes_another_to_open(user) else who_opens(user),
            "no_way_in": no_way_in(user) if may_unlock else "",
            "has_second_factor": has_second_factor(user),
            "gets_link": user.is_active or awaits_second_person(user),
            "why_not": why_not_cared_for(user, viewing(request)),
            "why_no_link": why_no_link(user, viewing(request)),
            "link_shuts": link_needs_second_person(user),
            "reset_shuts": reset_needs_second_person(user),
            "link_in_hand": link_in_hand(user),
            "recipient": f"{self.full_name(user)} {user.email}".strip(),
            "guesses": guesses_at(user),
            "slowed_address": slowed_address(user),
        }
        return TemplateResponse(request, "admin/log_in_care.html", context)

    def _act(self, request: HttpRequest, user: User, by: Actor) -> HttpResponse:
        reason = request.POST.get("reason", "").strip()
        try:
            match request.POST.get("act"):
                case "link":
                    recipient = request.POST.get("recipient", "").strip()
                    if not recipient:
                        raise AccountRefused(_("Say to whom the link goes: whoever opens it reads it."))
                    link = renew_link(user=user, by=by, recipient=recipient)
                    user.refresh_from_db()
                    slip = PrintedLink(
                        user.username, self.full_name(user), user.email, link, is_shut=not user.is_active
                    )
                    way_back = Cell(user.username, address(user))
                    return print_slips(request, [slip], self.admin_site.each_context(request), way_back)
                case "release":
                    release(user=user, by=by)
                    messages.success(request, _("Nothing keeps the next try waiting."))
                case "lock":
                    lock_log_in(user=user, reason=reason, by=by)
                    messages.success(request, _("The log-in is locked."))
                case "open":
                    open_log_in(user=user, reason=reason, by=by)
                    messages.success(request, _("The log-in is open."))
                case "reset":
                    reset_second_factor(user=user, reason=reason, by=by)
                    messages.success(request, _("The second factor is reset; it is set up anew at the next log-in."))
                    user.refresh_from_db()
                    if awaits_second_person(user):
                        messages.warning(request, f"{_('Shut until another person opens it.')} {who_opens(user)}")
        except AccountRefused as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(address(user))


def _events_of(user: User) -> Table:
    """What happened to a log-in lately."""
    rows = AccountEvent.objects.filter(user=user).select_related("by")[:RECENT]
    return Table(
        title=_("What happened"),
        headings=[Heading(_("at")), Heading(_("what happened")), Heading(_("done by")), Heading(_("note"))],
        rows=[
            Row([Cell(_moment(row)), Cell(row.get_kind_display()), Cell(str(row.by or "–")), Cell(_note(row) or "–")])
            for row in rows
        ],
        empty=_("Nothing yet."),
        more=Cell(_("All of it"), listed(AccountEvent, user__id__exact=user.pk)),
    )


def _moment(row: AccountEvent) -> str:
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"


def _note(row: AccountEvent) -> str:
    """The note; of a role that was given, what the role is called."""
    return str(User.Role(row.note).label) if row.kind == AccountEvent.Kind.ROLE_GIVEN else row.note


@admin.register(AccountEvent)
class AccountEventAdmin(ReachAdmin):
    """What happened to log-ins, to search."""

    list_display = ["at", "user", "kind", "by", "note_text", "address"]
    list_filter = ["kind"]
    list_select_related = ["user", "by"]
    search_fields = ["user__username", "by__username", "note", "address"]
    date_hierarchy = "at"

    @admin.display(description=gettext_lazy("note"))
    def note_text(self, row: AccountEvent) -> str:
        """The note."""
        return _note(row)

    def record(self, request: HttpRequest, obj: AccountEvent) -> Record:
        return Record(
            title=str(obj.get_kind_display()),
            subtitle=obj.user.username,
            facts=[
                Fact(_("log-in"), Cell(obj.user.username, address(obj.user))),
                Fact(_("at"), Cell(_moment(obj))),
                Fact(_("done by"), Cell(str(obj.by or "–"))),
                Fact(_("note"), Cell(_note(obj) or "–")),
                Fact(_("network address"), Cell(obj.address or "–")),
                Fact(_("device"), Cell(obj.device or "–")),
            ],
        )
