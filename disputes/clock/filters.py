"""The filter of lists of disputes by how near their deadlines are."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.pages.admin_base import viewing
from disputes.clock.rules import Stage
from disputes.clock.selectors import due_soon_or_late
from disputes.models import Dispute

DUE = "due"


class DueFilter(admin.SimpleListFilter):
    """Open disputes by how near their deadlines are."""

    title = gettext_lazy("deadline")
    parameter_name = DUE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (Stage.LATE.name.lower(), _("late")),
            (Stage.TODAY.name.lower(), _("today")),
            (Stage.IN_TWO.name.lower(), _("within 2 working days")),
            (Stage.IN_FIVE.name.lower(), _("within 5 working days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        if self.value() is None:
            return queryset
        found = due_soon_or_late(viewing(request), timezone.localdate())
        near = {stage.name.lower(): disputes for stage, disputes in found.items()}
        return queryset.filter(pk__in=[one.pk for one in near.get(self.value() or "", ())])
