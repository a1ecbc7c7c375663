"""The log of all changes, to search: by kind of record, who, when, and words."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.history.pages import history_address, moment, who
from access.history.reading import Reading, label_of
from access.history.tracking import tracked_as
from access.models import Change, Disclosure, User
from access.pages.admin_base import ReachAdmin, viewing
from access.pages.links import address
from access.pages.records import Cell, Fact, Heading, Record, Row, Table
from access.reach import changes_of, within_reach


class KindOfRecord(admin.SimpleListFilter):
    """Changes by the kind of record."""

    title = gettext_lazy("kind of record")
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        known = [one.model._meta for one in changes_of(viewing(request))]
        return [(meta.label_lower, capfirst(meta.verbose_name)) for meta in known]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        return queryset.filter(model=self.value()) if self.value() else queryset


class DoneBy(admin.SimpleListFilter):
    """Changes by who made them: a log-in that made any."""

    title = gettext_lazy("done by")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        made = Change.objects.order_by().values("by")
        return [(str(user.pk), str(user)) for user in User.objects.filter(pk__in=made).order_by("username")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Change]) -> QuerySet[Change]:
        chosen = self.value()
        return queryset.filter(by=int(chosen)) if chosen and chosen.isdecimal() else queryset


class ReadChanges(ChangeList):
    """A page of changes, with what they point to read once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        reading = Reading(self.result_list, viewing(request))
        for change in self.result_list:
            change.sentence, change.whence = reading.sentence(change), reading.whence(change)


@admin.register(Change)
class ChangeAdmin(ReachAdmin):
    list_display = ["when", "kind_of_record", "called", "kind", "sentence", "by", "whence"]
    list_display_links = ["called"]
    list_filter = [KindOfRecord, DoneBy, "kind", "source"]
    list_select_related = ["by"]
    search_fields = ["label", "origin", "before", "after"]
    search_help_text = gettext_lazy("Number or name of the record, a value, or a file")
    date_hierarchy = "at"
    empty_text = gettext_lazy("No change fits.")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ReadChanges

    @admin.display(description=gettext_lazy("at"), ordering="at")
    def when(self, change: Change) -> str:
        """The moment."""
        return moment(change)

    @admin.display(description=gettext_lazy("kind of record"))
    def kind_of_record(self, change: Change) -> str:
        """What the changed record is called."""
        return str(capfirst(tracked_as(change.model).model._meta.verbose_name))

    @admin.display(description=gettext_lazy("record"), ordering="label")
    def called(self, change: Change) -> str:
        """What the record was called."""
        return label_of(change.model, change.label)

    @admin.display(description=gettext_lazy("what changed"))
    def sentence(self, change: Any) -> str:
        """What was changed."""
        return format_html('<span class="told">{}</span>', change.sentence) if change.sentence else "–"

    @admin.display(description=gettext_lazy("from where"))
    def whence(self, change: Any) -> str:
        """From where it came."""
        return str(change.whence)

    def record(self, request: HttpRequest, obj: Change) -> Record:
        viewer = viewing(request)
        reading, known = Reading([obj], viewer), tracked_as(obj.model)
        is_gone = obj.kind == Change.Kind.REMOVED
        origin = [Fact(_("page or file"), Cell(obj.origin, reading.way(obj)))] if obj.origin else []
        return Record(
            title=f"{capfirst(known.model._meta.verbose_name)} · {label_of(obj.model, obj.label)}",
            subtitle=str(obj.get_kind_display()),
            facts=[
                Fact(_("at"), Cell(moment(obj))),
                Fact(_("done by"), Cell(who(obj), address(obj.by) if obj.by and _reaches(viewer, obj.by) else "")),
                Fact(_("from where"), Cell(str(obj.get_source_display()))),
                *origin,
            ],
            tables=[
                Table(
                    title=_("Changes"),
                    headings=[Heading(_("field")), Heading(_("was")), *([] if is_gone else [Heading(_("becomes"))])],
                    rows=[
                        Row([Cell(line.label), Cell(line.was), *([] if is_gone else [Cell(line.becomes)])])
                        for line in reading.lines(obj)
                    ],
                    empty=_("Entered as a whole: its page shows what it says, and its history what was changed since."),
                )
            ],
            links=list(_links(obj, viewer)),
        )


@admin.register(Disclosure)
class DisclosureAdmin(ReachAdmin):
    """Who had whose masked numbers shown in full."""

    list_display = ["when", "by", "label", "what", "address", "device"]
    list_display_links = ["label"]
    list_select_related = ["by"]
    search_fields = ["label", "by__username"]
    date_hierarchy = "at"
    empty_text = gettext_lazy("Nobody has had a masked number shown.")

    @admin.display(description=gettext_lazy("at"), ordering="at")
    def when(self, row: Disclosure) -> str:
        """The moment."""
        return moment(row)

    @admin.display(description=gettext_lazy("what was shown"))
    def what(self, row: Disclosure) -> str:
        """The field."""
        return str(tracked_as(row.model).model._meta.get_field(row.field).verbose_name)  # type: ignore[union-attr]

    def record(self, request: HttpRequest, obj: Disclosure) -> Record:
        return Record(
            title=obj.label,
            subtitle=_("look at a masked number"),
            facts=[
                Fact(_("at"), Cell(moment(obj))),
                Fact(_("shown to"), Cell(str(obj.by))),
                Fact(_("what was shown"), Cell(self.what(obj))),
                Fact(_("network address"), Cell(obj.address or "–")),
                Fact(_("device"), Cell(obj.device or "–")),
            ],
        )


def _reaches(viewer: User, user: User) -> bool:
    return within_reach(viewer, User.objects.filter(pk=user.pk)).exists()


def _links(change: Change, viewer: User) -> Iterator[Cell]:
    """The record as it stands, if it is still there, and its history."""
    model = tracked_as(change.model).model
    row = within_reach(viewer, model._default_manager.filter(pk=change.row_id)).first()
    if row is not None:
        yield Cell(_("Open the record"), address(row))
        yield Cell(_("History"), history_address(row))
