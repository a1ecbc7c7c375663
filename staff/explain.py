"""Why a rank was kept or changed, as a sentence in the reader's language, from the facts on the row."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from periods.bulk import any_of
from rulebook.plan import Plan, Rank
from rulebook.selectors import rank_names
from rulebook.wording import amount_text, plan_clause
from staff.careers.selectors import decided_after, standing_decisions
from staff.models import RankAssessment

Outcome = RankAssessment.Outcome


def assessment_sentences(
    rows: Sequence[RankAssessment], *, to_subject: bool = False
) -> Callable[[RankAssessment], str]:
    """What explains these rows, decisions that took the place of their outcome included; one query for all of them.

    `to_subject`: they are told to whom they are about.
    """
    decisions = standing_decisions(employee__in=any_of({row.employee_id for row in rows}))
    given = decided_after(rows, decisions)
    names = rank_names() if given else {}

    def explain(row: RankAssessment) -> str:
        rank = given.get(row.pk, "")
        return explain_assessment(row, decided=names.get(rank, rank), to_subject=to_subject)

    return explain


def explain_assessment(row: RankAssessment, *, decided: str = "", to_subject: bool = False) -> str:
    """What the month's sales did to the rank, by which standard and article (1-4.2, 1-4.3).

    `decided` names the rank that a decision gives from the next month on, if there is one. That a dismissal review is
    due is not told `to_subject`: what comes of it human resources decides, and says in person (1-4.3.4).
    """
    plan = row.plan_version.plan
    clauses = [_outcome(row, plan)]
    if decided:
        clauses.append(_decided(row, decided))
    if row.on_threshold_wage:
        clauses.append(_threshold_wage(row, plan))
    if row.review_due and not to_subject:
        clauses.append(_("1-4.3.4 a dismissal review is due, which a person decides"))
    if row.needs_attention:
        clauses.append(_("1-4.3.5 brought to the attention of the marketing director"))
    return _("; ").join(clauses) + plan_clause(plan)


def _decided(row: RankAssessment, rank: str) -> str:
    if row.outcome == Outcome.KEPT:
        return _("1-4.3.2 from next month %(rank)s by decision") % {"rank": rank}
    return _("1-4.3.2 not carried out: from next month %(rank)s by decision") % {"rank": rank}


def _outcome(row: RankAssessment, plan: Plan) -> str:
    rank = plan.rank(row.rank)
    match row.outcome:
        case Outcome.PROMOTED:
            return _promoted(row, plan.rank(row.next_rank))
        case Outcome.REINSTATED:
            return _reinstated(row, plan.rank(row.next_rank))
        case Outcome.DEMOTED:
            return _demoted(row, rank, plan.rank(row.next_rank))
        case _:
            return _kept(row, rank, plan.assessment.demotion_cycle_months)


def _promoted(row: RankAssessment, reached: Rank) -> str:
    qualification = reached.qualification
    if qualification is None:
        raise ValueError(f"nobody qualifies for {reached.code}, the lowest rank")
    return ngettext(
        "%(article)s sales of the last full month, %(sales)s, reach the qualification %(standard)s of %(rank)s, in"
        " force from next month",
        "%(article)s sales of the last %(months)d full months, %(sales)s, reach the qualification %(standard)s of"
        " %(rank)s, in force from next month",
        qualification.months,
    ) % {
        "article": row.article,
        "months": qualification.months,
        "sales": amount_text(row.qualified_by),
        "standard": amount_text(qualification.sales),
        "rank": reached.name,
    }


def _reinstated(row: RankAssessment, reached: Rank) -> str:
    return _(
        "%(article)s sales of the month %(sales)s reach the quota %(quota)s of %(rank)s, held before the demotion;"
        " in force from next month"
    ) % {
        "article": row.article,
        "sales": amount_text(row.sales),
        "quota": amount_text(reached.monthly_quota),
        "rank": reached.name,
    }


def _demoted(row: RankAssessment, rank: Rank, lower: Rank) -> str:
    return _(
        "%(article)s sales of the %(months)d-month cycle %(sales)s are below the demotion standard %(standard)s of"
        " %(rank)s, %(lower)s from next month"
    ) % {
        "article": row.article,
        "months": row.cycle_month,
        "sales": amount_text(row.cycle_sales),
        "standard": amount_text(rank.demotion_sales),
        "rank": rank.name,
        "lower": lower.name,
    }


def _kept(row: RankAssessment, rank: Rank, cycle_months: int) -> str:
    facts = {
        "article": row.article,
        "month": row.cycle_month,
        "months": cycle_months,
        "sales": amount_text(row.cycle_sales),
        "rank": rank.name,
    }
    if rank.demotion_sales is None:
        return _("%(article)s month %(month)d of a %(months)d-month cycle; %(rank)s has no demotion standard") % facts
    facts["standard"] = amount_text(rank.demotion_sales)
    if row.cycle_month < cycle_months:
        return (
            _(
                "%(article)s month %(month)d of a %(months)d-month cycle, %(sales)s so far; the demotion standard"
                " %(standard)s of %(rank)s is looked at when it ends"
            )
            % facts
        )
    return (
        _(
            "%(article)s sales of the %(months)d-month cycle %(sales)s reach the demotion standard %(standard)s"
            " of %(rank)s"
        )
        % facts
    )


def _threshold_wage(row: RankAssessment, plan: Plan) -> str:
    return _(
        "1-4.1 sales of the month %(sales)s are below %(threshold)s: threshold wage,"
        " assessed months in a row: %(streak)d"
    ) % {
        "sales": amount_text(row.sales),
        "threshold": amount_text(plan.rank(row.rank).threshold_sales),
        "streak": row.threshold_streak,
    }
