"""Django's admin as an app, with a site of our own."""

from django.contrib.admin.apps import AdminConfig


class OwnAdminConfig(AdminConfig):
    """The admin, with access/site.py as its site."""

    default = False
    default_site = "access.site.Site"
