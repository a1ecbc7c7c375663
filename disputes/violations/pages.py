"""The page of a violation, as values, and the circular by which others learn of a demotion (3-2.1)."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import is_about, is_unknown_person
from access.models import User
from access.pages.links import address
from access.pages.records import Cell, Record, Row, Table, adds_to, leads_on_from
from access.reach import within_reach
from access.rights import has
from access.roles import Duty
from disputes.deciding.selectors import Standing
from disputes.models import Dispute, Violation
from disputes.violations.timeline import state_cell
from periods.pages import facts_of
from rulebook.cells import headings, text
from rulebook.selectors import rank_names
from rulebook.wording import month_text
from staff.models import RankHolding
from staff.selectors import posts_of

Measure, State = Violation.Measure, Violation.State


@dataclass(frozen=True, slots=True)
class Circular:
    """What everybody is told of a demotion: whom it befalls, for what, from when on; nothing of the dispute."""

    document: str
    sentence: str
    day: dt.date


def violation_record(violation: Violation, viewer: User) -> Record:
    """A violation: what was found, what follows, and who stands for it."""
    told = ["signed_by", "signed_at", "returned_because", "rank_decision", "review"]
    shown = [name for name in told if getattr(violation, name)]
    return Record(
        title=str(violation.employee),
        subtitle=f"{violation.get_measure_display()} · 3-2.1",
        state=state_cell(violation),
        sentences=[violation.finding],
        facts=facts_of(violation, viewer, ["employee", "dispute", "kind", "decided_by", "decided_at", *shown]),
        links=[Cell(_("Print the circular"), _address(violation))] if may_print(viewer, violation) else [],
    )


def may_issue(viewer: User) -> bool:
    """Whether the viewer issues circulars: who records or signs violations."""
    return has(viewer, Duty.FINDS_FOR_HR) or has(viewer, Duty.SIGNS_DECISIONS)


def may_print(viewer: User, violation: Violation) -> bool:
    """Whether there is a circular of a violation within reach, for who issues it: of a demotion that is signed and that
    no later decision on the rank replaced."""
    is_made = violation.measure == Measure.DEMOTION and violation.state == State.SIGNED
    return may_issue(viewer) and is_made and not getattr(violation, "is_replaced", False)


def circular_of(violation: Violation) -> Circular | None:
    """The circular of a demotion that is signed; None for any other violation."""
    decision = violation.rank_decision
    if decision is None or violation.signed_at is None:
        return None
    day, names, person = timezone.localdate(violation.signed_at), rank_names(), violation.employee
    before = RankHolding.objects.filter(employee=person, start__lt=decision.month.first).order_by("start").last()
    post = next((one for one in posts_of(person) if one.start <= day and (one.end is None or one.end > day)), None)
    facts = {
        "place": f"{post.department.branch} {post.department} " if post else "",
        "name": person.name,
        "kind": violation.get_kind_display(),
        "month": month_text(decision.month),
        "before": names.get(before.rank, before.rank) if before else "–",
        "after": names.get(decision.rank, decision.rank),
    }
    words = _(
        "%(place)s%(name)s broke article 2.1 of part three of the basic law: %(kind)s. It was verified: from %(month)s"
        " on %(name)s is demoted from %(before)s to %(after)s, of which everybody is told by this circular."
    )
    return Circular(decision.document, words % facts, day)


@leads_on_from(Dispute)
def recording(dispute: Dispute, viewer: User) -> list[Cell]:
    """The form by which human resources records a violation, once verification began, unless they are concerned."""
    if not has(viewer, Duty.FINDS_FOR_HR) or dispute.verification_began_at is None or is_unknown_person(viewer):
        return []
    standing = getattr(dispute, "standing", None) or Standing(dispute)
    if any(is_about(viewer, person) for person in standing.concerned):
        return []
    return [Cell(_("Record a violation"), reverse("admin:disputes_violation_record", args=[dispute.pk]))]


@adds_to(Dispute)
def of_dispute(dispute: Dispute, viewer: User) -> list[Table]:
    """What was found against its parties, as far as the viewer may know of it; none where nothing was."""
    rows = list(within_reach(viewer, Violation.objects.filter(dispute=dispute)).select_related("employee"))
    if not rows:
        return []
    return [
        Table(
            _("Violations"),
            headings(_("party"), _("kind"), _("measure"), _("state")),
            [
                Row(
                    [
                        text(row.employee, address(row)),
                        text(row.get_kind_display()),
                        text(row.get_measure_display()),
                        state_cell(row),
                    ],
                    row.finding,
                )
                for row in rows
            ],
            anchor="violations",
        )
    ]


def _address(violation: Violation) -> str:
    return reverse("admin:disputes_violation_circular", args=[violation.pk])
