"""The law to read: each article in its own words, and beneath how we read it and who decides what no function does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from access.record import Cell
from access.rights import Right, may
from rulebook.law import Article, Bilingual, Law, the_law
from rulebook.models import PlanVersion

ADDRESS = "admin:rulebook_law"


@dataclass(frozen=True, slots=True)
class Entry:
    """One article, below the headings that it is the first of; in the reader's language but for the law's words."""

    headings: list[tuple[str, str]]
    number: str
    words: str
    reading: str
    decided_by_person: str


def law_view(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """The page, for whoever may read the plan."""
    if not may(request.user, Right.VIEW, PlanVersion):
        raise PermissionDenied
    law = the_law()
    context: dict[str, Any] = {**site.each_context(request), "title": _("The law"), "law": law, "entries": entries(law)}
    return TemplateResponse(request, "admin/law.html", context)


def entries(law: Law) -> Iterator[Entry]:
    """The articles in order."""
    told: set[str] = set()
    for article in law.articles:
        above = [number for number in law.headings if _is_above(number, article.number) and number not in told]
        told.update(above)
        yield _entry(article, [(number, law.headings[number]) for number in above])


def article_cell(number: str) -> Cell:
    """An article's number, which opens its words and our reading."""
    return Cell(number, f"{reverse(ADDRESS)}#{number}")


def _is_above(heading: str, number: str) -> bool:
    return number == heading or number.startswith((f"{heading}-", f"{heading}."))


def _entry(article: Article, headings: list[tuple[str, str]]) -> Entry:
    decided = article.decided_by_person
    return Entry(headings, article.number, article.words, _said(article.reading), _said(decided) if decided else "")


def _said(text: Bilingual) -> str:
    return text.zh if (get_language() or "").startswith("zh") else text.en
