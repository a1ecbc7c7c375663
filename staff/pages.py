"""The pages of branches, people and assessments, as values."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Fact, Record, Table, Tone
from access.reach import within_reach
from periods.pages import facts_of, table_of
from rulebook.cells import amount, article_cell, fact, month, text
from rulebook.month import Month
from staff.explain import assessment_sentences
from staff.models import Branch, Department, Employee, Post, RankAssessment, RankHolding, Target
from staff.numbers.privacy import is_subject
from staff.selectors import posts_of
from staff.timeline import Subject

RECENT = 24


def branch_record(branch: Branch, viewer: User) -> Record:
    """A branch with its departments and latest targets."""
    departments = within_reach(viewer, Department.objects.filter(branch=branch).select_related("manager"))
    targets = within_reach(viewer, Target.objects.filter(branch=branch))
    return Record(
        title=branch.name,
        facts=facts_of(branch, viewer, ["code"]),
        tables=[
            table_of(
                _("departments"),
                list(departments),
                viewer,
                ["name", "code", "system", "function", "manager"],
                empty=_("The branch has no departments; they come with the company's workbook."),
            ),
            table_of(
                _("targets"),
                list(targets[:RECENT]),
                viewer,
                ["month", "amount"],
                empty=_("No target yet; without one a month can't be computed."),
            ),
        ],
    )


def department_record(department: Department, viewer: User) -> Record:
    """A department with the people in it now."""
    people = Employee.objects.filter(posts__department=department, posts__end=None)
    return Record(
        title=department.name,
        subtitle=department.branch.name,
        facts=facts_of(department, viewer, ["code", "branch", "system", "function", "manager"]),
        tables=[
            table_of(
                _("employees"),
                list(within_reach(viewer, people)),
                viewer,
                ["name", "number", "hired_on"],
                empty=_("Nobody is posted here now."),
            )
        ],
    )


def employee_record(subject: Subject, facts: Sequence[str]) -> Record:
    """A person: where they stand, in a sentence or two; the rest is told by the time line."""
    employee = subject.employee
    post = next(iter(posts_of(employee)), None)
    begun = [held for held in subject.holdings if held.start <= timezone.localdate()]
    rank = begun[-1] if begun else None
    return Record(
        title=str(employee),
        subtitle=f"{post.department.branch} · {post.department}" if post else "",
        state=_post_state(post),
        sentences=[_standing(post, rank, subject), *_assessed(subject, post, rank)],
        facts=facts_of(employee, subject.viewer, facts),
    )


def assessment_table(employee: Employee, viewer: User, **which: object) -> Table:
    """A person's latest assessments, each with the sentence that says why."""
    reached = within_reach(viewer, RankAssessment.objects.filter(employee=employee, **which))
    rows = list(reached.select_related("plan_version")[:RECENT])
    return table_of(
        _("rank assessments"),
        rows,
        viewer,
        ["month", "rank", "sales", "cycle_month", "cycle_sales", "outcome", "next_rank"],
        empty=_("Not assessed: only full months in sales are."),
        sentence=assessment_sentences(rows, to_subject=is_subject(viewer, employee)),
        anchor="assessment",
        is_reached=True,
    )


def assessment_record(row: RankAssessment, viewer: User) -> Record:
    """One assessment with all that it was decided from."""
    links = Links(viewer, [row.plan_version])
    plan = row.plan_version.plan
    to_subject = is_subject(viewer, row.employee)
    flags = ["needs_attention"] if to_subject else ["review_due", "needs_attention"]
    article = fact(_("article"), article_cell(row.article))
    cycle = fact(_("cycle"), text(f"{row.cycle_month}/{plan.assessment.demotion_cycle_months}"))
    return Record(
        title=f"{row.employee} · {month(row.month).text}",
        subtitle=_("rank assessment"),
        state=_outcome(row, to_subject=to_subject),
        figure=fact(_("sales of the cycle"), amount(row.cycle_sales)),
        sentences=[assessment_sentences([row], to_subject=to_subject)(row)],
        facts=[
            *facts_of(row, viewer, ["employee", "branch"]),
            _rank(_("rank"), row.rank, row, links),
            _rank(_("rank next month"), row.next_rank, row, links),
            cycle,
            *facts_of(row, viewer, ["sales", "qualified_by", "on_threshold_wage", "threshold_streak"]),
            *facts_of(row, viewer, flags),
            _rank(_("rank that may be got back"), row.reinstatement_rank, row, links),
            article,
            *facts_of(row, viewer, ["plan_version"]),
        ],
    )


def _rank(label: str, code: str, row: RankAssessment, links: Links) -> Fact:
    name = row.plan_version.plan.rank(code).name if code else ""
    return fact(label, text(name, links.to(row.plan_version, f"rank-{code}") if code else ""))


def _outcome(row: RankAssessment, *, to_subject: bool) -> Cell:
    is_urgent = (row.review_due and not to_subject) or row.needs_attention or row.outcome == row.Outcome.DEMOTED
    return Cell(row.get_outcome_display(), tone=Tone.ATTENTION if is_urgent else Tone.DONE)


def _post_state(post: Post | None) -> Cell | None:
    if post is None:
        return None
    return Cell(_("left"), tone=Tone.PLAIN) if post.end else Cell(_("in post"), tone=Tone.DONE)


def _standing(post: Post | None, rank: RankHolding | None, subject: Subject) -> str:
    if post is None:
        return _("Has not started yet.")
    if post.end is not None:
        return _("Left on %(day)s, last in %(department)s.") % {"day": post.end, "department": post.department}
    if rank is not None and post.department.system == Department.System.SALES:
        facts = {"rank": subject.rank_names.get(rank.rank, rank.rank), "day": rank.start, "department": post.department}
        return _("%(rank)s since %(day)s, in %(department)s.") % facts
    return _("In %(department)s since %(day)s.") % {"department": post.department, "day": post.start}


def _assessed(subject: Subject, post: Post | None, rank: RankHolding | None) -> list[str]:
    """How the running cycle stands, for who is in sales; nothing before the first assessment.

    A rank taken up since begins a new cycle, with that rank's standard.
    """
    if post is None or post.end is not None or post.department.system != Department.System.SALES:
        return []
    row = next((row for row in subject.assessments if row.month >= Month.of(post.start)), None)
    if row is None:
        return []
    plan = row.plan_version.plan
    is_new = rank is not None and rank.start > row.month.first
    standard = plan.rank(rank.rank if rank is not None and is_new else row.rank).demotion_sales
    facts = {
        "month": month(row.month).text,
        "of_cycle": row.cycle_month,
        "cycle": plan.assessment.demotion_cycle_months,
        "sales": amount(row.cycle_sales).text,
        "standard": amount(standard).text,
        "streak": row.threshold_streak,
        "first": month(Month.of(rank.start)).text if rank is not None else "",
    }
    if is_new:
        told = _("With this rank a new cycle of %(cycle)d months began in %(first)s") % facts
    else:
        told = _("%(month)s was month %(of_cycle)d of the %(cycle)d of a cycle: sales %(sales)s so far") % facts
    if standard is not None:
        told += _(", to keep the rank %(standard)s") % facts
    told += (
        _("; no threshold wage.") if not row.threshold_streak else _("; threshold wage %(streak)d in a row.") % facts
    )
    return [told]
