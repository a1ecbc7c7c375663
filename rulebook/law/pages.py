"""The law to read: its articles in order, and each on a page of its own with our reading and what became of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from access.pages.admin_base import viewing
from access.rights import Right, may
from rulebook.applications import counts_in, months_of
from rulebook.cells import article_cell
from rulebook.law.selectors import Article, Bilingual, Law, the_law
from rulebook.models import Interpretation, PlanVersion
from rulebook.month import Month
from rulebook.wording import month_text


@dataclass(frozen=True, slots=True)
class ArticleEntry:
    """One article, below the headings that it is the first of; in the reader's language but for the law's words.

    `decided` is what head office decided last about its reading, `times` how often it was applied in the month.
    """

    headings: list[tuple[str, str]]
    number: str
    words: str
    reading: str
    decided_by_person: str
    href: str
    decided: Interpretation | None = None
    times: int = 0


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """The months to choose from, as value, words and whether it is chosen; `chosen` is None while there is none."""

    chosen: Month | None
    options: Sequence[tuple[str, str, bool]]

    @property
    def words(self) -> str:
        """The month that is looked at."""
        return month_text(self.chosen) if self.chosen else ""


def law_view(request: HttpRequest, site: AdminSite) -> TemplateResponse:
    """All articles, for whoever may read the plan; with how often each was applied in a month."""
    viewer = viewing(request)
    if not may(viewer, Right.VIEW, PlanVersion):
        raise PermissionDenied
    law, months = the_law(), month_choice(request)
    context: dict[str, Any] = {
        **site.each_context(request),
        "title": _("The law"),
        "law": law,
        "months": months,
        "entries": entries(law, newest_interpretations(), counts_in(months.chosen, viewer) if months.chosen else {}),
    }
    return TemplateResponse(request, "admin/law.html", context)


def entries(law: Law, decided: Mapping[str, Interpretation], counts: Mapping[str, int]) -> Iterator[ArticleEntry]:
    """The articles in order."""
    told: set[str] = set()
    for article in law.articles:
        above = [number for number in law.headings if _is_above(number, article.number) and number not in told]
        told.update(above)
        yield entry_of(
            article,
            [(number, law.headings[number]) for number in above],
            decided=decided.get(article.number),
            times=counts.get(article.number, 0),
        )


def entry_of(
    article: Article,
    headings: Sequence[tuple[str, str]],
    *,
    decided: Interpretation | None = None,
    times: int = 0,
) -> ArticleEntry:
    """One article in the reader's language."""
    person = article.decided_by_person
    said = said_in_language(person) if person else ""
    reading = said_in_language(article.reading)
    href = article_cell(article.number).href
    return ArticleEntry(list(headings), article.number, article.words, reading, said, href, decided, times)


def article_named(number: str) -> Article:
    """The article with this number; Http404 if the law has none."""
    found = next((article for article in the_law().articles if article.number == number), None)
    if found is None:
        raise Http404
    return found


def headings_above(number: str) -> list[tuple[str, str]]:
    """The headings that an article stands under, from the part down."""
    law = the_law()
    return [(heading, words) for heading, words in law.headings.items() if _is_above(heading, number)]


def month_choice(request: HttpRequest) -> MonthChoice:
    """The month that the address asks for, else the latest that was computed."""
    months = months_of(viewing(request))
    asked = request.GET.get("month", "")
    chosen = next((month for month in months if str(month) == asked), months[0] if months else None)
    return MonthChoice(chosen, [(str(month), month_text(month), month == chosen) for month in months])


def newest_interpretations() -> dict[str, Interpretation]:
    """What head office decided last about each article (3-3.0)."""
    rows = Interpretation.objects.order_by("article", "-pk").distinct("article")
    return {row.article: row for row in rows}


def said_in_language(text: Bilingual) -> str:
    """A text as the reader reads it."""
    return text.zh if (get_language() or "").startswith("zh") else text.en


def _is_above(heading: str, number: str) -> bool:
    return number == heading or number.startswith((f"{heading}-", f"{heading}."))
