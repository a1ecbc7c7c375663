"""Admin pages of what belongs to months: months and amounts in columns, in forms and as a filter."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from django.contrib.admin import FieldListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import DecimalField, Field, Model
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from access.pages.admin_base import ReachAdmin, viewing
from access.pages.records import Record
from periods.fields import Money, MonthField, Share
from periods.forms import MonthInput
from periods.models import Period
from periods.pages import facts_of
from rulebook.month import Month
from rulebook.selectors import rank_names
from rulebook.wording import column_text, month_text, number_text, share_text

SHOWN_AS: dict[type[Any], tuple[Callable[[Any], str], str]] = {
    MonthField: (month_text, "month"),
    Money: (column_text, "number"),
    Share: (share_text, "number"),
    DecimalField: (number_text, "number"),
}


class MonthFilter(FieldListFilter):
    """A filter by month, the latest first: the months that the month end knows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.months = self.known_months()

    def known_months(self) -> list[Month]:
        """The months to choose from."""
        return list(Period.objects.order_by("-month").values_list("month", flat=True))

    def expected_parameters(self) -> list[str | None]:
        return [self.field_path]

    def has_output(self) -> bool:
        return len(self.months) > 1

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        chosen = self.used_parameters.get(self.field_path)
        yield {
            "selected": not chosen,
            "query_string": changelist.get_query_string(remove=[self.field_path]),
            "display": _("All"),
        }
        for month in self.months:
            yield {
                "selected": chosen == [str(month)],
                "query_string": changelist.get_query_string({self.field_path: str(month)}),
                "display": month_text(month),
            }


class OwnMonthFilter(MonthFilter):
    """A filter by month for a small table that knows months before the month end does."""

    def known_months(self) -> list[Month]:
        rows = self.field.model._default_manager.order_by(f"-{self.field.name}")
        return list(rows.values_list(self.field.name, flat=True).distinct())


class BookAdmin(ReachAdmin):
    """Lists and pages whose months read `2011年4月` and whose amounts read `12,345.67`, set right."""

    rank_fields: Sequence[str] = ()

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return [self._column(name) for name in super().get_list_display(request)]

    def _column(self, name: Any) -> Any:
        if not isinstance(name, str) or hasattr(self, name):
            return name
        field: Any = self.opts.get_field(name)
        if name in self.rank_fields:
            return rank_column(name, field.verbose_name)
        for kind, (text, style) in SHOWN_AS.items():
            if isinstance(field, kind):
                return _shown(name, field.verbose_name, text, style)
        return name

    def record(self, request: HttpRequest, obj: Any) -> Record:
        """The record's fields; more where a subclass has more to tell."""
        return Record(title=str(obj), subtitle=str(self.opts.verbose_name), facts=facts_of(obj, viewing(request)))

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, MonthField):
            required = not db_field.blank
            return MonthInput(label=db_field.verbose_name, required=required, widget=UnfoldAdminTextInputWidget)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def rank_column(name: str, label: Any) -> Callable[[Model], str]:
    """A column that names the rank whose code stands in a field; the names are read once a page."""
    names = cache(rank_names)
    return _shown(name, label, lambda code: names().get(code, code) or "–", "rank")


def _shown(name: str, label: Any, text: Callable[[Any], str], style: str) -> Callable[[Model], str]:
    """A column that shows a value as text; its name tells the style sheet how to set it."""

    def column(row: Model) -> str:
        value = getattr(row, name)
        return "–" if value is None else format_html('<span class="{}">{}</span>', style, text(value))

    column.__name__ = f"{style}_{name}"
    column.short_description = label  # type: ignore[attr-defined]
    column.admin_order_field = name  # type: ignore[attr-defined]
    return column
