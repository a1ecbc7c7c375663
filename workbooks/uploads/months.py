"""Where an import leads to: the months whose results it made stale, and those that it has the first rows of."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell
from monthend.approval.selectors_taking_back import handed_over, standing, token
from monthend.checks import CloseRefused, month_due, require_computable
from monthend.models import MonthRun
from monthend.rights import may_compute
from periods.models import Period
from rulebook.month import Month
from rulebook.wording import month_text, sentences_text
from workbooks.company.company import Company
from workbooks.uploads.models import Upload
from workbooks.uploads.wording import touches_something

DATED_BY = {"targets": "month", "weights": "month", "receipts": "received_on", "claims": "date"}


@dataclass(frozen=True, slots=True)
class MonthsAhead:
    """What the months of an import ask for: sentences, links to those that are there, and the one to compute.

    `takes_back` tells the months handed over by now, of which what waits for a confirmation takes some back.
    """

    sentences: list[str]
    links: list[Cell]
    to_compute: Month | None
    takes_back: str = ""


def new_months(company: Company) -> list[str]:
    """The months that the file brings something for and that nobody has begun yet."""
    months = {
        company.posting_month(entry[field]) if name == "receipts" else _month_of(entry[field])
        for name, field in DATED_BY.items()
        for entry in company[name].touched
    }
    begun = set(Period.objects.filter(month__in=months).values_list("month", flat=True))
    return [str(month) for month in sorted(months - begun)]


def months_ahead(upload: Upload, viewer: User) -> MonthsAhead:
    """Where the page of an imported workbook leads its viewer to."""
    if upload.state in (Upload.State.READY, Upload.State.UNDO_SHOWN):
        handed = handed_over().values() if touches_something(upload.counts) else []
        return MonthsAhead([_to_be_taken_back(run) for run in handed], [], None, token(handed))
    if not upload.stale_months and not upload.new_months:
        return MonthsAhead([], [], None)
    stale = _still_stale(upload)
    told = [*stale, *map(Month.parse, upload.new_months)]
    due = month_due() if upload.new_months else None
    periods = list(Period.objects.filter(month__in=[*told, due] if due else told).order_by("month"))
    links = Links(viewer, periods)
    ways = [
        Cell(_("Go to %(month)s") % {"month": month_text(period.month)}, links.to(period))
        for period in periods
        if links.to(period)
    ]
    ahead = [month for month in told if str(month) in upload.new_months]
    to_compute = next((month for month in ahead if month == due and _may_compute(month, periods, viewer)), None)
    return MonthsAhead(list(_sentences(stale, ahead, periods, to_compute)), ways, to_compute)


def _still_stale(upload: Upload) -> list[Month]:
    """The months that the import made stale and that nobody has computed anew since."""
    months = MonthRun.objects.filter(month__in=upload.stale_months, state=MonthRun.State.STALE).order_by("month")
    return list(months.values_list("month", flat=True)) if upload.stale_months else []


def _to_be_taken_back(run: MonthRun) -> str:
    words = _("What this changes of what %(month)s is computed from takes it back: then it has to be computed anew.")
    return sentences_text([standing(run), words % {"month": month_text(run.month)}])


def _month_of(day: object) -> Month:
    return day if isinstance(day, Month) else Month.of(day)  # type: ignore[arg-type]


def _may_compute(month: Month, begun: list[Period], viewer: User) -> bool:
    if not may_compute(viewer) or any(period.month == month for period in begun):
        return False
    try:
        require_computable(month)
    except CloseRefused:
        return False
    return True


def _sentences(stale: list[Month], ahead: list[Month], begun: list[Period], to_compute: Month | None) -> Iterator[str]:
    if stale:
        months = _(", ").join(month_text(month) for month in stale)
        yield _("The result of %(months)s is stale: compute it again.") % {"months": months}
    there = {period.month for period in begun}
    waiting = [month for month in ahead if month not in there and month != to_compute]
    if to_compute:
        yield _("%(month)s can be computed now.") % {"month": month_text(to_compute)}
    if waiting:
        months = _(", ").join(month_text(month) for month in waiting)
        yield _("%(months)s can be computed once the months before are locked.") % {"months": months}
