"""Admin pages of corrections: asked for, looked at, confirmed once; taken back while their month is open."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.pages.admin_base import ReachFilter, viewing
from access.pages.form_pages import TakesBack, look_or_confirm
from access.pages.links import address
from access.pages.records import Record
from compensation.corrections.actions import look_at_correction, make_correction, withdraw_correction
from compensation.corrections.forms import FORMS
from compensation.corrections.pages import adjustment_record, correction_record, effect_tables
from compensation.models import Adjustment, Correction, Payslip
from periods.admin_base import BookAdmin, OwnMonthFilter
from periods.selectors import last_locked_month
from rulebook.wording import amount_text, month_text


@admin.register(Correction)
class CorrectionAdmin(TakesBack, BookAdmin):
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
        by = Actor(viewing(request))
        effect, made = look_or_confirm(
            request,
            form,
            look=lambda: look_at_correction(form.wanted, by=by),
            confirm=lambda: make_correction(
                form.wanted,
                reason=form.cleaned_data["reason"],
                shown=form.cleaned_data["shown"],
                by=by,
            ),
        )
        if made is not None:
            text = (
                _("%(number)s is posted in %(month)s: compute the month again.")
                if Payslip.objects.filter(month=made.month).exists()
                else _("%(number)s is posted in %(month)s: it counts when that month is computed.")
            )
            messages.success(request, text % {"number": made.number, "month": month_text(made.month)})
            return HttpResponseRedirect(address(made))
        award = form.award_to_pay
        locked = last_locked_month()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Pay the award") if award else _("Correct a locked month"),
            "award": award,
            "award_page": address(award) if award else "",
            "posted_in": month_text(locked + 1) if locked else "",
            "form": form,
            "kind": form.kind.value,
            "kinds": () if award else Correction.Kind.choices,
            "effect": effect,
            "tables": effect_tables(effect, viewing(request)) if effect else [],
        }
        return TemplateResponse(request, "admin/correction_form.html", context)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[str]]:
        """The correction with its adjustments, which are its own."""
        adjustments = Adjustment.objects.filter(correction__in=objs).select_related("employee")
        told = [f"{adjustment.employee}: {amount_text(adjustment.amount)}" for adjustment in adjustments]
        return [*(str(correction) for correction in objs), told], {}, set(), []

    def remove(self, obj: Correction, *, by: Actor) -> None:
        withdraw_correction(obj, by=by)


@admin.register(Adjustment)
class AdjustmentAdmin(BookAdmin):
    list_display = ["employee", "month", "correction", "line", "sales", "amount"]
    list_filter = [("month", OwnMonthFilter), "correction__kind"]
    list_select_related = ["employee", "correction", "line__receipt"]
    search_fields = ["correction__number", "line__receipt__number", "employee__number", "employee__name"]
    search_help_text = gettext_lazy("Number of the correction, receipt or person, name")
    empty_text = gettext_lazy("A correction of a locked month adjusts people's pay by lines that stand here.")

    def record(self, request: HttpRequest, obj: Adjustment) -> Record:
        return adjustment_record(obj, viewing(request))
