"""The admin's list of evidence; it is brought and withdrawn on the page of its dispute."""

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from access.pages.admin_base import viewing
from access.pages.records import Cell, Record
from disputes.evidence.models import Evidence
from periods.admin_base import BookAdmin
from periods.pages import facts_of


@admin.register(Evidence)
class EvidenceAdmin(BookAdmin):
    list_display = ["dispute", "kind", "day", "note", "file_name", "brought_by", "withdrawn_at"]
    list_filter = ["kind"]
    list_select_related = ["dispute", "brought_by"]
    search_fields = ["dispute__number", "note", "file_name", "digest"]

    def record(self, request: HttpRequest, obj: Evidence) -> Record:
        names = ["dispute", "kind", "day", "note", "file_name", "brought_by", "brought_at", "withdrawn_at", "digest"]
        links = (
            [Cell(_("Download the file"), reverse("disputes:evidence", args=[obj.stored_as]))] if obj.stored_as else []
        )
        facts = facts_of(obj, viewing(request), names)
        return Record(title=str(obj), subtitle=str(self.opts.verbose_name), facts=facts, links=links)
