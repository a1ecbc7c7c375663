"""Admin pages of the rules."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from access.admin_base import ReachAdmin
from access.record import Record
from rulebook.law_page import law_view
from rulebook.models import PlanVersion
from rulebook.records import plan_record


@admin.register(PlanVersion)
class PlanVersionAdmin(ReachAdmin):
    list_display = ["version", "name", "effective_from", "approved_by", "approved_at"]

    def get_urls(self) -> list[Any]:
        law: URLPattern = path("law/", self.admin_site.admin_view(self.law), name="rulebook_law")
        return [law, *super().get_urls()]

    def law(self, request: HttpRequest) -> TemplateResponse:
        """The law that plan versions put into numbers."""
        return law_view(request, self.admin_site)

    def record(self, request: HttpRequest, obj: PlanVersion) -> Record:
        return plan_record(obj)
