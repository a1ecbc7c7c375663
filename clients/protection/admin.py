"""Admin pages of client protection: registration that looks for duplicates, follow-ups, terms, the open pool."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.actor import Actor
from access.pages.admin_base import viewing
from access.pages.links import Links, address
from access.pages.lists import ReachList
from access.reach import within_reach
from access.rights import Right, may
from clients.explain import explain_protection
from clients.models import Client, FollowUp, Lapse, PoolClaim, ProtectionTerms
from clients.protection.actions import (
    LooksAlike,
    ProtectionRefused,
    claim_clients,
    record_follow_up,
    register_client,
    remove_terms,
    save_terms,
)
from clients.protection.duplicates import Duplicate, duplicates_digest, duplicates_of, may_register_beside
from clients.protection.forms import ClaimForm, FollowUpForm, RegistrationForm, TermsForm
from clients.protection.rules import DAY
from clients.protection.selectors import keeping_of, keepings_of, lapsing_soon, open_pool, rules_on
from periods.admin_base import BookAdmin
from rulebook.wording import sentences_text
from staff.models import Branch

PAGE = 50
AGES = (7, 30, 90)


class RegistersClients(BookAdmin):
    """The page that registers a client: who may be the same is shown before it is done."""

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; below it, if there are, the clients that may be the same; then the client's page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RegistrationForm(request.POST or None, viewer=viewing(request))
        is_asked = request.method == "POST" and form.is_valid()
        client, found = self._register(request, form) if is_asked else (None, ())
        if client is not None:
            until = explain_protection(keeping_of(client), timezone.localdate())
            told = _("%(client)s is registered.") % {"client": client}
            messages.success(request, sentences_text(filter(None, [told, until])))
            return HttpResponseRedirect(address(client))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Register a client"),
            "form": form,
            "found": found,
            "shown": duplicates_digest(found),
            "may_confirm": may_register_beside(found, viewing(request)),
        }
        return TemplateResponse(request, "admin/client_form.html", context)

    def _register(self, request: HttpRequest, form: RegistrationForm) -> tuple[Client | None, Sequence[Duplicate]]:
        """The client; if there is none, those that may be the same, and the form tells what is refused."""
        viewer, today, given = viewing(request), timezone.localdate(), form.cleaned_data
        try:
            client = register_client(
                name=given["name"],
                phone=given["phone"],
                owner=given["owner"],
                referred_by=given["referrer"],
                shown=given["shown"],
                today=today,
                by=Actor(viewer),
            )
        except LooksAlike as alike:
            return None, alike.clients
        except ProtectionRefused as refusal:
            form.add_error(None, str(refusal))
            return None, duplicates_of(given["name"], given["phone"], viewer=viewer, today=today)
        return client, ()


class ProtectionEnds(admin.SimpleListFilter):
    """Clients whose protection ends within a week."""

    title = gettext_lazy("protection")
    parameter_name = "protection"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("soon", _("ends within 7 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Client]) -> QuerySet[Client]:
        if self.value() != "soon":
            return queryset
        return queryset.filter(pk__in=[one.client for one in lapsing_soon(viewing(request), timezone.localdate())])


class ProtectedClients(ReachList):
    """A page of clients; where those are listed whose protection ends, with how each is kept."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if request.GET.get(ProtectionEnds.parameter_name) != "soon":
            return
        self.result_list = list(self.result_list)
        kept = keepings_of([client.pk for client in self.result_list])
        for client in self.result_list:
            client.keeping = kept.get(client.pk)


