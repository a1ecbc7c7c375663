"""The filter of lists of disputes by what they wait for from their viewer."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.admin_base import viewing
from access.reach import scope_of
from access.rights import has
from access.roles import Scope
from disputes.deciding.selectors_waiting import Waits, ended_lately, waiting_disputes
from disputes.models import Dispute
from disputes.rights import DECIDERS

WAITS = "waits"


class WaitsFilter(admin.SimpleListFilter):
    """Disputes that ask something of the viewer, who decides them or answers for a branch."""

    title = gettext_lazy("waits for you")
    parameter_name = WAITS

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(waits.value, words) for waits, words in _words(viewing(request)).items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        viewer = viewing(request)
        if self.value() == Waits.READ:
            return queryset.filter(pk__in=ended_lately(viewer).order_by().values("pk"))
        if self.value() is None:
            return queryset
        waiting = waiting_disputes(viewer)
        return queryset.filter(
            pk__in=[one.pk for waits, rows in waiting.items() if waits == self.value() for one in rows]
        )


def _words(viewer: User) -> dict[Waits, Any]:
    if scope_of(viewer) is Scope.BRANCH:
        return {Waits.READ: _("has ended: read how")}
    if not any(has(viewer, duty) for duty in DECIDERS):
        return {}
    return {
        Waits.BEGIN: _("verification to begin"),
        Waits.FINDING: _("your finding"),
        Waits.RULING: _("your ruling"),
        Waits.CONFIRMATION: _("your confirmation"),
    }
