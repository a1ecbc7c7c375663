"""Admin pages of the rules: the law, plan versions, and what head office decided."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from access.actor import Actor
from access.pages.admin_base import ReachAdmin
from access.pages.records import Record
from rulebook.cells import ARTICLE, article_cell, day, fact, text
from rulebook.law.actions import record_interpretation
from rulebook.law.pages import law_view, newest_interpretations, said_in_language
from rulebook.law.pages_article import article_view
from rulebook.law.selectors import the_law
from rulebook.models import Interpretation, PlanVersion
from rulebook.pages import plan_record


@admin.register(PlanVersion)
class PlanVersionAdmin(ReachAdmin):
    list_display = ["version", "name", "effective_from", "approved_by", "approved_at"]

    def get_urls(self) -> list[Any]:
        own: list[URLPattern] = [
            path("law/", self.admin_site.admin_view(self.law), name="rulebook_law"),
            path("law/<str:number>/", self.admin_site.admin_view(self.article), name="rulebook_article"),
        ]
        return [*own, *super().get_urls()]

    def law(self, request: HttpRequest) -> TemplateResponse:
        """The law that plan versions put into numbers."""
        return law_view(request, self.admin_site)

    def article(self, request: HttpRequest, number: str) -> TemplateResponse:
        """One article of it."""
        return article_view(request, self.admin_site, number)

    def record(self, request: HttpRequest, obj: PlanVersion) -> Record:
        return plan_record(obj)


@admin.register(Interpretation)
class InterpretationAdmin(ReachAdmin):
    list_display = ["article", "verdict", "decided_on", "decided_by", "recorded_by"]
    list_filter = ["verdict"]
    list_select_related = ["recorded_by"]
    search_fields = ["article", "words", "decided_by"]
    search_help_text = _("Article, words or who decided")
    fields = ["article", "verdict", "words", "decided_on", "decided_by"]
    empty_text = _("What head office decides about how an article is read is recorded from the article's page.")

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "article":
            choices = [(article.number, f"{article.number} {article.words[:30]}") for article in the_law().articles]
            return forms.ChoiceField(label=db_field.verbose_name, choices=choices, widget=UnfoldAdminSelectWidget())
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def form_notes(self, request: HttpRequest, obj: Interpretation | None) -> list[str]:
        """What a decision does and, where the article is known, its words, our reading and what was decided last."""
        told = [
            gettext(
                "It is told beside the article on the page of the law. No figure changes by it: what is computed"
                " changes by a new version of the plan."
            )
        ]
        asked = request.POST.get("article") or request.GET.get("article")
        article = next((one for one in the_law().articles if one.number == asked), None)
        if article is None:
            return told
        last = newest_interpretations().get(article.number)
        told.append(f"{article.number} {article.words}")
        told.append(gettext("Read so far: %(reading)s") % {"reading": said_in_language(article.reading)})
        if last is not None:
            facts = {"day": last.decided_on, "who": last.decided_by, "verdict": last.get_verdict_display()}
            told.append(gettext("Decided last, on %(day)s by %(who)s: %(verdict)s.") % facts)
        return told

    def record(self, request: HttpRequest, obj: Interpretation) -> Record:
        return Record(
            title=f"{obj.article} · {obj.get_verdict_display()}",
            subtitle=str(self.opts.verbose_name),
            sentences=[obj.words] if obj.words else [],
            facts=[
                fact(_("article"), article_cell(obj.article)),
                fact(_("decided on"), day(obj.decided_on)),
                fact(_("decided by whom"), text(obj.decided_by)),
                fact(_("recorded by"), text(obj.recorded_by)),
                fact(_("recorded at"), day(timezone.localdate(obj.recorded_at))),
            ],
        )

    def write(self, obj: Interpretation, *, is_new: bool, by: Actor) -> None:
        record_interpretation(obj, by=by)

    def response_add(self, request: HttpRequest, obj: Interpretation, post_url_continue: Any = None) -> HttpResponse:
        """Back to the article, where the decision stands now."""
        super().response_add(request, obj, post_url_continue)
        return HttpResponseRedirect(reverse(ARTICLE, args=[obj.article]))
