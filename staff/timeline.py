"""A person's whole story on one time line: what each app has to tell of it, newest first, within a viewer's reach."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import Model, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.links import address
from access.pages.records import Cell, Tone
from access.reach import within_reach
from access.rights import Right, may
from rulebook.month import Month
from rulebook.selectors import rank_names
from rulebook.wording import amount_text
from staff.careers.selectors import decided_after, standing_of
from staff.explain import explain_assessment
from staff.models import Absence, Employee, PersonnelEvent, RankAssessment, RankDecision, RankHolding

Row = TypeVar("Row", bound=Model)

SHOWN_AT_FIRST = 40


class MomentKind(TextChoices):
    """What the time line can be narrowed to."""

    POST = "post", gettext_lazy("posts")
    RANK = "rank", gettext_lazy("ranks")
    MONTH = "month", gettext_lazy("months")
    REVIEW = "review", gettext_lazy("reviews")
    ABSENCE = "absence", gettext_lazy("absences")
    CORRECTION = "correction", gettext_lazy("corrections")
    AWARD = "award", gettext_lazy("awards")
    VIOLATION = "violation", gettext_lazy("violations")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a person; `day` sorts it, `when` is how its time reads.

    `title` leads to its record, `because` says why, `figure` is an amount beside it.
    """

    day: dt.date
    when: str
    kind: MomentKind
    title: Cell
    because: str = ""
    figure: str = ""
    state: Cell | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One kind that the time line can be narrowed to, with how many moments are of it."""

    kind: str
    words: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class TimeLine:
    """The moments shown, the filters over them, and how many older ones are left out."""

    moments: Sequence[Moment]
    filters: Sequence[Filter]
    left_out: int


@dataclass
class Subject:
    """The person a time line is of, for a viewer; what several tellers need is read once."""

    employee: Employee
    viewer: User

    def reached(self, model: type[Row]) -> QuerySet[Row]:
        """The person's rows of a model whose pages the viewer may open."""
        rows = model._default_manager.filter(employee=self.employee)
        return within_reach(self.viewer, rows) if may(self.viewer, Right.VIEW, model) else rows.none()

    @cached_property
    def assessments(self) -> Sequence[RankAssessment]:
        """The person's assessments with their plans, the latest first."""
        return list(self.reached(RankAssessment).select_related("plan_version").order_by("-month"))

    @cached_property
    def explain(self) -> Callable[[RankAssessment], str]:
        """What explains these assessments, with the decisions that took the place of their outcomes."""
        given = decided_after(self.assessments, standing_of(self.rank_decisions))
        return lambda row: explain_assessment(row, decided=self.rank_names.get(given.get(row.pk, ""), ""))

    @cached_property
    def holdings(self) -> Sequence[RankHolding]:
        """The ranks that the person holds, in order of time."""
        return list(self.reached(RankHolding).order_by("start"))

    @cached_property
    def rank_decisions(self) -> Sequence[RankDecision]:
        """The decisions on the person's rank, in the order they were made."""
        return list(self.reached(RankDecision).defer("file_data").order_by("pk"))

    @cached_property
    def rank_names(self) -> dict[str, str]:
        """What the ranks are called, by code."""
        return rank_names()


Teller = Callable[[Subject], Iterable[Moment]]
_TELLERS: list[Teller] = []


def tells_of_people(teller: Teller) -> Teller:
    """Mark a function that tells moments of a person, no more than its viewer reaches."""
    _TELLERS.append(teller)
    return teller


def time_line(subject: Subject, *, kind: str = "", is_whole: bool = False) -> TimeLine:
    """All that the viewer may know of a person, newest first, or what of it is of a kind; at first the latest part."""
    told = [moment for teller in _TELLERS for moment in teller(subject)]
    told.sort(key=lambda moment: moment.day, reverse=True)
    wanted = [moment for moment in told if kind not in MomentKind.values or moment.kind == kind]
    shown = wanted if is_whole else wanted[:SHOWN_AT_FIRST]
    return TimeLine(shown, list(_filters(told, kind)), len(wanted) - len(shown))


def _filters(told: Sequence[Moment], chosen: str) -> Iterator[Filter]:
    is_narrowed = chosen in MomentKind.values
    yield Filter("", _("All"), len(told), not is_narrowed)
    for kind in MomentKind:
        count = sum(moment.kind == kind for moment in told)
        if count or kind == chosen:
            yield Filter(kind.value, str(kind.label), count, kind == chosen)


@tells_of_people
def posts_and_ranks(subject: Subject) -> Iterator[Moment]:
    """Hires, moves and departures; each rank held, with the article and the reason why it was taken."""
    events = subject.reached(PersonnelEvent).select_related("new_department__branch")
    for event in events:
        yield Moment(
            event.date,
            event.date.isoformat(),
            MomentKind.POST,
            Cell(_event_words(event), address(event)),
            because=_terms(event, subject),
        )
    yield from _ranks(subject, {event.date for event in events})


def _event_words(event: PersonnelEvent) -> str:
    kind = event.get_kind_display()
    if event.new_department is None:
        return kind
    return f"{kind} · {event.new_department.branch} · {event.new_department}"


def _terms(event: PersonnelEvent, subject: Subject) -> str:
    if event.new_rank:
        return _("as %(rank)s") % {"rank": subject.rank_names.get(event.new_rank, event.new_rank)}
    if event.new_base_salary is not None:
        return _("base salary %(amount)s") % {"amount": amount_text(event.new_base_salary)}
    return ""


def _ranks(subject: Subject, entered: set[dt.date]) -> Iterator[Moment]:
    """The ranks that assessments led to; those taken on entering sales or by decision stand with these."""
    reasons = {row.month + 1: row for row in subject.assessments if row.outcome != RankAssessment.Outcome.KEPT}
    told_elsewhere = entered | {month.first for _person, month, _rank, _since in standing_of(subject.rank_decisions)}
    for holding in subject.holdings:
        if holding.start in told_elsewhere:
            continue
        row = reasons.get(Month.of(holding.start))
        yield Moment(
            holding.start,
            holding.start.isoformat(),
            MomentKind.RANK,
            Cell(subject.rank_names.get(holding.rank, holding.rank), address(row) if row else ""),
            because=subject.explain(row) if row else "",
            state=Cell(row.get_outcome_display(), tone=_tone(row)) if row else None,
        )


def _tone(row: RankAssessment) -> Tone:
    return Tone.ATTENTION if row.outcome == RankAssessment.Outcome.DEMOTED else Tone.DONE


@tells_of_people
def absences(subject: Subject) -> Iterator[Moment]:
    """Leaves, and whether they keep months from being assessed."""
    rows = subject.reached(Absence)
    for row in rows:
        yield Moment(
            row.start,
            f"{row.start} – {row.end}" if row.end != row.start else row.start.isoformat(),
            MomentKind.ABSENCE,
            Cell(row.note or row.get_kind_display(), address(row)),
            because=_("The months it touches are not assessed.") if row.kind in Absence.PROTECTED else "",
        )
