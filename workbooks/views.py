"""Workbooks to download."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from access.reach import within_reach
from access.rights import Right, may
from monthend.preview.models import Preview
from rulebook.month import Month
from workbooks.export.payroll import ExportError, export_payroll
from workbooks.export.preview import export_preview
from workbooks.rights import may_download_payroll


@cache_control(private=True, no_store=True)
@require_safe
@login_required
def payroll_workbook(request: HttpRequest, month: Month) -> HttpResponseBase:
    """The month's payroll as a file, whose name says whether it is a draft; without one, why, on the first page."""
    if not may_download_payroll(request.user):
        raise PermissionDenied
    with TemporaryDirectory() as folder:
        path = Path(folder, "payroll.xlsx")
        try:
            exported = export_payroll(month, path)
        except ExportError as error:
            messages.error(request, str(error))
            return redirect("admin:index")
        name = _("payroll %(month)s draft") if exported.is_draft else _("payroll %(month)s")
        file = path.open("rb")  # the response closes it; the folder's entry can go before
    return FileResponse(file, as_attachment=True, filename=f"{name % {'month': month}}.xlsx")


@cache_control(private=True, no_store=True)
@require_safe
@login_required
def preview_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A finished preview's result as a file, for whoever may see it."""
    if not may(request.user, Right.VIEW, Preview):
        raise PermissionDenied
    done = within_reach(request.user, Preview.objects.filter(pk=pk, state=Preview.State.DONE))
    preview = done.select_related("asked_by", "plan_version").first()
    if preview is None:
        raise Http404
    with TemporaryDirectory() as folder:
        path = Path(folder, "preview.xlsx")
        export_preview(preview, path)
        file = path.open("rb")  # the response closes it; the folder's entry can go before
    return FileResponse(file, as_attachment=True, filename=f"{_('preview')} {preview}.xlsx")
