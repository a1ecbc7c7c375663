"""Admin pages of previews: the form that asks for one, the result side by side, and the lines behind it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Abs
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.bodies import takes_files
from access.pages.admin_base import ReachFilter, viewing
from access.pages.links import address
from access.pages.lists import KeysFirstEndless
from access.pages.records import Record
from access.reach import within_reach
from access.rights import Right
from monthend.preview.actions import ask_preview, remove_preview
from monthend.preview.forms import MOST_BYTES, PreviewForm
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from monthend.preview.pages import line_record, preview_record
from monthend.preview.wording import supposed_text
from periods.admin_base import BookAdmin, OwnMonthFilter
from rulebook.wording import difference_text


@admin.register(Preview)
class PreviewAdmin(BookAdmin):
    list_display = ["months", "supposed", "state", "number_difference", "asked_by", "asked_at"]
    list_filter = ["state"]
    list_select_related = ["asked_by", "plan_version"]
    change_form_template = "admin/preview.html"
    empty_text = gettext_lazy(
        "Ask what other numbers in the plan or other targets would have changed: nothing official is written."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Preview]:
        lines = PreviewLine.objects.filter(preview=OuterRef("pk")).order_by().values("preview")
        summed: QuerySet[Preview] = super().get_queryset(request)
        return summed.annotate(gross_difference=Subquery(lines.annotate(sum=Sum("difference")).values("sum")))

    @admin.display(description=gettext_lazy("months"), ordering="first_month")
    def months(self, preview: Preview) -> str:
        """The months it covers."""
        return preview.months_text

    @admin.display(description=gettext_lazy("supposed"))
    def supposed(self, preview: Preview) -> str:
        """What is supposed."""
        return supposed_text(preview)

    @admin.display(description=gettext_lazy("difference in gross pay"), ordering="gross_difference")
    def number_difference(self, preview: Any) -> str:
        """What it adds to gross pay."""
        return "–" if preview.gross_difference is None else difference_text(preview.gross_difference)

    def record(self, request: HttpRequest, obj: Preview) -> Record:
        return preview_record(obj, viewing(request))

    @takes_files(MOST_BYTES, Right.ADD, Preview)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; once it is asked, the page where the result will stand."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        month = request.GET.get("month", "")
        form = PreviewForm(request.POST or None, request.FILES or None, like=self._like(request), month=month)
        if request.method == "POST" and form.is_valid():
            try:
                ask_preview(form.preview, by=Actor(viewing(request)))
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                return HttpResponseRedirect(address(form.preview))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("What if"), "form": form}
        return TemplateResponse(request, "admin/preview_form.html", context)

    def _like(self, request: HttpRequest) -> Preview | None:
        """The preview that the form begins with, if the address names one."""
        key = request.GET.get("like", "")
        return within_reach(request.user, Preview.objects.filter(pk=int(key))).first() if key.isdecimal() else None

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and (not isinstance(obj, Preview) or obj.asked_by == request.user)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The previews alone: their thousands of lines are theirs, and go with them."""
        return [str(preview) for preview in objs], {str(self.opts.verbose_name): len(objs)}, set(), []

    def remove(self, obj: Preview, *, by: Actor) -> None:
        remove_preview(obj, by=by)


class Differs(admin.SimpleListFilter):
    """Lines by what differs in them."""

    title = gettext_lazy("what differs")
    parameter_name = "differs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("any", _("pay or rank")), ("pay", _("pay")), ("rank", _("rank"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        conditions = {"pay": ~Q(difference=0), "rank": Q(rank_differs=True)}
        conditions["any"] = conditions["pay"] | conditions["rank"]
        return queryset.filter(conditions.get(self.value() or "", Q()))


@admin.register(PreviewLine)
class PreviewLineAdmin(BookAdmin):
    list_display = [
        "employee",
        "month",
        "branch",
        "gross_as_is",
        "gross_supposed",
        "number_difference",
        "next_rank_as_is",
        "next_rank_supposed",
    ]
    list_filter = [
        ("preview", ReachFilter),
        ("month", OwnMonthFilter),
        ("branch", ReachFilter),
        "rank_supposed",
        Differs,
    ]
    list_select_related = ["employee", "branch"]
    search_fields = ["employee__number", "employee__name"]
    search_help_text = gettext_lazy("Staff number or name")
    rank_fields = ["next_rank_as_is", "next_rank_supposed"]
    ordering = [Abs("difference").desc(), F("rank_differs").desc(), "month", "employee__number"]
    paginator = KeysFirstEndless

    @admin.display(description=gettext_lazy("difference"), ordering="difference")
    def number_difference(self, line: PreviewLine) -> str:
        """The difference of gross pay, with its sign."""
        return difference_text(line.difference)

    def record(self, request: HttpRequest, obj: PreviewLine) -> Record:
        return line_record(obj, viewing(request))


@admin.register(PreviewBranch)
class PreviewBranchAdmin(BookAdmin):
    list_display = [
        "branch",
        "month",
        "target_as_is",
        "target_supposed",
        "pool_as_is",
        "pool_supposed",
        "company_activity_as_is",
        "company_activity_supposed",
    ]
    list_filter = [("preview", ReachFilter), ("month", OwnMonthFilter), ("branch", ReachFilter)]
    list_select_related = ["branch"]
