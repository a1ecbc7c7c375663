"""Admin pages of uploaded workbooks: the form, what a workbook would do or has wrong, the confirmation."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.bodies import takes_files
from access.pages.admin_base import viewing
from access.pages.links import address, listed
from access.pages.lists import KeysFirstEndless
from access.pages.records import Record
from access.rights import Right
from compensation.models import Correction
from periods.admin_base import BookAdmin
from periods.models import Period
from rulebook.wording import month_text
from workbooks.company.layout import SHEETS
from workbooks.rights import may_download_files
from workbooks.uploads.actions import (
    UploadRefused,
    ask_for_undo,
    confirm_undo,
    confirm_upload,
    drop_undo,
    keep_upload,
    throw_upload_away,
)
from workbooks.uploads.forms import UploadForm
from workbooks.uploads.marking import can_be_marked
from workbooks.uploads.models import Upload, UploadRow
from workbooks.uploads.months import MonthsAhead, months_ahead
from workbooks.uploads.pages import upload_record, upload_row_record
from workbooks.uploads.wording import row_text, short_account, short_undoing, touches_something
from workbooks.xlsx.package import MAX_FILE_BYTES, OwnWorkbook, UnreadableWorkbook


@admin.register(Upload)
class UploadAdmin(BookAdmin):
    list_display = ["file_name", "state", "account", "uploaded_by", "uploaded_at"]
    list_filter = ["state"]
    list_select_related = ["uploaded_by", "answered_by"]
    search_fields = ["file_name", "sha256"]
    change_form_template = "admin/upload.html"
    empty_text = gettext_lazy("Upload a workbook: you see what it would change before anything is written.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Upload]:
        rows: QuerySet[Upload] = super().get_queryset(request)
        return rows.defer("data", "answered_by__data")

    @admin.display(description=gettext_lazy("what it does"))
    def account(self, upload: Upload) -> str:
        """How many rows it adds and changes, or how many errors it has."""
        if upload.state == Upload.State.REFUSED:
            return _("%(count)d errors") % {"count": len(upload.errors)}
        return short_account(upload.counts) if upload.counts else "–"

    def record(self, request: HttpRequest, obj: Upload) -> Record:
        return upload_record(obj, viewing(request), self._ahead(request, obj))

    @takes_files(MAX_FILE_BYTES, Right.ADD, Upload)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form, with templates to fill in; once a workbook is there, the page where its preview will stand."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                upload = keep_upload(file.read(), file_name=file.name, by=Actor(viewing(request)))
            except OwnWorkbook as error:
                form.add_error("file", _with_ways(error.reason))
            except UnreadableWorkbook as error:
                form.add_error("file", error.reason)
            except UploadRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                return HttpResponseRedirect(address(upload))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Import a workbook"),
            "form": form,
            "sheets": SHEETS,
        }
        return TemplateResponse(request, "admin/upload_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The workbook's page; its buttons confirm what it showed, or take the import back."""
        upload = self.get_object(request, object_id)
        if request.method == "POST" and upload is not None and self.has_add_permission(request):
            try:
                self._act(request, upload)
            except UploadRefused as refusal:
                messages.warning(request, str(refusal))
            return HttpResponseRedirect(address(upload))
        return super().change_view(request, object_id, form_url, extra_context)

    def _act(self, request: HttpRequest, upload: Upload) -> None:
        viewer, shown, act = viewing(request), request.POST.get("shown", ""), request.POST.get("act", "")
        by = Actor(viewer)
        is_sure = act not in ("ask_undo", "keep")
        if is_sure and request.POST.get("takes_back", "") != months_ahead(upload, viewer).takes_back:
            raise UploadRefused(_("Other months are handed over than were shown: look again, then confirm."))
        match act:
            case "ask_undo":
                ask_for_undo(upload.pk, by=by)
            case "undo":
                confirm_undo(upload.pk, shown=shown, by=by)
            case "keep":
                drop_undo(upload.pk, by=by)
            case _:
                confirm_upload(upload.pk, shown=shown, by=by)

    def _ahead(self, request: HttpRequest, upload: Upload) -> MonthsAhead:
        """Where its months lead to; asked once a page."""
        if not hasattr(request, "months_ahead"):
            request.months_ahead = months_ahead(upload, viewing(request))  # type: ignore[attr-defined]
        return request.months_ahead  # type: ignore[attr-defined,no-any-return]

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        to_compute = self._ahead(request, obj).to_compute
        is_whole = obj.emptied_at is None
        is_ready = obj.state == Upload.State.READY and touches_something(obj.counts)
        return {
            "to_compute": to_compute,
            "takes_back": self._ahead(request, obj).takes_back,
            "compute_verb": _("Compute %(month)s") % {"month": month_text(to_compute)} if to_compute else "",
            "short_account": short_account(obj.counts) if is_ready else "",
            "may_ask_undo": obj.state == Upload.State.APPLIED and is_whole and touches_something(obj.counts),
            "short_undoing": short_undoing(obj.counts) if obj.undo_shown else "",
            "may_download": may_download_files(request.user) and is_whole,
            "is_marked": obj.state == Upload.State.REFUSED and is_whole and can_be_marked(obj.errors),
        }

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Throw a workbook away; what speaks against it is told on its page."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except UploadRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(address(self.get_queryset(request).get(pk=object_id)))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The workbooks alone: their rows are theirs, and go with them."""
        return [str(upload) for upload in objs], {str(self.opts.verbose_name): len(objs)}, set(), []

    def remove(self, obj: Upload, *, by: Actor) -> None:
        throw_upload_away(obj, by=by)


def _with_ways(reason: str) -> SafeString:
    """Why a payroll is not taken in, with the ways to what it was made of and to what puts it right."""
    ways = ((listed(Period), _("Go to the months")), (listed(Correction), _("Go to the corrections")))
    return format_html("{}{}", reason, format_html_join("", ' <a href="{}">{}</a>', ways))


@admin.register(UploadRow)
class UploadRowAdmin(BookAdmin):
    list_display = ["key", "sheet", "row", "change", "text"]
    list_filter = ["sheet", "change"]
    search_fields = ["key"]
    paginator = KeysFirstEndless

    @admin.display(description=gettext_lazy("what it says"))
    def text(self, row: UploadRow) -> str:
        """Its values, or old → new."""
        return row_text(row)

    def record(self, request: HttpRequest, obj: UploadRow) -> Record:
        return upload_row_record(obj, viewing(request))
