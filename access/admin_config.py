"""Django's admin as an app, with a site of our own."""

from django.contrib.admin.apps import AdminConfig

from access.discovery import discover


class OwnAdminConfig(AdminConfig):
    """The admin, with access/site.py as its site."""

    default = False
    default_site = "access.site.Site"

    def ready(self) -> None:
        """Let packages register their pages, then the project's apps theirs, at their top and in their folders."""
        super().ready()
        discover("admin")
