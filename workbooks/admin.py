"""Admin pages of what was imported."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.pages.admin_base import viewing
from access.pages.links import Links
from access.pages.lists import KeysFirstEndless
from access.pages.records import Cell, Record, Row, Table
from periods.admin_base import BookAdmin
from periods.pages import facts_of
from rulebook.cells import fact, headings, number, numeric, text
from workbooks.models import ImportBatch, ImportedRow, Upload
from workbooks.uploads.wording import unless_private


@admin.register(ImportBatch)
class ImportBatchAdmin(BookAdmin):
    list_display = ["file_name", "imported_at", "imported_by"]
    list_select_related = ["imported_by"]
    search_fields = ["file_name", "sha256"]
    date_hierarchy = "imported_at"
    empty_text = gettext_lazy("A workbook that was imported stands here, with what it brought.")

    def record(self, request: HttpRequest, obj: ImportBatch) -> Record:
        upload = Upload.objects.filter(batch=obj).defer("data").first()
        links = Links(viewing(request), [upload])
        return Record(
            title=obj.file_name,
            subtitle=_("import"),
            sentences=[] if obj.imported_by else [_("Done at the server's console, without an account.")],
            facts=facts_of(obj, viewing(request), ["imported_at", "imported_by", "sha256"]),
            links=[Cell(_("All that it added and changed"), links.to(upload))] if links.to(upload) else [],
            tables=[
                Table(
                    _("rows per sheet"),
                    headings(_("sheet"), numeric(_("added")), numeric(_("changed")), numeric(_("skipped"))),
                    [
                        Row([text(sheet), *(number(counts[change]) for change in ("added", "changed", "skipped"))])
                        for sheet, counts in obj.counts.items()
                    ],
                    empty=_("It brought nothing new."),
                )
            ],
        )


@admin.register(ImportedRow)
class ImportedRowAdmin(BookAdmin):
    list_display = ["key", "sheet", "batch"]
    list_filter = ["sheet"]
    list_select_related = ["batch"]
    search_fields = ["key"]
    paginator = KeysFirstEndless

    def record(self, request: HttpRequest, obj: ImportedRow) -> Record:
        return Record(
            title=obj.key,
            subtitle=obj.sheet,
            facts=[
                *facts_of(obj, viewing(request), ["batch"]),
                *(
                    fact(column, text(value and unless_private(column, str(value))))
                    for column, value in obj.content.items()
                ),
            ],
        )
