"""Admin pages of the orphan pool: who waits, who is developed, and the settings."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from access.actor import Actor
from access.pages.admin_base import ReachFilter, viewing
from access.pages.links import address
from access.pages.records import Record
from access.reach import within_reach
from access.rights import Right, may
from clients.actions import save_pool_rule
from clients.models import Assignment, OrphanClient, PoolRule
from clients.pages import client_record, flags_of
from clients.selectors import major_client_sales, pool_counts, pool_rule, with_value
from periods.admin_base import BookAdmin
from rulebook.wording import amount_text
from staff.models import Branch

AGES = {"30": (0, 30), "90": (31, 90), "180": (91, 180), "181": (181, None)}
"""Bands of days since a client became an orphan, both ends included."""


class ChoiceFilter(admin.SimpleListFilter):
    """A filter of a few choices, each a condition; what is no choice filters nothing."""

    def conditions(self) -> dict[str, tuple[Any, Q]]:
        """What each choice is called, and its condition."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(key, words) for key, (words, _condition) in self.conditions().items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        _words, condition = self.conditions().get(self.value() or "", ("", Q()))
        return queryset.filter(condition)


class StageFilter(ChoiceFilter):
    """Whether somebody develops the orphan."""

    title = gettext_lazy("stage")
    parameter_name = "stage"

    def conditions(self) -> dict[str, tuple[Any, Q]]:
        return {
            "waiting": (_("to be assigned"), Q(developer=None)),
            "developed": (_("being developed"), Q(developer__isnull=False)),
        }


class Age(ChoiceFilter):
    """How long the client has been an orphan."""

    title = gettext_lazy("age")
    parameter_name = "age"

    def conditions(self) -> dict[str, tuple[Any, Q]]:
        today = timezone.localdate()
        bands = {}
        for key, (least, most) in AGES.items():
            condition = Q(since__lte=today - dt.timedelta(days=least)) if least else Q()
            if most is None:
                words = _("over %(days)s days") % {"days": least - 1}
            else:
                words = _("%(least)s to %(most)s days") % {"least": least, "most": most}
                condition &= Q(since__gte=today - dt.timedelta(days=most))
            bands[key] = (words, condition)
        return bands


class Value(ChoiceFilter):
    """What the client has paid so far, net of refunds."""

    title = gettext_lazy("receipts so far")
    parameter_name = "value"

    def conditions(self) -> dict[str, tuple[Any, Q]]:
        found: dict[str, tuple[Any, Q]] = {}
        limit = major_client_sales(timezone.localdate())
        if limit is not None:
            found["major"] = (_("from %(amount)s (major)") % {"amount": amount_text(limit)}, Q(is_major=True))
        return {**found, "some": (_("some"), Q(received__gt=0)), "none": (_("none"), Q(received__lte=0))}


class Special(ChoiceFilter):
    """What sets the client apart."""

    title = gettext_lazy("mark")
    parameter_name = "mark"

    def conditions(self) -> dict[str, tuple[Any, Q]]:
        return {
            "strategic": (_("strategic client"), Q(client__is_strategic=True)),
            "referred": (_("referred"), Q(client__referred_by__isnull=False)),
        }


