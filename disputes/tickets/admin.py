"""Admin pages of disputes: the list, a dispute with both sides, raising one for somebody, and what is done in it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from access.actor import Actor
from access.models import User
from access.pages.admin_base import ReachFilter, viewing
from access.pages.form_pages import ask, look_or_confirm
from access.pages.links import address
from access.pages.records import Cell, Record
from access.reach import within_reach
from access.refusals import EffectChanged, Refused
from access.rights import has
from access.roles import Duty
from clients.models import Contract
from disputes.actions import raise_complaint, raise_dispute
from disputes.clock.filters import DueFilter
from disputes.deciding.actions import confirm_ruling, give_finding, replace_ruling
from disputes.deciding.effects import RulingEffect, effect_of_finding, effect_of_waiting
from disputes.deciding.selectors import Standing, desks_open_to
from disputes.models import Dispute, Party
from disputes.notices import dispute_notices
from disputes.rights import reads_history
from disputes.selectors import parties_shown_to
from disputes.selectors_acts import Act
from disputes.tickets.acts import PLAIN, TITLES, acts_on_page, form_of, has_duty, has_found
from disputes.tickets.deciding import may_see_effect, tables_of_effect
from disputes.tickets.figures import PeriodForm, figures, usual_period
from disputes.tickets.filters import WaitsFilter
from disputes.tickets.forms import ClaimForm, ComplaintForm, FindingForm, NothingForm
from disputes.tickets.line import line_of
from disputes.tickets.lists import DisputeList, age_text, due_cell, state_cell
from disputes.tickets.pages import about, dispute_record, known_tables, knows_all, window_text
from disputes.tickets.sides import sides_of
from disputes.tickets.similar import similar_tables
from disputes.tickets.why import why_not_decided_by
from periods.admin_base import BookAdmin

Kind = Dispute.Kind
PARTIES = Prefetch("parties", Party.objects.select_related("employee"))


@admin.register(Dispute)
class DisputeAdmin(BookAdmin):
    list_display = ["number", "client", "contract", "claimant", "standing", "raised_on", "due", "age"]
    list_filter = ["state", "kind", ("contract__branch", ReachFilter), DueFilter, WaitsFilter]
    list_select_related = ["client", "contract", "hold__contract", "raised_by", "ended_by"]
    search_fields = ["number", "contract__number", "client__number", "client__name"]
    search_help_text = gettext_lazy("Number of the dispute, the contract or the client, the client's name")
    change_form_template = "admin/dispute.html"
    empty_text = gettext_lazy(
        "Disputes are raised from the page of a contract, within a month of its first cash; human resources and a"
        " branch's managers raise them for their people, and record clients' complaints."
    )

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(self.act_view)
        known = self.admin_site.admin_view(require_safe(self.known_view))
        effect = self.admin_site.admin_view(require_safe(self.effect_view))
        waiting = self.admin_site.admin_view(require_safe(self.waiting_view))
        figures = self.admin_site.admin_view(require_safe(self.figures_view))
        return [
            path("waiting/", waiting, name="disputes_dispute_waiting"),
            path("figures/", figures, name="disputes_dispute_figures"),
            path("<int:pk>/act/<slug:what>/", act, name="disputes_dispute_act"),
            path("<int:pk>/known/", known, name="disputes_dispute_known"),
            path("<int:pk>/effect/", effect, name="disputes_dispute_effect"),
            *super().get_urls(),
        ]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The dispute with its parties and where it stands, which its page asks for many times."""
        dispute = super().get_object(request, object_id, from_field)
        if dispute is not None:
            prefetch_related_objects([dispute], PARTIES)
            dispute.standing = Standing(dispute)
        return dispute

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """No list is narrowed by who raised it, which the sides learn in their time."""
        return not lookup.startswith("raised_by") and super().lookup_allowed(lookup, value, request)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return DisputeList

    @admin.display(description=gettext_lazy("claimant"))
    def claimant(self, dispute: Any) -> str:
        """Who claims, as far as the viewer may know."""
        return _(", ").join(dispute.claimants) or "–"

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def standing(self, dispute: Dispute) -> str:
        """How far it is."""
        return _toned(state_cell(dispute))

    @admin.display(description=gettext_lazy("to be decided by"), ordering="due_on")
    def due(self, dispute: Any) -> str:
        """Until when, and how much of it is left."""
        return _toned(due_cell(dispute, dispute.clock))

    @admin.display(description=gettext_lazy("open for"), ordering="raised_on")
    def age(self, dispute: Dispute) -> str:
        """For how long it has been open."""
        return age_text(dispute, timezone.localdate())

    def may_see_history(self, viewer: User, obj: Dispute) -> bool:
        """What was kept tells who raised it and what was found, which the sides and the desks learn in their time."""
        return reads_history(viewer)

    def record(self, request: HttpRequest, obj: Any) -> Record:
        viewer = viewing(request)
        obj.shown = parties_shown_to(viewer, obj, obj.parties.all())
        return dispute_record(obj, viewer, obj.standing, obj.shown)

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Both sides, and what can be done about it."""
        viewer = viewing(request)
        acts = acts_on_page(viewer, obj, obj.standing)
        return {
            "sides": sides_of(obj, obj.shown, viewer, knows_all=knows_all(obj, obj.shown)),
            "acts": [(what, TITLES[what]) for what in acts],
            "may_see_effect": may_see_effect(viewer, obj.standing),
            "why_not": why_not_decided_by(viewer, obj, acts),
        }

    def waiting_view(self, request: HttpRequest) -> HttpResponse:
        """What disputes ask of the viewer: a part of the first page; nothing for who sees none."""
        notices = dispute_notices(viewing(request)) if self.has_view_permission(request) else []
        return self._part(request, _("Disputes"), "admin/home/disputes.html", notices=notices)

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """How many disputes there were over a period, how they ended, how long they took, how many were late."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = timezone.localdate()
        form = PeriodForm(request.GET if "first" in request.GET else usual_period(today))
        tables = figures(viewing(request), **form.cleaned_data, today=today) if form.is_valid() else []
        shown = {"title": _("Figures of disputes"), "form": form, "tables": tables}
        context = {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        return TemplateResponse(request, "admin/dispute_figures.html", context)

    def known_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is held, what the system knows and what was ruled before: a part of the dispute's page."""
        rows = self.get_queryset(request).select_related("client__registered_owner")
        dispute = get_object_or_404(rows, pk=pk)
        viewer, parties = viewing(request), list(dispute.parties.select_related("employee"))
        is_whole = len(parties_shown_to(viewer, dispute, parties)) == len(parties)
        shown = {
            "tables": known_tables(dispute, viewer),
            "line": line_of(dispute, parties, viewer) if is_whole else None,
            "similar": similar_tables(dispute, viewer) if has(viewer, Duty.READS_DISPUTES) else [],
        }
        return self._part(request, dispute.number, "admin/parts/dispute_known.html", **shown)

    def effect_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the findings would do as a ruling, for who may read them all: a part of the dispute's page."""
        rows, viewer = self.get_queryset(request).prefetch_related(PARTIES), viewing(request)
        dispute = get_object_or_404(rows, pk=pk)
        standing = Standing(dispute)
        if not may_see_effect(viewer, standing):
            raise Http404
        effect, refusal = _waiting(standing)
        tables = tables_of_effect(effect, viewer) if effect else []
        shown = {"effect": effect, "refusal": refusal, "tables": tables}
        return self._part(request, dispute.number, "admin/parts/ruling_waiting.html", **shown)

    def _part(self, request: HttpRequest, title: str, template: str, **shown: Any) -> HttpResponse:
        """A part of a page that asks for it by itself; asked for by a reader, a page of its own."""
        if "HX-Request" in request.headers:
            return TemplateResponse(request, template, shown)
        context = {**self.admin_site.each_context(request), "title": title, "part": template, **shown}
        return TemplateResponse(request, "admin/part.html", context)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form in which a dispute is raised for somebody, or a client's complaint recorded."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        viewer, kind = viewing(request), request.GET.get("kind", "")
        kind = kind if kind in Kind.values else Kind.COLLEAGUES.value
        form_class = ComplaintForm if kind == Kind.CLIENT else ClaimForm
        form = form_class(request.POST or None, viewer=viewer, initial=request.GET.dict())
        if form.is_bound and form.is_valid() and (made := self._raise(request, form)) is not None:
            told = _("%(number)s is open; it is to be decided by %(day)s.")
            messages.success(request, told % {"number": made.number, "day": made.due_on})
            return HttpResponseRedirect(address(made))
        return ask(
            self,
            request,
            form,
            _("Record a complaint") if kind == Kind.CLIENT else _("Raise a dispute"),
            back=reverse("admin:disputes_dispute_changelist"),
            sentences=_told_before(viewer, request.GET.get("contract", ""), kind),
            template="admin/dispute_raise.html",
            kinds=[(Kind.COLLEAGUES.value, Kind.COLLEAGUES.label), (Kind.CLIENT.value, Kind.CLIENT.label)],
            kind=kind,
        )

    def _raise(self, request: HttpRequest, form: Any) -> Dispute | None:
        by, today = Actor(viewing(request)), timezone.localdate()
        try:
            if isinstance(form, ComplaintForm):
                return raise_complaint(form.complaint, today=today, by=by)
            return raise_dispute(form.claim, today=today, by=by)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
            return None

    def act_view(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        """One of the things done in a dispute: what it does is said, then it is done."""
        dispute = get_object_or_404(self.get_queryset(request).prefetch_related(PARTIES), pk=pk)
        viewer = viewing(request)
        if what not in TITLES or not has_duty(viewer, what):
            raise PermissionDenied
        standing = Standing(dispute)
        if what == Act.CONFIRM_RULING and has_found(viewer, standing):
            return self._confirm_view(request, dispute, standing)
        acts = acts_on_page(viewer, dispute, standing)
        if what not in acts:
            why = why_not_decided_by(viewer, dispute, acts)
            messages.warning(request, why or _("This has been done already, or can't be done now."))
            return HttpResponseRedirect(address(dispute))
        if what in PLAIN:
            return self._plain_view(request, dispute, what)
        return self._finding_view(request, dispute, what, standing)

    def _plain_view(self, request: HttpRequest, dispute: Dispute, what: str) -> HttpResponse:
        form = form_of(what, dispute, viewing(request), request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                PLAIN[what].does(dispute, form, Actor(viewing(request)))
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, refusal.reason)
            else:
                messages.success(request, PLAIN[what].done)
                return HttpResponseRedirect(address(dispute))
        title, told = str(TITLES[what]), PLAIN[what].told(dispute)
        return ask(self, request, form, title, back=address(dispute), about=_named(dispute), sentences=told)

    def _confirm_view(self, request: HttpRequest, dispute: Dispute, standing: Standing) -> HttpResponse:
        """What the findings come to and would do; once confirmed it is posted."""
        viewer = viewing(request)
        form = NothingForm(request.POST if request.method == "POST" else None, viewer=viewer)
        if form.is_valid():
            shown, by = request.POST.get("shown", ""), Actor(viewer)
            try:
                confirm_ruling(dispute, shown=shown, today=timezone.localdate(), by=by)
            except EffectChanged:
                messages.warning(request, _("What it does has changed: look again, then confirm."))
            except Refused as refusal:
                form.add_error(None, refusal.reason)
            else:
                messages.success(request, _("Ruled: what it moved stands below, and on the payslips it moved."))
                return HttpResponseRedirect(address(dispute))
        effect, against = _waiting(standing)
        return ask(
            self,
            request,
            form,
            str(TITLES[Act.CONFIRM_RULING]),
            back=address(dispute),
            about=_named(dispute),
            template="admin/dispute_confirm.html",
            effect=effect,
            refusal=against,
            is_refused=effect is None,
            moves=tables_of_effect(effect, viewer) if effect else [],
        )

    def _finding_view(self, request: HttpRequest, dispute: Dispute, what: str, standing: Standing) -> HttpResponse:
        """The form of a finding, or of another ruling; below it, once asked, what it does."""
        viewer, is_finding = viewing(request), what == Act.GIVE_FINDING
        form = FindingForm(
            request.POST if request.method == "POST" else None,
            viewer=viewer,
            parties=list(dispute.parties.all()),
            is_complaint=dispute.kind == Kind.CLIENT,
            has_contract=dispute.contract_id is not None,
        )
        by, desk = Actor(viewer), next(iter(desks_open_to(viewer, dispute, standing)), None) if is_finding else None

        def confirm() -> object:
            if desk is not None:
                return give_finding(dispute, form.wanted, desk=desk, by=by)
            shown, today = form.cleaned_data["shown"], timezone.localdate()
            return replace_ruling(dispute, form.wanted, shown=shown, today=today, by=by)

        effect, made = look_or_confirm(
            request, form, look=lambda: effect_of_finding(dispute, form.wanted), confirm=confirm
        )
        if made is not None:
            told = _("Given: it stays as it is.") if is_finding else _("Ruled anew: the ruling before no longer holds.")
            messages.success(request, told)
            return HttpResponseRedirect(address(dispute))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": TITLES[what],
            "dispute": dispute,
            "back": address(dispute),
            "about": _named(dispute),
            "form": form,
            "effect": effect,
            "is_finding": is_finding,
            "tables": tables_of_effect(effect, viewer) if effect else [],
        }
        return TemplateResponse(request, "admin/dispute_finding.html", context)


def _toned(cell: Cell) -> str:
    return format_html('<span class="state state-{}">{}</span>', cell.tone, cell.text) if cell.tone else cell.text


def _named(dispute: Dispute) -> str:
    return f"{dispute.number} · {about(dispute)}"


def _told_before(viewer: User, number: str, kind: str) -> list[str]:
    """What raising does and, of the contract that the form was opened for, until when it can be."""
    if kind == Kind.CLIENT:
        return [_("Clients' complaints have no window. If one is about a contract, its commission is held meanwhile.")]
    told = [_("3-1.3: while the dispute is open the contract's commission is not paid; credited sales stay.")]
    contract = within_reach(viewer, Contract.objects.filter(number=number)).first() if number else None
    return [window_text(contract), *told] if contract is not None else told


def _waiting(standing: Standing) -> tuple[RulingEffect | None, str]:
    """What confirming would do, or what speaks against it."""
    try:
        return effect_of_waiting(standing.dispute, standing), ""
    except Refused as refusal:
        return None, refusal.reason
