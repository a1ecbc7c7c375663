"""Admin pages of plan drafts: begun, filled in or uploaded, previewed, submitted, approved by another."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.bodies import takes_files
from access.history.downloads import hand_out
from access.pages.admin_base import viewing
from access.pages.links import address
from access.pages.records import Record
from access.rights import Right, may
from monthend.drafts.acts import carry_out
from monthend.drafts.forms import MOST_BYTES, AskForm, DraftActForm, PlanUploadForm, StartForm
from monthend.drafts.pages import draft_page, draft_record, step_record
from monthend.preview.actions import ask_preview
from periods.admin_base import BookAdmin
from periods.selectors import first_uncomputed_month
from rulebook.drafts.actions import DraftRefused, change_draft, check_text, start_draft, text_digest
from rulebook.drafts.forms import PlanForm
from rulebook.models import PlanDraft, PlanDraftStep
from rulebook.month import Month
from rulebook.wording import month_text

State = PlanDraft.State


@admin.register(PlanDraft)
class PlanDraftAdmin(BookAdmin):
    list_display = ["version", "effective_from", "state", "based_on", "started_by", "changed_at", "approved_by"]
    list_filter = ["state"]
    list_select_related = ["based_on", "started_by", "approved_by"]
    change_form_template = "admin/plan_draft.html"
    empty_text = gettext_lazy("Other numbers for a coming month begin as a draft: nothing in it counts until approved.")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:pk>/edit/", self.admin_site.admin_view(self.edit_view), name="rulebook_plandraft_edit"),
            path("<int:pk>/act/", self.admin_site.admin_view(self.act_view), name="rulebook_plandraft_act"),
            path("<int:pk>/preview/", self.admin_site.admin_view(self.ask_view), name="rulebook_plandraft_preview"),
            path("<int:pk>/text/", self.admin_site.admin_view(self.text_view), name="rulebook_plandraft_text"),
        ]
        return own + super().get_urls()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by the stock form: a draft is changed on pages of its own."""
        return False

    def record(self, request: HttpRequest, obj: PlanDraft) -> Record:
        return draft_record(obj, viewing(request))

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {"page": draft_page(obj, viewing(request))}

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Which version to begin from, and for which month; then the draft's form."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StartForm(request.POST or None, free_from=first_uncomputed_month(), today=timezone.localdate())
        if form.is_bound and form.is_valid():
            given = form.cleaned_data
            draft = start_draft(given["based_on"], month=given["month"], by=Actor(viewing(request)))
            self._tell_of_others(request, draft)
            return HttpResponseRedirect(reverse("admin:rulebook_plandraft_edit", args=[draft.pk]))
        return self._page(request, "admin/plan_draft_start.html", title=_("Draft a plan"), form=form)

    def _tell_of_others(self, request: HttpRequest, draft: PlanDraft) -> None:
        """Name the draft for the same month that isn't decided yet, if there is one: only one of them can count."""
        undecided = self.get_queryset(request).filter(state__in=(State.DRAFT, State.SUBMITTED))
        others = undecided.filter(effective_from=draft.effective_from).exclude(pk=draft.pk)
        other = others.order_by("-changed_at").first()
        if other is None:
            return
        told = _("For %(month)s there is a draft already, %(state)s: only one of them can come into force.")
        words = told % {"month": month_text(Month.of(draft.effective_from)), "state": other.get_state_display()}
        link = format_html('<a href="{}">{}</a>', address(other), _("Open the other draft"))
        messages.warning(request, format_html("{} {}", words, link))

    @takes_files(MOST_BYTES, Right.CHANGE, PlanDraft)
    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The plan as a form, or its text from a file; what is wrong stands beside its field, or with its place."""
        draft = self._draft(request, pk)
        if not may(request.user, Right.CHANGE, PlanDraft):
            raise PermissionDenied
        if draft.state != State.DRAFT:
            return HttpResponseRedirect(address(draft))
        free_from = first_uncomputed_month()
        is_upload = "upload" in request.POST
        entered = request.POST if request.method == "POST" and not is_upload else None
        upload = PlanUploadForm(request.POST, request.FILES, free_from=free_from) if is_upload else PlanUploadForm()
        form = PlanForm(
            entered, text=draft.text, seen=text_digest(draft), check=lambda text: check_text(text, free_from)
        )
        sent = upload if is_upload else form
        if sent.is_bound and sent.is_valid() and self._save(request, draft, sent):
            return HttpResponseRedirect(address(draft))
        title = _("Edit plan draft %(version)s") % {"version": draft.version}
        return self._page(request, "admin/plan_form.html", title=title, form=form, upload=upload, draft=draft)

    def _save(self, request: HttpRequest, draft: PlanDraft, form: PlanForm | PlanUploadForm) -> bool:
        """Write what a valid form holds; what speaks against it is told on the form."""
        seen, by = request.POST.get("seen", ""), Actor(viewing(request))
        try:
            change_draft(draft, form.text, seen=seen, free_from=first_uncomputed_month(), by=by)
        except DraftRefused as refusal:
            form.add_error(None, refusal.reason)
            return False
        messages.success(request, _("The draft is saved."))
        return True

    def act_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what a button of the page offers, tell what happened, and show the page again."""
        draft, form = self._draft(request, pk), DraftActForm(request.POST)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                told = carry_out(
                    given["act"], draft, reason=given["reason"], shown=given["shown"], by=Actor(viewing(request))
                )
                messages.success(request, told)
            except DraftRefused as refusal:
                messages.error(request, refusal.reason)
        return HttpResponseRedirect(address(draft))

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask what the draft would have changed in months past, and go to where the result will stand."""
        draft, form = self._draft(request, pk), AskForm(request.POST)
        if request.method == "POST" and form.is_valid():
            preview = form.preview_of(draft)
            try:
                ask_preview(preview, by=Actor(viewing(request)))
            except ValidationError as refusal:
                messages.error(request, " ".join(refusal.messages))
            else:
                return HttpResponseRedirect(address(preview))
        return HttpResponseRedirect(address(draft))

    def text_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """The draft's text as a file, to be changed elsewhere and uploaded again."""
        draft = self._draft(request, pk)
        text = draft.text.encode()
        return hand_out(request, text, f"plan-{draft.pk}.yaml", content_type="application/yaml; charset=utf-8")

    def _draft(self, request: HttpRequest, pk: int) -> PlanDraft:
        if not self.has_view_permission(request):
            raise PermissionDenied
        drafts = self.get_queryset(request).select_related("based_on", "approved_as")
        draft: PlanDraft = get_object_or_404(drafts, pk=pk)
        return draft

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        return TemplateResponse(
            request, template, {**self.admin_site.each_context(request), "opts": self.opts, **context}
        )


@admin.register(PlanDraftStep)
class PlanDraftStepAdmin(BookAdmin):
    list_display = ["draft", "kind", "at", "by", "reason"]
    list_filter = ["kind"]
    list_select_related = ["draft", "by"]

    def record(self, request: HttpRequest, obj: PlanDraftStep) -> Record:
        return step_record(obj, viewing(request))