@admin.register(ProtectionTerms)
class ProtectionTermsAdmin(BookAdmin):
    form = TermsForm
    list_display = ["start", "follow_up_days", "protection_days", "limit", "cool_down_days", "set_by"]
    list_select_related = ["set_by"]
    empty_text = gettext_lazy(
        "Without terms no client goes to the open pool. Add the first ones with the day they begin."
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The terms in force, to change what shall be otherwise."""
        now = rules_on(timezone.localdate())
        names = ("follow_up_days", "protection_days", "limit", "cool_down_days")
        kept = {name: getattr(now, name) for name in names} if now else {}
        return {**kept, **super().get_changeform_initial_data(request)}

    def form_notes(self, request: HttpRequest, obj: ProtectionTerms | None) -> list[str]:
        """What terms do, and those in force."""
        told = _(
            "From the day they begin, clients without a contract go to the open pool by these days, whenever they were"
            " registered; contracts and pay don't change."
        )
        now = rules_on(timezone.localdate())
        if now is None:
            return [told, _("No terms are in force: no client goes to the open pool.")]
        facts = {
            "start": now.start,
            "follow_up": now.follow_up_days,
            "protection": now.protection_days,
            "limit": now.limit,
            "cool_down": now.cool_down_days,
        }
        words = _(
            "In force since %(start)s: %(follow_up)d days without a follow-up, %(protection)d days of protection,"
            " %(limit)d clients a person, %(cool_down)d days until the last owner may claim again."
        )
        return [told, words % facts]

    def write(self, obj: ProtectionTerms, *, is_new: bool, by: Actor) -> None:
        save_terms(obj, by=by)

    def remove(self, obj: ProtectionTerms, *, by: Actor) -> None:
        remove_terms(obj, by=by)


@admin.register(FollowUp)
class FollowUpAdmin(BookAdmin):
    form = FollowUpForm
    list_display = ["client", "date", "kind", "note", "person", "recorded_by"]
    list_filter = ["kind"]
    list_select_related = ["client", "person", "recorded_by"]
    search_fields = ["client__number", "client__name", "person__number", "person__name", "note"]
    autocomplete_fields = ["client"]
    date_hierarchy = "date"
    empty_text = gettext_lazy("What was done for a client stands here; it keeps the client protected.")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"date": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def write(self, obj: FollowUp, *, is_new: bool, by: Actor) -> None:
        record_follow_up(obj, today=timezone.localdate(), by=by)


@admin.register(PoolClaim)
class PoolClaimAdmin(BookAdmin):
    list_display = ["client", "date", "owner", "claimed_by"]
    list_select_related = ["client", "owner", "claimed_by"]
    search_fields = ["client__number", "client__name", "owner__number", "owner__name"]
    date_hierarchy = "date"
    empty_text = gettext_lazy("What was claimed from the open pool stands here.")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Claims are made in the open pool."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:clients_lapse_open_pool"))


@admin.register(Lapse)
class LapseAdmin(BookAdmin):
    list_display = ["client", "date", "owner"]
    list_select_related = ["client", "owner"]
    search_fields = ["client__number", "client__name", "owner__number", "owner__name"]
    date_hierarchy = "date"
    empty_text = gettext_lazy("A client whose protection ran out stands here.")

    def get_urls(self) -> list[URLPattern]:
        pool = path("open-pool/", self.admin_site.admin_view(self.open_pool_view), name="clients_lapse_open_pool")
        return [pool, *super().get_urls()]

    def open_pool_view(self, request: HttpRequest) -> HttpResponse:
        """The open pool with its filters; whoever may claims from it for a sales person."""
        viewer = viewing(request)
        if not may(viewer, Right.VIEW, self.model):
            raise PermissionDenied
        if request.method == "POST":
            self._claim(request)
            return HttpResponseRedirect(request.get_full_path())
        today = timezone.localdate()
        pool, chosen = _filtered(request, open_pool())
        page: Any = Paginator(pool, PAGE).get_page(request.GET.get("page"))
        links = Links(viewer, page.object_list)
        may_claim = may(viewer, Right.ADD, PoolClaim)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Open pool"),
            "content_title": _("Open pool"),
            "page": page,
            "rows": [(client, links.to(client), (today - client.since).days) for client in page.object_list],
            "branches": within_reach(viewer, Branch.objects.order_by("code")),
            "ages": [(str(days), _("%(days)d days and more") % {"days": days}) for days in AGES],
            "chosen": chosen,
            "form": ClaimForm(viewer=viewer) if may_claim else None,
            "may_claim": may_claim,
            "rules": rules_on(today),
        }
        return TemplateResponse(request, "admin/open_pool.html", context)

    def _claim(self, request: HttpRequest) -> None:
        viewer = viewing(request)
        if not may(viewer, Right.ADD, PoolClaim):
            raise PermissionDenied
        form = ClaimForm(request.POST, viewer=viewer)
        keys = [int(key) for key in request.POST.getlist("client") if key.isdecimal()]
        if not keys or not request.POST.get("owner"):
            messages.error(request, _("Choose clients, and for whom."))
            return
        if not form.is_valid():
            messages.error(request, " ".join(map(str, form.errors["owner"])))
            return
        owner = form.cleaned_data["owner"]
        try:
            count = claim_clients(keys, owner, today=timezone.localdate(), by=Actor(viewer))
        except ProtectionRefused as refusal:
            messages.error(request, str(refusal))
        else:
            told = ngettext("%(count)d client is %(person)s's now.", "%(count)d clients are %(person)s's now.", count)
            messages.success(request, told % {"count": count, "person": owner.name})


def _filtered(request: HttpRequest, pool: QuerySet[Any]) -> tuple[QuerySet[Any], dict[str, str]]:
    """The pool by what the address asks for, and what of it was understood."""
    chosen = {name: request.GET.get(name, "") for name in ("branch", "age", "strategic", "q")}
    if chosen["branch"].isdecimal():
        pool = pool.filter(last_branch=int(chosen["branch"]))
    if chosen["age"] in {str(days) for days in AGES}:
        pool = pool.filter(since__lte=timezone.localdate() - int(chosen["age"]) * DAY)
    if chosen["strategic"]:
        pool = pool.filter(is_strategic=True)
    if chosen["q"]:
        pool = pool.filter(name__icontains=chosen["q"].replace("\x00", ""))
    return pool, chosen
