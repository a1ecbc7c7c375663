"""What a month's page offers of workbooks: the payroll, a draft until the month is locked, and the import."""

from django.urls import reverse
from django.utils.translation import gettext as _

from access.models import User
from access.rights import Right, may
from monthend.offers import Link, leads_to_import, offers_on_month
from periods.models import Period
from workbooks.models import Upload
from workbooks.rights import may_download_files


@leads_to_import
def to_import(viewer: User) -> str:
    """The form that takes a workbook."""
    return reverse("admin:workbooks_upload_add") if may(viewer, Right.ADD, Upload) else ""


@offers_on_month
def payroll(period: Period, viewer: User) -> Link | None:
    """The month's payroll workbook, once there is a result."""
    if period.state == Period.State.OPEN or not may_download_files(viewer):
        return None
    words = _("Download the payroll (Excel)") if period.is_locked else _("Download the payroll's draft (Excel)")
    return Link(words, reverse("workbooks:payroll", args=[period.month]), is_file=True)
