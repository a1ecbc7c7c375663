"""The filter of lists of disputes by how near their deadlines are."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from access.pages.admin_base import viewing
from disputes.clock.rules import Stage
from disputes.clock.selectors import due_soon_or_late
from disputes.models import Dispute

DUE, OVERRUN = "due", "overrun"


class DueFilter(admin.SimpleListFilter):
    """Open disputes by how near their deadlines are, and those that took longer."""

    title = gettext_lazy("deadline")
    parameter_name = DUE

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            (Stage.LATE.name.lower(), _("late")),
            (Stage.TODAY.name.lower(), pgettext("deadline", "today")),
            (Stage.IN_TWO.name.lower(), _("within 2 working days")),
            (Stage.IN_FIVE.name.lower(), _("within 5 working days")),
            (OVERRUN, _("late, ended or not")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        if self.value() is None:
            return queryset
        today = timezone.localdate()
        if self.value() == OVERRUN:
            is_open_late = Q(ended_at=None, due_on__lt=today)
            return queryset.filter(is_open_late | Q(ended_at__date__gt=F("due_on")))
        found = due_soon_or_late(viewing(request), today)
        near = {stage.name.lower(): disputes for stage, disputes in found.items()}
        return queryset.filter(pk__in=[one.pk for one in near.get(self.value() or "", ())])
