"""The addresses of the site."""

from typing import Any

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from access.bodies import refuse_request


class Icon(RedirectView):
    """Where browsers ask for the site's icon on pages that name none, such as a file's."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """The icon, under the name it has now."""
        return static("access/icon.svg")


handler400 = refuse_request
handler500 = "salesorg.failures.failed"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("api.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("workbooks/", include("workbooks.urls")),
    path("disputes/", include("disputes.urls")),
    path("favicon.ico", Icon.as_view()),
    path("", include("portal.urls")),
]
