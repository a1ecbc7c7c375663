"""What a month's page offers of workbooks: the payroll, a draft until the month is locked."""

from django.urls import reverse
from django.utils.translation import gettext as _

from access.models import User
from monthend.page.offers import Link, offers_on_month
from periods.models import Period
from workbooks.rights import may_download_files


@offers_on_month
def payroll(period: Period, viewer: User) -> Link | None:
    """The month's payroll workbook, once there is a result."""
    if period.state == Period.State.OPEN or not may_download_files(viewer):
        return None
    words = _("Download the payroll (Excel)") if period.is_locked else _("Download the payroll's draft (Excel)")
    return Link(words, reverse("workbooks:payroll", args=[period.month]), is_file=True)
