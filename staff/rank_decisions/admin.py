"""Admin pages of decisions on ranks: asked for, looked at, made for a second person to sign; the document beside it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.accounts.second_person import is_about
from access.actor import Actor
from access.bodies import takes_files
from access.history.downloads import hand_out
from access.models import User
from access.pages.admin_base import viewing
from access.pages.form_pages import ask, look_or_confirm
from access.pages.links import address
from access.pages.records import Record
from access.refusals import EffectChanged
from access.rights import Right
from periods.admin_base import BookAdmin, OwnMonthFilter
from staff.models import RankDecision
from staff.rank_decisions.actions import decide_rank, look_at_rank, send_rank_back, sign_rank, wanted_by, withdraw_rank
from staff.rank_decisions.effects import RankEffect, effect_of
from staff.rank_decisions.forms import ACTS, FORMS, MOST_BYTES, RankForm, RankTakeBackForm, kind_of
from staff.rank_decisions.pages import decision_record, what_holds
from staff.rank_decisions.selectors import RankRefused
from staff.reviews.selectors import may_decide, may_sign, proposal_of

State = RankDecision.State
TITLES = {
    "sign": gettext_lazy("Sign the decision"),
    "back": gettext_lazy("Send the decision back"),
    "withdraw": gettext_lazy("Withdraw the decision"),
}


@admin.register(RankDecision)
class RankDecisionAdmin(BookAdmin):
    list_display = ["employee", "month", "rank", "document", "state", "decided_by", "signed_by"]
    list_filter = ["state", ("month", OwnMonthFilter)]
    search_fields = ["employee__number", "employee__name", "document"]
    search_help_text = gettext_lazy("Staff number, name or document")
    rank_fields = ["rank"]
    change_form_template = "admin/rank_decision.html"
    empty_text = gettext_lazy(
        "Another rank than the assessment leads to is decided here, and signed by a second person."
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).defer("file_data")
        return rows.select_related("employee", "decided_by", "signed_by", "closed_by")

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act_view)
        file = self.admin_site.admin_view(never_cache(require_safe(self.file_view)))
        return [
            path("<int:pk>/act/<slug:what>/", act, name="staff_rankdecision_act"),
            path("<int:pk>/file/", file, name="staff_rankdecision_file"),
            *super().get_urls(),
        ]

    def record(self, request: HttpRequest, obj: RankDecision) -> Record:
        return decision_record(obj, viewing(request))

    def beside(self, request: HttpRequest, obj: RankDecision) -> dict[str, Any]:
        """What can be done about it and, for who may, what signing it would do or what speaks against that."""
        acts = [(what, title) for what, title in TITLES.items() if is_open_to(viewing(request), obj, what)]
        effect, refusal = _effect(obj) if acts else (None, "")
        return {"acts": acts, "effect": effect, "refusal": refusal}

    @takes_files(MOST_BYTES, Right.ADD, RankDecision)
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form; below it, once asked, what the decision would do; and once confirmed, the decision's page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form_class = FORMS.get(request.GET.get("kind", ""), RankForm)
        form = form_class(
            request.POST or None, request.FILES or None, viewer=viewing(request), initial=request.GET.dict()
        )
        by = Actor(viewing(request))
        effect, made = look_or_confirm(
            request,
            form,
            look=lambda: look_at_rank(form.wanted, by=by),
            confirm=lambda: decide_rank(
                form.wanted, shown=form.cleaned_data["shown"], file=form.cleaned_data["file"], by=by
            ),
        )
        if made is not None:
            messages.success(request, _("Decided. It counts once a second person has signed it."))
            return HttpResponseRedirect(address(made))
        takes_back = isinstance(form, RankTakeBackForm)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Take a decision on a rank back") if takes_back else _("Change the rank"),
            "form": form,
            "kind": form.kind,
            "effect": effect,
        }
        return TemplateResponse(request, "admin/rank_form.html", context)

    def act_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """Sign a decision that waits, send it back, or withdraw it: shown with what it does, then done."""
        decision = get_object_or_404(self.get_queryset(request), pk=pk)
        if what not in ACTS or not has_right_to(viewing(request), what):
            raise PermissionDenied
        if not is_open_to(viewing(request), decision, what):
            messages.warning(request, _("This has been done already, or can't be done now."))
            return HttpResponseRedirect(address(decision))
        form = ACTS[what](request.POST if request.method == "POST" else None)
        if form.is_valid() and self._act(request, decision, what, form):
            messages.success(request, what_holds(decision) if what == "sign" else _("Recorded."))
            return HttpResponseRedirect(address(decision))
        effect, refusal = _effect(decision)
        record = decision_record(decision, viewing(request))
        return ask(
            self,
            request,
            form,
            str(TITLES[what]),
            back=address(decision),
            about=f"{record.title} · {record.subtitle}",
            sentences=[f"{decision.document} · {decision.reason}"],
            template="admin/rank_act.html",
            effect=effect,
            refusal=refusal,
            is_refused=what == "sign" and effect is None,
        )

    def _act(self, request: HttpRequest, decision: RankDecision, what: str, form: Any) -> bool:
        """Do it; False, with the reason in the form, where it is refused."""
        by, given = Actor(viewing(request)), form.cleaned_data
        try:
            match what:
                case "sign":
                    sign_rank(decision, shown=given["shown"], by=by)
                case "back":
                    send_rank_back(decision, reason=given["reason"], by=by)
                case _:
                    withdraw_rank(decision, by=by)
        except EffectChanged:
            messages.warning(request, _("What it does has changed: look again, then confirm."))
            return False
        except RankRefused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
            return False
        return True

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The document of a decision within reach; that it was taken out is kept."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        decision = self.get_queryset(request).defer(None).filter(pk=pk).exclude(file_name="").first()
        if decision is None:
            raise Http404
        name, data = decision.file_name, bytes(decision.file_data)
        return hand_out(request, data, name, content_type=kind_of(name, data))


def _effect(decision: RankDecision) -> tuple[RankEffect | None, str]:
    """What signing a decision would do, or what speaks against it."""
    try:
        return effect_of(wanted_by(decision)), ""
    except RankRefused as refusal:
        return None, refusal.reason


def has_right_to(user: User, what: str) -> bool:
    """Whether the user's role does this, whenever its time is."""
    return may_decide(user) if what == "withdraw" else may_sign(user)


def is_open_to(user: User, decision: RankDecision, what: str) -> bool:
    """Whether the user may do this now: nobody about themselves, and nobody signs an own decision."""
    if not has_right_to(user, what) or decision.state != State.WAITING:
        return False
    return not is_about(user, decision.employee_id) if what == "withdraw" else proposal_of(decision).is_for(user)
