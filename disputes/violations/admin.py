"""Admin pages of violations: the list, a violation, and the circular of a demotion to be printed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.models import User
from access.pages.admin_base import viewing
from access.pages.links import address
from access.pages.records import Cell, Record
from disputes.models import Violation
from disputes.rights import reads_history
from disputes.violations.pages import circular_of, may_issue, may_print, violation_record
from disputes.violations.selectors import with_standing
from periods.admin_base import BookAdmin


@admin.register(Violation)
class ViolationAdmin(BookAdmin):
    list_display = ["dispute", "employee", "kind", "measure", "state", "decided_by", "decided_at"]
    list_select_related = ["dispute", "employee", "decided_by", "signed_by", "review"]
    list_filter = ["state", "measure", "kind"]
    search_fields = ["dispute__number", "employee__number", "employee__name"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_standing(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        circular = self.admin_site.admin_view(require_safe(self.circular_view))
        return [path("<int:pk>/circular/", circular, name="disputes_violation_circular"), *super().get_urls()]

    def may_see_history(self, viewer: User, obj: Violation) -> bool:
        return reads_history(viewer)

    def record(self, request: HttpRequest, obj: Violation) -> Record:
        return violation_record(obj, viewing(request))

    def circular_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The circular of a demotion, one page to print and hang up."""
        if not may_issue(viewing(request)):
            raise PermissionDenied
        violation = get_object_or_404(self.get_queryset(request), pk=pk)
        circular = circular_of(violation) if may_print(viewing(request), violation) else None
        if circular is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Circular"),
            "circular": circular,
            "way_back": Cell(str(violation), address(violation)),
        }
        return TemplateResponse(request, "admin/circular.html", context)
