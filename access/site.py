"""The admin's site: its log-in and its search are the site's own, and who may not enter is told so."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from access.pages.admin_base import viewing
from access.pages.posting import AnyView, surrounded
from access.pages.search import pages_called, search

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite
else:
    from unfold.sites import UnfoldAdminSite as AdminSite


class Site(AdminSite):
    """The admin."""

    enable_nav_sidebar = True
    empty_value_display = "–"

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """All models with what may be done to them; put together when a page shows it, which hardly any page does."""
        return SimpleLazyObject(lambda: super(Site, self).get_app_list(request, app_label))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Without Unfold's style of colours, which stand in a file (access/colours.css)."""
        return {**super().each_context(request), "colors": {}}

    def admin_view(self, view: AnyView, cacheable: bool = False) -> AnyView:
        """A page for who may enter, with what apps put around it (access/pages/posting.py)."""
        return super().admin_view(surrounded(view), cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send strangers to the site's log-in; refuse who is logged in without access, instead of asking again."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index"))

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """What `s` finds: a page of its own, or with `part` the list alone, for the search that opens anywhere.

        With `open` what is found alone is opened.
        """
        words = request.GET.get("s", "")
        viewer = viewing(request)
        found = pages_called(viewer, words) + search(viewer, words)
        hits = [hit for kind in found for hit in kind.hits]
        if "open" in request.GET and len(hits) == 1:
            return HttpResponseRedirect(hits[0].href)
        context: dict[str, Any] = {"words": words.strip(), "found": found}
        if "part" in request.GET:
            return TemplateResponse(request, "admin/parts/found.html", context)
        context |= {**self.each_context(request), "title": _("Search")}
        return TemplateResponse(request, "admin/search.html", context)
