"""Admin pages of months."""

from django.contrib import admin
from django.http import HttpRequest

from access.admin_base import viewing
from access.record import Cell, Record, Tone
from periods.admin_base import BookAdmin
from periods.models import Period
from periods.records import facts_of
from rulebook.wording import month_text


@admin.register(Period)
class PeriodAdmin(BookAdmin):
    list_display = ["month", "state", "plan_version"]
    list_filter = ["state"]
    list_select_related = ["plan_version"]

    def record(self, request: HttpRequest, obj: Period) -> Record:
        return Record(
            title=month_text(obj.month),
            state=Cell(obj.get_state_display(), tone=Tone.DONE if obj.is_locked else Tone.ATTENTION),
            facts=facts_of(obj, viewing(request), ["plan_version"]),
        )