class CameFrom(ReachFilter):
    """A filter by the branch that an orphan came from, of those that the viewer's pool names."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        named = within_reach(request.user, OrphanClient.objects.order_by()).values("branch")
        return [(str(branch.pk), str(branch)) for branch in Branch.objects.filter(pk__in=named).order_by("code")]


@admin.register(OrphanClient)
class OrphanClientAdmin(BookAdmin):
    """The pool; picked rows go to the page that assigns them."""

    list_display = ["pick", "client_name", "kind", "orphan_since", "came_from", "number_received", "developed_by"]
    list_display_links = None
    list_filter = [StageFilter, ("branch", CameFrom), "kind", Age, Value, Special]
    list_select_related = ["client", "deal_maker", "branch", "developer"]
    search_fields = ["client__number", "client__name", "deal_maker__number", "deal_maker__name", "developer__name"]
    search_help_text = gettext_lazy("Number or name of the client, deal-maker or developer")
    empty_text = gettext_lazy("No orphan client here: clients come into the pool when their deal-maker leaves.")
    change_list_template = "admin/orphan_pool.html"

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = super().get_list_display(request)
        return columns if may(request.user, Right.ADD, Assignment) else columns[1:]

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrphanClient]:
        return with_value(super().get_queryset(request), "client")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with tabs that tell how many wait and how many are developed."""
        counts = pool_counts(viewing(request))
        chosen = request.GET.get("stage", "")
        tabs = [
            ("", _("all"), counts.waiting + counts.developed),
            ("waiting", _("to be assigned"), counts.waiting),
            ("developed", _("being developed"), counts.developed),
        ]
        context = {
            "counts": counts,
            "tabs": [
                {"href": f"?stage={key}" if key else "?", "words": words, "count": count, "is_chosen": key == chosen}
                for key, words, count in tabs
            ],
            "may_assign": may(request.user, Right.ADD, Assignment),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description="")
    def pick(self, orphan: OrphanClient) -> str:
        """A box by which the orphan is picked."""
        label = _("Pick %(client)s") % {"client": orphan.client.name}
        return format_html('<input type="checkbox" name="client" value="{}" aria-label="{}">', orphan.pk, label)

    @admin.display(description=gettext_lazy("client"), ordering="client__name")
    def client_name(self, orphan: Any) -> str:
        """The client, as a link, and what marks it."""
        marks = flags_of(orphan.client, is_major=orphan.is_major)
        return format_html(
            '<a href="{}">{}</a> <small>{}</small>{}', address(orphan.client), orphan.client.name,
            orphan.client.number, marks,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("orphan since"), ordering="since")
    def orphan_since(self, orphan: OrphanClient) -> str:
        """Since when, and how many days that is."""
        return format_html("{} <small>{}</small>", orphan.since.isoformat(), _days(orphan.since))

    @admin.display(description=gettext_lazy("last deal-maker"), ordering="deal_maker__name")
    def came_from(self, orphan: OrphanClient) -> str:
        """Who closed its latest contract, and the branch it came from."""
        return format_html(
            "{} <small>{}</small>", orphan.deal_maker.name if orphan.deal_maker else "–", orphan.branch or ""
        )

    @admin.display(description=gettext_lazy("receipts so far"), ordering="received")
    def number_received(self, orphan: Any) -> str:
        """What it has paid, net of refunds, and what it has signed."""
        contracts = _("of %(amount)s signed") % {"amount": amount_text(orphan.contracted)}
        return format_html('<span class="number">{}</span> <small>{}</small>', amount_text(orphan.received), contracts)

    @admin.display(description=gettext_lazy("developer"), ordering="developer__name")
    def developed_by(self, orphan: OrphanClient) -> str:
        """Who develops it, and for how long."""
        if orphan.developer is None or orphan.developed_since is None:
            return format_html('<span class="state state-attention">{}</span>', _("to be assigned"))
        return format_html("{} <small>{}</small>", orphan.developer.name, _developed_for(orphan.developed_since))

    def record(self, request: HttpRequest, obj: OrphanClient) -> Record:
        return client_record(obj.client, viewing(request))


@admin.register(PoolRule)
class PoolRuleAdmin(BookAdmin):
    list_display = ["effective_from", "branches_see_all", "hours_to_accept"]
    fields = ["effective_from", "branches_see_all", "hours_to_accept"]
    empty_text = gettext_lazy("Without a setting branches see the whole group's pool and there are 72 hours to accept.")

    def form_notes(self, request: HttpRequest, obj: PoolRule | None) -> list[str]:
        """What a setting does, and the one in force."""
        now = pool_rule(timezone.localdate())
        sees = (
            _("all branches see every orphan")
            if now.branches_see_all
            else _("a branch sees the orphans that came from it or from none")
        )
        return [
            _("From its day on it says whose orphans a branch sees, and how long a developer has to accept one."),
            _("In force now: %(sees)s; %(hours)d hours to accept.") % {"sees": sees, "hours": now.hours_to_accept},
        ]

    def write(self, obj: PoolRule, *, is_new: bool, by: Actor) -> None:
        save_pool_rule(obj, by=by)


def _developed_for(since: dt.date) -> str:
    """How long a client has been developed since a day, in words that say so."""
    days = (timezone.localdate() - since).days
    if days <= 0:
        return _("develops it since today")
    return ngettext("has developed it for %(days)s day", "has developed it for %(days)s days", days) % {"days": days}


def _days(since: dt.date) -> str:
    """How many days ago a day was."""
    days = (timezone.localdate() - since).days
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
