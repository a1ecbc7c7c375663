"""Admin pages of corrections: asked for, looked at, confirmed once; taken back while their month is open."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.admin_base import ReachFilter, viewing
from access.doors import address
from access.record import Record
from access.refusals import EffectChanged
from compensation.actions_corrections import CorrectionRefused, effect_of, make_correction, withdraw_correction
from compensation.correction_form import FORMS, CorrectionForm
from compensation.correction_records import adjustment_record, correction_record, effect_tables
from compensation.effects import Effect
from compensation.models import Adjustment, Correction
from periods.admin_base import BookAdmin, OwnMonthFilter
from rulebook.wording import month_text

CONFIRM = "confirm"


class CorrectionAdmin(BookAdmin):
    list_display = ["number", "month", "kind", "receipt", "contract", "reason", "made_by"]
    list_filter = [("month", OwnMonthFilter), "kind", ("to_branch", ReachFilter)]
    list_select_related = ["receipt", "contract", "made_by"]
    search_fields = [
        "number",
        "reason",
        "receipt__number",
        "contract__number",
        "adjustments__employee__number",
        "adjustments__employee__name",
    ]
    search_help_text = gettext_lazy("Number of the correction, receipt, contract or person, name, reason")
    empty_text = gettext_lazy("What turns out to be wrong in a locked month is corrected here, in the open month.")
    change_form_template = "admin/taken_back.html"

    def record(self, request: HttpRequest, obj: Correction) -> Record:
        return correction_record(obj, viewing(request))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; below it, once asked, what the correction would do; and once confirmed, the correction's page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form_class = FORMS.get(request.GET.get("kind", ""), FORMS[Correction.Kind.AMOUNT.value])
        form = form_class(request.POST or None, viewer=viewing(request), initial=request.GET.dict())
        effect, made = self._carry_out(request, form) if form.is_bound and form.is_valid() else (None, None)
        if made is not None:
            text = _("%(number)s is posted in %(month)s: compute the month again.")
            messages.success(request, text % {"number": made.number, "month": month_text(made.month)})
            return HttpResponseRedirect(address(made))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Correct a locked month"),
            "form": form,
            "kinds": Correction.Kind.choices,
            "effect": effect,
            "tables": effect_tables(effect, viewing(request)) if effect else [],
        }
        return TemplateResponse(request, "admin/correction_form.html", context)

    def _carry_out(self, request: HttpRequest, form: CorrectionForm) -> tuple[Effect | None, Correction | None]:
        """What a valid form would do or, confirmed, did; neither where it is refused."""
        wanted, given = form.wanted, form.cleaned_data
        try:
            if request.POST.get("step") == CONFIRM:
                by = Actor(viewing(request))
                return None, make_correction(wanted, reason=given["reason"], shown=given["shown"], by=by)
            return effect_of(wanted), None
        except EffectChanged as changed:
            messages.warning(request, _("What it does has changed: look again, then confirm."))
            return changed.effect, None
        except CorrectionRefused as refusal:
            form.add_error(refusal.field, refusal.reason)
            return None, None

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a correction back; what speaks against it is told on its page."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except CorrectionRefused as refusal:
            messages.error(request, refusal.reason)
            return HttpResponseRedirect(address(self.get_queryset(request).get(pk=object_id)))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The correction with its adjustments, which are its own."""
        adjustments = Adjustment.objects.filter(correction__in=objs).select_related("employee")
        told = [f"{adjustment.employee}: {adjustment.amount:,.2f}" for adjustment in adjustments]
        return [*(str(correction) for correction in objs), told], {}, set(), []

    def remove(self, obj: Correction, *, by: Actor) -> None:
        withdraw_correction(obj, by=by)


class AdjustmentAdmin(BookAdmin):
    list_display = ["employee", "month", "correction", "line", "sales", "amount"]
    list_filter = [("month", OwnMonthFilter), "correction__kind"]
    list_select_related = ["employee", "correction", "line__receipt"]
    search_fields = ["correction__number", "line__receipt__number", "employee__number", "employee__name"]
    search_help_text = gettext_lazy("Number of the correction, receipt or person, name")
    empty_text = gettext_lazy("A correction of a locked month adjusts people's pay by lines that stand here.")

    def record(self, request: HttpRequest, obj: Adjustment) -> Record:
        return adjustment_record(obj, viewing(request))
