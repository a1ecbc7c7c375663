"""Admin pages of the rules."""

from django.contrib import admin
from django.http import HttpRequest

from access.admin_base import ReachAdmin
from access.record import Record
from rulebook.models import PlanVersion
from rulebook.records import plan_record


@admin.register(PlanVersion)
class PlanVersionAdmin(ReachAdmin):
    list_display = ["version", "name", "effective_from", "approved_by", "approved_at"]

    def record(self, request: HttpRequest, obj: PlanVersion) -> Record:
        return plan_record(obj)
