"""An article's page: its words, how it is read by whose decision, its numbers by date, what it was applied to."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.models import User
from access.pages.admin_base import viewing
from access.pages.links import Links
from access.pages.records import Row, Table
from access.rights import Right, may
from rulebook.applications import tables_of
from rulebook.cells import day, headings, text
from rulebook.changes import changes_between
from rulebook.law.pages import article_named, entry_of, headings_above, month_choice
from rulebook.law.selectors import Article
from rulebook.models import Interpretation, PlanVersion
from rulebook.month import Month
from rulebook.pages import RANKS, TIERS, plan_record

MOST_VERSIONS = 12


def article_view(request: HttpRequest, site: AdminSite, number: str) -> TemplateResponse:
    """The page of one article, for whoever may read the plan."""
    viewer = viewing(request)
    if not may(viewer, Right.VIEW, PlanVersion):
        raise PermissionDenied
    article, months = article_named(number), month_choice(request)
    decisions = list(Interpretation.objects.filter(article=number).select_related("recorded_by"))
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": f"{number} {headings_above(number)[-1][1].rstrip(':：')}",
        "entry": entry_of(article, headings_above(number), decided=decisions[0] if decisions else None),
        "months": months,
        "applied": tables_of(number, months.chosen, viewer) if months.chosen else [],
        "tables": [*_numbers(article, months.chosen, viewer), *_decisions(decisions)],
        "record_decision": _way_to_decide(number, viewer),
    }
    return TemplateResponse(request, "admin/article.html", context)


def _way_to_decide(number: str, viewer: User) -> str:
    """The address where the viewer records what head office decided; empty for who may not."""
    if not may(viewer, Right.ADD, Interpretation):
        return ""
    return f"{reverse('admin:rulebook_interpretation_add')}?{urlencode({'article': number})}"


def _decisions(decisions: Sequence[Interpretation]) -> list[Table]:
    """What head office decided before the decision that counts."""
    if len(decisions) < 2:
        return []
    rows = [
        Row(
            [
                day(decision.decided_on),
                text(decision.decided_by),
                text(decision.get_verdict_display()),
                text(decision.words),
                text(decision.recorded_by),
            ]
        )
        for decision in decisions[1:]
    ]
    heads = headings(
        _("decided on"), _("decided by whom"), _("head office's decision"), _("in words"), _("recorded by")
    )
    return [Table(_("earlier decisions"), heads, rows, anchor="decisions")]


def _numbers(article: Article, month: Month | None, viewer: User) -> list[Table]:
    """The plan's numbers that the article speaks of: those in force in the month, and how they changed by date."""
    places = _places(article)
    approved = PlanVersion.objects.filter(approved_at__isnull=False).order_by("-effective_from")
    versions = list(approved[:MOST_VERSIONS])
    if not versions:
        return []
    begun = [version for version in versions if month is None or version.effective_from <= month.first]
    in_force = begun[0] if begun else versions[-1]
    links = Links(viewer, versions)
    shown = [narrowed for table in plan_record(in_force).tables if (narrowed := _narrowed(table, places))]
    dates = _dates(versions, places, links) if places or article.settings else []
    return [*shown, *dates]


def _places(article: Article) -> list[str]:
    """The anchors on a plan's page of the tables and rows that the article's settings stand in."""
    places = []
    for setting in article.settings:
        section, _dot, key = setting.rpartition(".")
        leaf = section.rpartition(".")[2]
        places += [RANKS, TIERS] if setting == "ranks.levels" else [f"{leaf}-{key}"] if leaf else []
    return places


def _narrowed(table: Table, places: Sequence[str]) -> Table | None:
    """The table with the rows in question alone; None without any. The page itself is about the article."""
    rows = table.rows if table.anchor in places else [row for row in table.rows if row.anchor in places]
    return replace(table, rows=rows, articles=()) if rows else None


def _dates(versions: Sequence[PlanVersion], places: Sequence[str], links: Links) -> list[Table]:
    """The versions with what each changed in these places, the latest first."""
    rows = []
    for version, before in pairwise([*versions, None]):
        told = _told(before, version, places) if version and before else _("as it was first written")
        if version:
            rows.append(Row([day(version.effective_from), text(version, links.to(version)), text(told)]))
    return [
        Table(_("by date"), headings(_("in force from"), _("plan version"), _("what changes")), rows, anchor="dates")
    ]


def _told(before: PlanVersion, version: PlanVersion, places: Sequence[str]) -> str:
    changes = [change for change in changes_between(before, version) if {change.table, change.row} & {*places}]
    return " ".join(change.sentence for change in changes) or _("no change here")
