"""Workbooks to download."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from access.history.downloads import hand_out, hand_out_written
from access.models import User
from access.pages.links import address
from access.reach import within_reach
from access.rights import Right, may
from clients.models import BankStatement
from compensation.awards.models import FIRST_YEAR, LAST_YEAR
from compensation.rights import may_decide_awards
from monthend.preview.models import Preview
from rulebook.month import Month
from workbooks.company.layout import SHEET_BY_NAME
from workbooks.export.awards import export_awards
from workbooks.export.bank import export_bank
from workbooks.export.parallel import export_parallel
from workbooks.export.payroll import ExportError, export_payroll
from workbooks.export.preview import export_preview
from workbooks.export.templates import empty_workbook, example_workbook
from workbooks.models import ParallelRun, Upload
from workbooks.rights import may_download_files
from workbooks.uploads.marking import can_be_marked, write_marked

Row = TypeVar("Row", bound=Model)


@require_safe
@login_required
def payroll_workbook(request: HttpRequest, month: Month) -> HttpResponseBase:
    """The month's payroll as a file, whose name says whether it is a draft; without one, why, on the first page."""
    if not may_download_files(request.user):
        raise PermissionDenied
    with TemporaryDirectory() as folder:
        path = Path(folder, "payroll.xlsx")
        try:
            exported = export_payroll(month, path)
        except ExportError as error:
            messages.error(request, str(error))
            return redirect("admin:index")
        name = _("payroll %(month)s draft") if exported.is_draft else _("payroll %(month)s")
        return hand_out(request, path.open("rb"), _xlsx(name % {"month": month}))


@require_safe
@login_required
def preview_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A finished preview's result as a file, for whoever may see it."""
    done = Preview.objects.filter(pk=pk, state=Preview.State.DONE)
    preview = _reached(request, done.select_related("asked_by", "plan_version"))
    return hand_out_written(request, lambda path: export_preview(preview, path), f"{_('preview')} {preview}.xlsx")


@require_safe
@login_required
def parallel_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The old payroll beside ours as a file, for whoever may see it."""
    run = _reached(request, ParallelRun.objects.filter(pk=pk))
    return hand_out_written(request, lambda path: export_parallel(run, path), f"{_('parallel run')} {run.month}.xlsx")


@require_safe
@login_required
def bank_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What differs between a bank's statement and our receipts as a file, for whoever may see it."""
    statement = _reached(request, BankStatement.objects.filter(pk=pk))
    name = _("reconciliation %(first)s to %(last)s")
    span = {"first": statement.first_day, "last": statement.last_day}
    return hand_out_written(request, lambda path: export_bank(statement, path), f"{name % span}.xlsx")


@require_safe
@login_required
def awards_workbook(request: HttpRequest, year: int) -> HttpResponseBase:
    """What is decided about a year's awards as a file, for who decides them."""
    viewer = request.user
    if not isinstance(viewer, User) or not may_decide_awards(viewer):
        raise PermissionDenied
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    file_name = _xlsx(_("annual awards %(year)s") % {"year": year})
    return hand_out_written(request, lambda path: export_awards(year, viewer, path), file_name)


@require_safe
@login_required
def uploaded_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An uploaded workbook as it came."""
    upload = _upload(request, pk)
    if upload.emptied_at is not None:
        return redirect(address(upload))
    return hand_out(request, bytes(upload.data), _xlsx(upload.file_name))


@require_safe
@login_required
def marked_workbook(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A copy of an uploaded workbook in which wrong cells are marked; its page tells where there can't be one."""
    upload = _upload(request, pk)
    if upload.state != Upload.State.REFUSED:
        raise Http404
    if upload.emptied_at is not None or not can_be_marked(upload.errors):
        return redirect(address(upload))
    name = _("%(file)s with errors marked") % {"file": Path(upload.file_name).stem}
    return hand_out_written(request, lambda path: write_marked(bytes(upload.data), upload.errors, path), _xlsx(name))


@require_safe
@login_required
def template_workbook(request: HttpRequest) -> HttpResponseBase:
    """The empty workbook, for whoever may import one."""
    _require_importer(request)
    return hand_out(request, empty_workbook(), _xlsx(_("import template")))


@require_safe
@login_required
def example_sheet(request: HttpRequest, name: str) -> HttpResponseBase:
    """A sheet with examples, for whoever may import one."""
    _require_importer(request)
    sheet = SHEET_BY_NAME.get(name)
    if sheet is None:
        raise Http404
    name = _("%(sheet)s examples") % {"sheet": sheet.title}
    return hand_out(request, example_workbook(sheet), _xlsx(name))


def _require_importer(request: HttpRequest) -> None:
    if not may(request.user, Right.ADD, Upload):
        raise PermissionDenied


def _upload(request: HttpRequest, pk: int) -> Upload:
    """The uploaded workbook, for whoever may see it."""
    if not may_download_files(request.user):
        raise PermissionDenied
    return _reached(request, Upload.objects.filter(pk=pk))


def _reached(request: HttpRequest, rows: QuerySet[Row]) -> Row:
    """The row, for whoever may see such and reaches it."""
    if not may(request.user, Right.VIEW, rows.model):
        raise PermissionDenied
    row = within_reach(request.user, rows).first()
    if row is None:
        raise Http404
    return row


def _xlsx(name: str) -> str:
    return name if name.lower().endswith(".xlsx") else f"{name}.xlsx"
