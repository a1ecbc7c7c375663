"""The admin's site: its log-in and its search are the site's own, and who may not enter is told so."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from access.admin_base import viewing
from access.searching import search

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
else:
    from unfold.sites import UnfoldAdminSite as AdminSite


class Site(AdminSite):
    """The admin."""

    enable_nav_sidebar = True
    empty_value_display = "–"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the site's log-in; refuse who is logged in without access, instead of asking again."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """What `s` finds: a page of its own, or with `part` the list alone, for the search that opens anywhere."""
        words = request.GET.get("s", "")
        context: dict[str, Any] = {"words": words.strip(), "found": search(viewing(request), words)}
        if "part" in request.GET:
            return TemplateResponse(request, "admin/parts/found.html", context)
        context |= {**self.each_context(request), "title": _("Search")}
        return TemplateResponse(request, "admin/search.html", context)
