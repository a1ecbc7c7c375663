"""The page of a decision on a rank, as values; and what a person's time line tells of it."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import address
from access.pages.records import Cell, Record, Tone, leads_on_from
from access.rights import Right, may
from periods.pages import facts_of
from periods.selectors import is_locked
from rulebook.selectors import rank_names
from rulebook.wording import month_text
from staff.models import Department, Employee, RankDecision, RankHolding
from staff.selectors import posts_of
from staff.timeline import Moment, MomentKind, Subject, tells_of_people

State = RankDecision.State
TONES = {State.WAITING: Tone.ATTENTION, State.SIGNED: Tone.DONE}


def decision_record(decision: RankDecision, viewer: User) -> Record:
    """A decision: what it gives and why, by whom, and whether it counts."""
    told = ["decided_by", "decided_at", "signed_by", "signed_at", "closed_by", "closed_at", "closed_because"]
    shown = [name for name in told if getattr(decision, name)]
    return Record(
        title=str(decision.employee),
        subtitle=_title(decision, rank_names()),
        state=state_cell(decision),
        sentences=[decision.reason, *_whether_it_counts(decision)],
        facts=facts_of(decision, viewer, ["employee", "month", "document", *shown]),
        links=[*_file(decision), *_ways(decision, viewer)],
    )


def state_cell(decision: RankDecision) -> Cell:
    """How far a decision is."""
    return Cell(decision.get_state_display(), tone=TONES.get(State(decision.state), Tone.PLAIN))


def _title(decision: RankDecision, names: dict[str, str]) -> str:
    facts = {"month": month_text(decision.month), "rank": names.get(decision.rank, decision.rank)}
    if not decision.rank:
        return _("the decision for %(month)s is taken back") % facts
    return _("%(rank)s from %(month)s on, by decision") % facts


def what_holds(decision: RankDecision) -> str:
    """What holds now that a decision is signed."""
    names = rank_names()
    facts = {
        "name": decision.employee.name,
        "month": month_text(decision.month),
        "rank": names.get(decision.rank, decision.rank),
    }
    if not decision.rank:
        return _("Signed: the decision on %(name)s's rank for %(month)s no longer holds.") % facts
    return _("Signed: from %(month)s on %(name)s is %(rank)s.") % facts


def stands(decision: RankDecision) -> bool:
    """Whether a decision is the latest signed one of its month."""
    rows = RankDecision.objects.filter(employee=decision.employee_id, month=decision.month, state=State.SIGNED)
    return decision.state == State.SIGNED and not rows.filter(pk__gt=decision.pk).exists()


def _whether_it_counts(decision: RankDecision) -> Iterator[str]:
    """Why a signed decision counts no more: another replaced it, or the person left sales before."""
    if decision.state != State.SIGNED:
        return
    if not stands(decision):
        yield _("A later decision took its place.")
    elif decision.rank and not _is_held(decision):
        yield _("It does not count: the person left sales before it, and whoever enters anew starts anew (1-4.3.3).")


def _is_held(decision: RankDecision) -> bool:
    held = RankHolding.objects.filter(employee=decision.employee_id, start=decision.month.first, rank=decision.rank)
    return held.exists()


def _file(decision: RankDecision) -> list[Cell]:
    if not decision.file_name:
        return []
    text = _("Download “%(file)s”") % {"file": decision.file_name}
    return [Cell(text, reverse("admin:staff_rankdecision_file", args=[decision.pk]))]


def _ways(decision: RankDecision, viewer: User) -> list[Cell]:
    """How a decision that counts is taken back, as long as its month is open."""
    may_decide = may(viewer, Right.ADD, RankDecision)
    if not may_decide or not decision.rank or is_locked(decision.month) or not stands(decision):
        return []
    given = {"kind": "take_back", "person": decision.employee.number, "month": str(decision.month)}
    return [Cell(_("Take the decision back"), f"{reverse('admin:staff_rankdecision_add')}?{urlencode(given)}")]


@leads_on_from(Employee)
def giving_a_rank(employee: Employee, viewer: User) -> list[Cell]:
    """What HR can decide about a person's rank, if the person is in sales or will be."""
    if not may(viewer, Right.ADD, RankDecision):
        return []
    today = timezone.localdate()
    lasting = [post for post in posts_of(employee) if post.end is None or post.end > today]
    if not any(post.department.system == Department.System.SALES for post in lasting):
        return []
    form = reverse("admin:staff_rankdecision_add")
    return [Cell(_("Change the rank"), f"{form}?{urlencode({'person': employee.number})}")]


@tells_of_people
def rank_decisions(subject: Subject) -> Iterator[Moment]:
    """Decisions on ranks, also those that wait or came to nothing, with reason and document."""
    for row in subject.rank_decisions:
        yield Moment(
            row.month.first,
            row.month.first.isoformat(),
            MomentKind.RANK,
            Cell(_title(row, subject.rank_names), address(row)),
            because=f"{row.document} · {row.reason}",
            state=state_cell(row),
        )
