"""Admin pages of clients, their history, contracts and receipts."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from access.actor import Actor
from access.pages.admin_base import ReachFilter, UnsealedForm, viewing
from access.pages.records import Record
from clients.actions import change_client
from clients.codes import Orphan
from clients.explain import explain_protection
from clients.models import Client, ClientStatus, Contract, Receipt
from clients.orphans.models import ORPHAN_KINDS
from clients.pages import client_record, flags_of
from clients.pages_receipts import contract_record, receipt_record
from clients.protection.admin import ProtectedClients, ProtectionEnds, RegistersClients
from clients.selectors import conflicts, with_value
from periods.admin_base import BookAdmin, MonthFilter
from staff.numbers.forms import require_phone


class OrphanNow(admin.SimpleListFilter):
    """Clients by whether they are orphans now, and of which kind (1-5)."""

    title = _("orphan client")
    parameter_name = "orphan"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        kinds = [(str(kind.value), f"{kind.value}. {word}") for kind, word in ORPHAN_KINDS.items()]
        return [("yes", _("any kind")), ("no", _("none, it has an owner")), *kinds]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.filter(orphan_now__isnull=False)
            case "no":
                return queryset.filter(orphan_now=None)
            case str(kind) if kind.isdecimal():
                return queryset.filter(orphan_now=int(kind))
        return queryset


class ClientForm(UnsealedForm):
    """What a client is called and how it is reached; a telephone that stood there before isn't asked again."""

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        return require_phone(phone) if "phone" in self.changed_data else phone


@admin.register(Client)
class ClientAdmin(RegistersClients, BookAdmin):
    form = ClientForm
    list_display = ["name", "number", "flags", "owner_now", "orphan_kind_now", "registered_on"]
    list_filter = [OrphanNow, ProtectionEnds, "is_strategic"]
    search_fields = ["number", "name"]
    search_help_text = _("Client number or name")
    fields = ["number", "name", "phone", "is_strategic"]
    readonly_fields = ["number"]

    def get_queryset(self, request: HttpRequest) -> Any:
        last = ClientStatus.objects.filter(client=OuterRef("pk")).order_by("-sequence")
        rows = with_value(super().get_queryset(request), "pk")
        return rows.annotate(
            owner_name=Subquery(last.values("owner__name")[:1]),
            developer_name=F("orphan__developer__name"),
            orphan_now=F("orphan__kind"),
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ProtectedClients

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = list(super().get_list_display(request))
        return [*columns, "protected_until"] if request.GET.get(ProtectionEnds.parameter_name) == "soon" else columns

    @admin.display(description=_("protection"))
    def protected_until(self, client: Any) -> str:
        """The last day of its protection, and what ends it."""
        return explain_protection(client.keeping, timezone.localdate()) or "–"

    @admin.display(description=_("mark"))
    def flags(self, client: Any) -> str:
        """What sets the client apart."""
        return flags_of(client, is_major=client.is_major) or "–"

    @admin.display(description=_("owner or developer"))
    def owner_now(self, client: Any) -> str:
        """Who looks after the client now."""
        if client.orphan_now and client.developer_name:
            return _("%(developer)s (develops it)") % {"developer": client.developer_name}
        return client.owner_name or "–"

    @admin.display(description=_("kind of orphan"), ordering="orphan_now")
    def orphan_kind_now(self, client: Any) -> str:
        """Why it is an orphan now."""
        return str(ORPHAN_KINDS[Orphan(client.orphan_now)]) if client.orphan_now else "–"

    def record(self, request: HttpRequest, obj: Client) -> Record:
        return client_record(obj, viewing(request))

    def write(self, obj: Client, *, is_new: bool, by: Actor) -> None:
        change_client(client=obj, by=by)


@admin.register(ClientStatus)
class ClientStatusAdmin(BookAdmin):
    list_display = ["client", "since", "cause", "caused_by", "owner", "developer", "orphan_kind"]
    list_filter = ["cause", "orphan_kind"]
    list_select_related = ["client", "caused_by", "owner", "developer"]
    search_fields = ["client__number", "client__name"]
    date_hierarchy = "since"
    ordering = ["-since", "client_id", "-sequence"]


class Conflict(admin.SimpleListFilter):
    """Contracts closed by another than the client's developer (1-6)."""

    title = _("conflict")
    parameter_name = "conflict"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("closed by another than the developer"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=conflicts().order_by().values("contract")) if self.value() == "yes" else queryset


@admin.register(Contract)
class ContractAdmin(BookAdmin):
    list_display = ["number", "client", "signed_on", "closer", "branch", "orphan_kind", "amount"]
    list_filter = [("branch", ReachFilter), "orphan_kind", Conflict]
    list_select_related = ["client", "closer", "branch"]
    search_fields = ["number", "client__number", "client__name", "closer__number", "closer__name"]
    date_hierarchy = "signed_on"

    def record(self, request: HttpRequest, obj: Contract) -> Record:
        return contract_record(obj, viewing(request))


class Refunds(admin.SimpleListFilter):
    """Receipts by whether they are refunds."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("receipt", _("receipt")), ("refund", _("refund"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Receipt]) -> QuerySet[Receipt]:
        match self.value():
            case "receipt":
                return queryset.filter(reverses=None)
            case "refund":
                return queryset.filter(reverses__isnull=False)
        return queryset


@admin.register(Receipt)
class ReceiptAdmin(BookAdmin):
    list_display = ["number", "contract", "client", "received_on", "posted_in", "reverses", "amount"]
    list_filter = [("posted_in", MonthFilter), ("contract__branch", ReachFilter), Refunds]
    list_select_related = ["contract__client", "contract__closer", "contract__branch", "reverses"]
    search_fields = ["number", "contract__number", "contract__client__name"]

    @admin.display(description=_("client"), ordering="contract__client__name")
    def client(self, receipt: Receipt) -> str:
        """Who paid."""
        return receipt.contract.client.name

    def record(self, request: HttpRequest, obj: Receipt) -> Record:
        return receipt_record(obj, viewing(request))
