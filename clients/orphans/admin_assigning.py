"""Admin pages that assign orphans, by hand or by a rule, and those of what was assigned and answered."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.actor import Actor
from access.pages.admin_base import viewing
from access.pages.form_pages import look_or_confirm
from access.pages.links import address
from access.pages.records import Record
from clients.models import Assignment, AssignmentBatch, Handover
from clients.orphans.actions import assign_orphans, may_answer
from clients.orphans.answers import take_answer
from clients.orphans.effects import (
    MOST,
    AssignEffect,
    WantedDevelopers,
    effect_of_assigning,
    orphans_within_reach,
    sales_people,
)
from clients.orphans.forms import AssignForm, HandForm, RuleForm, picked, today_of
from clients.orphans.pages import batch_record, handover_record, load_table, picked_table, plan_table
from clients.orphans.plan import RulePlan, plan_by_rule
from clients.orphans.rules import Rule
from periods.admin_base import BookAdmin
from periods.bulk import any_of
from staff.forms import offer, pickable


class AssigningAdmin(BookAdmin):
    """A model whose add page assigns orphans: asked for, shown, confirmed once."""

    kind: AssignmentBatch.Kind
    heading: Any

    def make_form(self, request: HttpRequest, orphans: list[Any]) -> AssignForm:
        """The page's form, for who may be chosen."""
        raise NotImplementedError

    def plan(
        self, request: HttpRequest, form: Any, orphans: list[Any]
    ) -> tuple[WantedDevelopers, AssignmentBatch, list[Any]]:
        """What a valid form asks for, the batch that keeps it, and the tables that show it."""
        raise NotImplementedError

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The picked orphans and the form; below it, once asked, what assigning would do; confirmed, what was done."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else request.GET
        clients = picked(sent.getlist("client"))
        rows = orphans_within_reach(viewing(request))
        rows = rows.filter(client__in=any_of(clients)) if clients else self.unpicked(rows)
        orphans = list(rows[:MOST])
        form = self.make_form(request, orphans)
        is_asked = form.is_bound and form.is_valid()
        effect, tables, made = self._carry_out(request, form, orphans) if is_asked else (None, [], None)
        if made is not None:
            count = made.handovers.count()
            messages.success(request, _("%(count)s orphan clients are assigned.") % {"count": count})
            return HttpResponseRedirect(address(made))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.heading,
            "form": form,
            "picked": clients,
            "orphans": orphans,
            "picked_table": picked_table(orphans, viewing(request)),
            "effect": effect,
            "tables": tables,
            "by_rule": self.kind == AssignmentBatch.Kind.RULE,
        }
        return TemplateResponse(request, "admin/assign.html", context)

    def unpicked(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Which orphans the page is about when none was picked."""
        return rows.none()

    def _carry_out(
        self, request: HttpRequest, form: Any, orphans: list[Any]
    ) -> tuple[AssignEffect | None, list[Any], AssignmentBatch | None]:
        """What a valid form would do or, confirmed, did; nothing where it is refused."""
        wanted, batch, tables = self.plan(request, form, orphans)
        shown, by = form.cleaned_data["shown"], Actor(viewing(request))
        effect, made = look_or_confirm(
            request,
            form,
            look=lambda: effect_of_assigning(wanted, viewing(request)),
            confirm=lambda: assign_orphans(wanted, shown=shown, batch=batch, by=by),
        )
        return effect, [*tables, load_table(effect)] if effect else [], made


@admin.register(Assignment)
class AssignmentAdmin(AssigningAdmin):
    """Assignments; the add page assigns by hand."""

    list_display = ["client", "date", "developer"]
    list_select_related = ["client", "developer"]
    search_fields = ["client__number", "client__name", "developer__number", "developer__name"]
    date_hierarchy = "date"
    kind = AssignmentBatch.Kind.HAND
    heading = gettext_lazy("Assign orphan clients")

    def get_urls(self) -> list[URLPattern]:
        pick = self.admin_site.admin_view(never_cache(require_safe(self.pick_view)))
        return [path("pick/", pick, name="clients_assignment_pick"), *super().get_urls()]

    def pick_view(self, request: HttpRequest) -> HttpResponse:
        """The sales people whom the words in the form's field may mean, with how many orphans each develops."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        viewer = viewing(request)

        def loads(rows: Sequence[Any]) -> dict[int, str]:
            among = Q(pk__in=[row.pk for row in rows])
            return {one.pk: one.note for one in sales_people(viewer, timezone.localdate(), among)}

        return offer(request, pickable(viewer, in_sales=True), note=loads)

    def make_form(self, request: HttpRequest, orphans: list[Any]) -> AssignForm:
        data = request.POST if "step" in request.POST else None
        viewer = viewing(request)
        return HandForm(data, viewer=viewer, people=sales_people(viewer, today_of(request.POST.get("day"))))

    def plan(
        self, request: HttpRequest, form: Any, orphans: list[Any]
    ) -> tuple[WantedDevelopers, AssignmentBatch, list[Any]]:
        given = form.cleaned_data
        wanted = WantedDevelopers([(orphan.pk, given["developer"].pk) for orphan in orphans], given["day"])
        return wanted, AssignmentBatch(kind=self.kind), []


@admin.register(AssignmentBatch)
class AssignmentBatchAdmin(AssigningAdmin):
    """What was assigned at once; the add page assigns by a rule."""

    list_display = ["day", "kind", "made_by", "made_at"]
    list_filter = ["kind"]
    list_select_related = ["made_by"]
    date_hierarchy = "day"
    empty_text = gettext_lazy("Nothing was assigned in the browser yet: pick clients in the orphan pool.")
    kind = AssignmentBatch.Kind.RULE
    heading = gettext_lazy("Assign orphan clients by a rule")

    def unpicked(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(developer=None)

    def make_form(self, request: HttpRequest, orphans: list[Any]) -> AssignForm:
        data = request.POST if "step" in request.POST else None
        return RuleForm(data, people=sales_people(viewing(request), today_of(request.POST.get("day"))))

    def plan(
        self, request: HttpRequest, form: Any, orphans: list[Any]
    ) -> tuple[WantedDevelopers, AssignmentBatch, list[Any]]:
        given = form.cleaned_data
        waiting = [orphan for orphan in orphans if orphan.developer_id is None][: given["count"]]
        plan: RulePlan = plan_by_rule(
            waiting,
            form.people,
            viewing(request),
            rule=Rule(given["rule"]),
            same_branch_first=given["same_branch_first"],
            limit=given["limit"],
            excluded=form.excluded,
        )
        return plan.wanted(given["day"]), plan.batch, [plan_table(plan, viewing(request))]

    def record(self, request: HttpRequest, obj: AssignmentBatch) -> Record:
        return batch_record(obj, viewing(request))


@admin.register(Handover)
class HandoverAdmin(BookAdmin):
    """What was assigned in the browser, and whether it was accepted."""

    list_display = ["client", "developer", "day", "accept_by", "answer", "answered_at", "taken_from"]
    list_filter = ["answer"]
    list_select_related = ["client", "developer", "taken_from"]
    search_fields = ["client__number", "client__name", "developer__number", "developer__name"]
    date_hierarchy = "day"
    empty_text = gettext_lazy("Nothing was assigned in the browser yet: pick clients in the orphan pool.")
    change_form_template = "admin/handover.html"

    def get_urls(self) -> list[URLPattern]:
        answer = path("<int:pk>/answer/", self.admin_site.admin_view(self.answer), name="clients_handover_answer")
        return [answer, *super().get_urls()]

    def answer(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept for the developer, or give back, and return to the page; without an answer it leads there."""
        handover = self.get_queryset(request).select_related("developer").filter(pk=pk).first()
        if handover is None:
            raise Http404
        if not may_answer(viewing(request), handover):
            raise PermissionDenied
        if request.method == "POST":
            take_answer(request, handover)
        return HttpResponseRedirect(address(handover))

    def beside(self, request: HttpRequest, obj: Handover) -> dict[str, Any]:
        is_open = obj.answer == Handover.Answer.WAITING and may_answer(viewing(request), obj)
        return {"may_answer": is_open, "answer_url": reverse("admin:clients_handover_answer", args=[obj.pk])}

    def record(self, request: HttpRequest, obj: Handover) -> Record:
        return handover_record(obj, viewing(request))
