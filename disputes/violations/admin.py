"""Admin pages of violations: recorded on a dispute, signed by a second person, the circular of a demotion printed."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from access.accounts.second_person import read_just_now
from access.actor import Actor
from access.models import User
from access.pages.admin_base import viewing
from access.pages.form_pages import ask, look_or_confirm
from access.pages.links import address
from access.pages.records import Cell, Record
from access.reach import within_reach
from access.refusals import EffectChanged, Refused
from access.rights import has
from access.roles import Duty
from disputes.models import Dispute, Violation
from disputes.rights import reads_history
from disputes.violations.actions import record_violation, send_violation_back, sign_violation
from disputes.violations.forms import ReturnForm, SignForm, ViolationForm
from disputes.violations.pages import circular_of, may_issue, may_print, recording, violation_record
from disputes.violations.selectors import (
    ViolationEffect,
    effect_of_violation,
    effect_of_wanted_violation,
    proposal_of,
    with_standing,
)
from periods.admin_base import BookAdmin

TITLES: Mapping[str, Any] = {
    "sign": gettext_lazy("Sign the violation"),
    "back": gettext_lazy("Send the violation back"),
}


@admin.register(Violation)
class ViolationAdmin(BookAdmin):
    list_display = ["dispute", "employee", "kind", "measure", "state", "decided_by", "decided_at"]
    list_select_related = ["dispute__contract", "employee", "decided_by__employee", "signed_by", "review"]
    list_filter = ["state", "measure", "kind"]
    search_fields = ["dispute__number", "employee__number", "employee__name"]
    change_form_template = "admin/violation.html"
    empty_text = gettext_lazy("Violations found in a dispute are recorded on its page, and signed by a second person.")

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_standing(super().get_queryset(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("record/<int:pk>/", view(self.record_view), name="disputes_violation_record"),
            path("<int:pk>/act/<slug:what>/", view(self.act_view), name="disputes_violation_act"),
            path("<int:pk>/circular/", view(require_safe(self.circular_view)), name="disputes_violation_circular"),
            *super().get_urls(),
        ]

    def may_see_history(self, viewer: User, obj: Violation) -> bool:
        return reads_history(viewer)

    def record(self, request: HttpRequest, obj: Violation) -> Record:
        return violation_record(obj, viewing(request))

    def beside(self, request: HttpRequest, obj: Violation) -> dict[str, Any]:
        """What the second person can do about it."""
        return {"acts": list(TITLES.items()) if _waits_for(viewing(request), obj) else []}

    def record_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was found against a party; below it, once asked, what follows; then it waits to be signed."""
        viewer = viewing(request)
        if not has(viewer, Duty.FINDS_FOR_HR):
            raise PermissionDenied
        rows = within_reach(viewer, Dispute.objects.select_related("client", "contract"))
        dispute, today = get_object_or_404(rows, pk=pk), timezone.localdate()
        if not recording(dispute, viewer):
            messages.warning(request, _("Verification has not begun, or it is a case of your own."))
            return HttpResponseRedirect(address(dispute))
        parties = list(dispute.parties.select_related("employee"))
        form = ViolationForm(request.POST if request.method == "POST" else None, parties=parties)
        effect, made = look_or_confirm(
            request,
            form,
            look=lambda: effect_of_wanted_violation(dispute, form.wanted, today),
            confirm=lambda: record_violation(
                dispute, form.wanted, shown=form.cleaned_data["shown"], today=today, by=Actor(viewer)
            ),
        )
        if made is not None:
            messages.success(request, _("Recorded. It counts once a second person has signed it."))
            return HttpResponseRedirect(address(made))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Record a violation"),
            "back": address(dispute),
            "about": str(dispute),
            "form": form,
            "effect": effect,
        }
        return TemplateResponse(request, "admin/violation_form.html", context)

    def act_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """Sign what waits, or send it back: shown with what it does, then done."""
        viewer = viewing(request)
        if what not in TITLES or not has(viewer, Duty.SIGNS_DECISIONS):
            raise PermissionDenied
        violation = get_object_or_404(self.get_queryset(request), pk=pk)
        if not _waits_for(viewer, violation):
            messages.warning(request, _("This has been done already, or can't be done now."))
            return HttpResponseRedirect(address(violation))
        form_class = SignForm if what == "sign" else ReturnForm
        form = form_class(request.POST if request.method == "POST" else None)
        if form.is_valid() and self._act(request, violation, what, form):
            messages.success(request, _("Signed: it counts from now on.") if what == "sign" else _("Sent back."))
            return HttpResponseRedirect(address(violation))
        effect, refusal = _effect(violation) if what == "sign" else (None, "")
        return ask(
            self,
            request,
            form,
            str(TITLES[what]),
            back=address(violation),
            about=f"{violation} · {violation.get_measure_display()}",
            sentences=[violation.finding],
            template="admin/violation_act.html",
            effect=effect,
            refusal=refusal,
            is_refused=bool(refusal),
        )

    def _act(self, request: HttpRequest, violation: Violation, what: str, form: Any) -> bool:
        """Do it; False, with the reason in the form, where it is refused."""
        by, given = Actor(viewing(request)), form.cleaned_data
        try:
            if what == "sign":
                sign_violation(violation, shown=given["shown"], today=timezone.localdate(), by=by)
            else:
                send_violation_back(violation, reason=given["reason"], by=by)
        except EffectChanged:
            messages.warning(request, _("What it does has changed: look again, then confirm."))
            return False
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
            return False
        return True

    def circular_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The circular of a demotion, one page to print and hang up."""
        if not may_issue(viewing(request)):
            raise PermissionDenied
        violation = get_object_or_404(self.get_queryset(request), pk=pk)
        circular = circular_of(violation) if may_print(viewing(request), violation) else None
        if circular is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Circular"),
            "circular": circular,
            "way_back": Cell(str(violation), address(violation)),
        }
        return TemplateResponse(request, "admin/circular.html", context)


def _waits_for(viewer: User, violation: Violation) -> bool:
    """Whether it waits for the viewer's signature: never for who recorded it, nor for whom the dispute concerns."""
    is_waiting = violation.state == Violation.State.WAITING and has(viewer, Duty.SIGNS_DECISIONS)
    if not is_waiting:
        return False
    read_just_now([violation.decided_by])
    return proposal_of(violation).is_for(viewer)


def _effect(violation: Violation) -> tuple[ViolationEffect | None, str]:
    """What signing would do, or what speaks against it."""
    try:
        return effect_of_violation(violation), ""
    except Refused as refusal:
        return None, refusal.reason
