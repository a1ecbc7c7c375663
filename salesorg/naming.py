"""What the site is called where it isn't seen: in a phone's list of codes."""

import os

from django.conf import settings
from django.utils.translation import gettext as _


def issuer(_device: object) -> str:
    """The name of the company or the product, and the site's, so that two sites' codes are told apart."""
    name = os.environ.get("SALESORG_NAME") or _("Sales organisation")
    host = settings.ALLOWED_HOSTS[0].lstrip(".") if settings.PRODUCTION else ""
    return f"{name} ({host})" if host else name
