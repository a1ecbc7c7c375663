"""How an accrual came about and why a claim was rejected, as sentences in the reader's language."""

from django.utils.translation import gettext as _

from funds.models import ClaimDecision, FundKind, FundLot
from rulebook.plan import Fund, Plan
from rulebook.wording import amount_text, attainment_sentence, plan_clause, product_text, share_text

_ACCRUAL_ARTICLE = {FundKind.CLIENT_RELATIONS: "2-1.2", FundKind.COMPANY_ACTIVITY: "2-2.2.1"}
_SPENDING_ARTICLE = {FundKind.CLIENT_RELATIONS: "2-1.3", FundKind.COMPANY_ACTIVITY: "2-2.3"}


def explain_lot(lot: FundLot) -> str:
    """How what a branch accrued for a fund in a month came about (2-1.2, 2-2.2.1)."""
    if lot.plan_version is None:
        return _("brought along at go-live: %(amount)s were left") % {"amount": amount_text(lot.amount)}
    plan = lot.plan_version.plan
    return f"{_ACCRUAL_ARTICLE[FundKind(lot.fund)]} {_accrual(lot, _fund(plan, lot.fund))}{plan_clause(plan)}"


def _accrual(lot: FundLot, fund: Fund) -> str:
    if lot.sales is None or lot.sales < 0:
        return _("credited sales %(sales)s are negative: nothing accrues") % {"sales": amount_text(lot.sales)}
    reached = _attainment(lot, fund)
    if lot.tier_floor is None or lot.rate is None:
        return _("%(attainment)s does not reach %(floor)s: nothing accrues") % {
            "attainment": reached,
            "floor": share_text(fund.tiers.rows[0].floor),
        }
    product = product_text(lot.sales, lot.rate, lot.amount)
    if lot.tier_floor == 0:
        return _("credited sales of the branch %(product)s") % {"product": product}
    return _("%(attainment)s reaches %(floor)s; credited sales of the branch %(product)s") % {
        "attainment": reached,
        "floor": share_text(lot.tier_floor),
        "product": product,
    }


def _attainment(lot: FundLot, fund: Fund) -> str:
    if lot.rated_sales is None or lot.rated_target is None:
        return ""
    return attainment_sentence(fund.scope, lot.rated_sales, lot.rated_target)


def explain_decision(decision: ClaimDecision, plan: Plan) -> str:
    """Why a claim was rejected under the plan of its month (2-1.3, 2-2.2.2, 2-2.3); empty if it was posted."""
    claim = decision.claim
    match decision.reason:
        case ClaimDecision.Reason.INSUFFICIENT:
            return _("not covered: %(amount)s asked for, %(available)s available (%(article)s)") % {
                "amount": amount_text(claim.amount),
                "available": amount_text(decision.available),
                "article": _SPENDING_ARTICLE[FundKind(claim.fund)],
            }
        case ClaimDecision.Reason.MAJOR_CLIENT:
            return _major_client(decision, _fund(plan, claim.fund))
        case _:
            return ""


def _major_client(decision: ClaimDecision, fund: Fund) -> str:
    claim = decision.claim
    return _(
        "major client: receipts of client %(client)s up to %(day)s come to %(sales)s and reach %(limit)s;"
        " not from this fund, but possible from the client-relations fund (2-2.2.2)"
    ) % {
        "client": claim.client.number if claim.client else "",
        "day": claim.date.isoformat(),
        "sales": amount_text(decision.client_sales),
        "limit": amount_text(fund.major_client_sales),
    }


def _fund(plan: Plan, kind: str) -> Fund:
    return plan.client_relations if kind == FundKind.CLIENT_RELATIONS else plan.company_activity
