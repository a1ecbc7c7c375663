"""What a month's page offers beside its own acts: to suppose other numbers."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.models import User
from access.rights import Right, may
from monthend.offers import Link, offers_on_month
from monthend.preview.models import Preview
from periods.models import Period


@offers_on_month
def what_if(period: Period, viewer: User) -> Link | None:
    """A preview of the month."""
    if not may(viewer, Right.ADD, Preview):
        return None
    return Link(_("What if …"), f"{reverse('admin:monthend_preview_add')}?{urlencode({'month': period.month})}")
