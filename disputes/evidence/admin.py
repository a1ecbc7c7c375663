"""The admin's list of evidence; it is brought and withdrawn on the page of its dispute."""

from collections.abc import Iterator

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from access.models import AccountEvent, User
from access.pages.admin_base import viewing
from access.pages.links import listed
from access.pages.records import Cell, Record
from access.rights import Right, may
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
        viewer = viewing(request)
        facts = facts_of(obj, viewer, names)
        links = list(_links(obj, viewer)) if obj.stored_as else []
        return Record(title=str(obj), subtitle=str(self.opts.verbose_name), facts=facts, links=links)


def _links(evidence: Evidence, viewer: User) -> Iterator[Cell]:
    """To the file and, for who reads what happened to log-ins, to who took it."""
    yield Cell(_("Download the file"), reverse("disputes:evidence", args=[evidence.stored_as]))
    if may(viewer, Right.VIEW, AccountEvent):
        yield Cell(_("Who downloaded it"), listed(AccountEvent, note=evidence.kept_as))
