"""How each amount on a payslip came about, as a sentence in the reader's language, from the facts on the row."""

from django.utils.translation import gettext as _

from clients.explain import explain_late
from clients.models import Receipt
from compensation.models import (
    Adjustment,
    BasePayLine,
    CommissionLine,
    Correction,
    Credit,
    HeldCommission,
    Payslip,
    SupportPool,
    SupportShare,
)
from compensation.rules import commission
from rulebook.plan import Plan
from rulebook.wording import (
    amount_text,
    attainment_sentence,
    month_text,
    plan_clause,
    product_text,
    quotient_text,
    share_text,
)

Kind = CommissionLine.Kind


def explain_line(line: CommissionLine) -> str:
    """How a commission line came about: article, tier or line clawed back, rate and amounts (1-4.1, 1-6)."""
    plan = line.plan_version.plan
    return f"{line.article} {_line(line, plan)}{_by_ruling(line)}{_late(line.receipt)}{plan_clause(plan)}"


def _by_ruling(row: CommissionLine | Credit) -> str:
    """By which ruling, of which dispute, it is a part only, and which share (3-1.3)."""
    ruling = row.ruling
    if ruling is None:
        return ""
    person = row.employee_id if isinstance(row, CommissionLine) else row.party_id
    share = next((one for one in ruling.shares.all() if one.employee_id == person), None)
    facts: dict[str, object] = {"ruling": ruling.number, "dispute": ruling.reference}
    if share is None:
        return _("; 3-1.3 split by ruling %(ruling)s of dispute %(dispute)s") % facts
    facts |= {"sales": share_text(share.sales_share), "commission": share_text(share.commission_share)}
    if share.sales_share == share.commission_share:
        return _("; 3-1.3 the part of %(sales)s by ruling %(ruling)s of dispute %(dispute)s") % facts
    return (
        _(
            "; 3-1.3 the part of %(sales)s of the sales, %(commission)s of the commission, by ruling %(ruling)s of"
            " dispute %(dispute)s"
        )
        % facts
    )


def explain_held(held: HeldCommission) -> str:
    """Why an amount isn't paid, and until when (3-1.3)."""
    facts = {"contract": held.line.receipt.contract.number, "dispute": held.hold.reference}
    return _("3-1.3 contract %(contract)s is in dispute (%(dispute)s): held until it is decided") % facts


def _late(receipt: Receipt) -> str:
    late = explain_late(receipt)
    return f"{_('; ')}{late}" if late else ""


def _line(line: CommissionLine, plan: Plan) -> str:
    if line.kind == Kind.COMMISSION:
        return _commission(line, plan)
    if line.kind == Kind.ASSIST:
        return _assist(line)
    return _assist_borne(line)


def _product(line: CommissionLine) -> str:
    """Base × rate, and for the refund that brings its receipt to zero what was left instead (1-4.1)."""
    own = commission(line.base, line.rate)
    if own == line.amount:
        return product_text(line.base, line.rate, line.amount)
    if line.ruling_id is not None and line.receipt.reverses_id is None:
        facts = {"own": product_text(line.base, line.rate, own), "amount": amount_text(line.amount)}
        return _("%(own)s, so that all parts sum to the whole: %(amount)s") % facts
    return _("it brings the receipt to zero and takes back what is left of the line: %(left)s (by itself %(own)s)") % {
        "left": amount_text(line.amount),
        "own": product_text(line.base, line.rate, own),
    }


def _commission(line: CommissionLine, plan: Plan) -> str:
    product = _product(line)
    reversed_receipt, reversed_line = line.receipt.reverses, line.reversed_line
    if reversed_receipt is None:
        return _("%(tier)s, %(product)s") % {"tier": _tier(line, plan), "product": product}
    if reversed_line is None or reversed_line.month == line.month:
        return _("refund of receipt %(receipt)s in the same month; %(tier)s: %(product)s") % {
            "receipt": reversed_receipt.number,
            "tier": _tier(line, plan),
            "product": product,
        }
    return _("refund of receipt %(receipt)s, paid %(month)s at %(rate)s and taken back at that rate: %(product)s") % {
        "receipt": reversed_receipt.number,
        "month": month_text(reversed_line.month),
        "rate": share_text(line.rate),
        "product": product,
    }


def _tier(line: CommissionLine, plan: Plan) -> str:
    if line.net_sales is None or line.tier_floor is None:
        return _("rate %(rate)s") % {"rate": share_text(line.rate)}
    facts = {
        "rank": plan.rank(line.rank).name if line.rank else "",
        "net": amount_text(line.net_sales),
        "floor": amount_text(line.tier_floor),
    }
    if line.net_sales < 0:
        return _("%(rank)s: net credited sales of the month %(net)s count as 0, the lowest tier") % facts
    if line.tier_floor == 0:
        return _("%(rank)s: net credited sales of the month %(net)s are in the lowest tier") % facts
    return _("%(rank)s: net credited sales of the month %(net)s reach the tier from %(floor)s") % facts


def _assist(line: CommissionLine) -> str:
    product = _product(line)
    if line.receipt.reverses is not None:
        return _(
            "refund of receipt %(receipt)s: the assistant's share of the developer's commission is taken back,"
            " %(product)s"
        ) % {"receipt": line.receipt.reverses.number, "product": product}
    return _("assisted on an orphan client's deal: the developer's commission %(product)s") % {"product": product}


def _assist_borne(line: CommissionLine) -> str:
    product = _product(line)
    return _("the developer bears the assist on an orphan client's deal: own commission %(product)s") % {
        "product": product
    }


def explain_credit(credit: Credit) -> str:
    """To whom a receipt is credited, or why to nobody (1-4.1)."""
    facts = {
        "receipt": credit.receipt.number,
        "amount": amount_text(credit.amount),
        "reason": credit.get_reason_display(),
        "person": credit.employee.name if credit.employee else "",
    }
    if credit.employee is None:
        return (
            _("1-4.1 receipt %(receipt)s of %(amount)s is credited to nobody: %(reason)s; the branch counts it") % facts
        ) + (_by_ruling(credit) + _late(credit.receipt))
    words = _("1-4.1 receipt %(receipt)s of %(amount)s is credited to %(person)s") % facts
    return words + _by_ruling(credit) + _late(credit.receipt)


def explain_base_pay(line: BasePayLine, slip: Payslip) -> str:
    """How base pay of a stretch of the month came about: full, threshold wage or part of the month (1-4.1)."""
    plan = slip.plan_version.plan
    rank = plan.rank(line.rank) if line.rank else None
    facts = {
        "rank": rank.name if rank else _("back-office support"),
        "salary": amount_text(line.salary),
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
    }
    match line.kind:
        case BasePayLine.Kind.PART_OF_MONTH:
            facts["quotient"] = quotient_text(line.salary, line.days, line.days_in_month, line.amount)
            return _("1-4.1 %(rank)s from %(start)s to %(end)s, base salary by days: %(quotient)s") % facts
        case BasePayLine.Kind.THRESHOLD_WAGE:
            facts["sales"] = amount_text(slip.sales)
            facts["threshold"] = amount_text(rank.threshold_sales if rank else None)
            sentence = _(
                "1-4.1 %(rank)s: net credited sales of the month %(sales)s are below %(threshold)s,"
                " threshold wage %(salary)s"
            )
            return sentence % facts
        case _:
            return _("1-4.1 %(rank)s: base salary %(salary)s") % facts


def explain_pool(pool: SupportPool) -> str:
    """How a branch's support bonus pool came about, or why there is none (1-7.2.1)."""
    plan = pool.plan_version.plan
    return f"1-7.2.1 {_pool(pool, plan)}{plan_clause(plan)}"


def _pool(pool: SupportPool, plan: Plan) -> str:
    if not pool.has_staff:
        return _("the branch has no support staff and so no pool")
    attainment = attainment_sentence(plan.support_bonus.scope, pool.rated_sales, pool.rated_target)
    if pool.tier_floor is None:
        return _("%(attainment)s does not reach %(floor)s: no support bonus") % {
            "attainment": attainment,
            "floor": share_text(plan.support_bonus.tiers.rows[0].floor),
        }
    if pool.sales < 0:
        return _("credited sales %(sales)s are negative: no support bonus") % {"sales": amount_text(pool.sales)}
    product = product_text(pool.sales, pool.rate, pool.pool)
    if pool.tier_floor == 0:
        return _("credited sales of the branch %(product)s") % {"product": product}
    return _("%(attainment)s reaches %(floor)s; credited sales of the branch %(product)s") % {
        "attainment": attainment,
        "floor": share_text(pool.tier_floor),
        "product": product,
    }


def explain_share(share: SupportShare) -> str:
    """How one person's part of the pool came about: pool × weight / sum of weights (1-7.2.2)."""
    facts = {
        "quotient": quotient_text(share.pool, share.weight, share.total_weight, share.amount),
        "reason": share.reason,
    }
    if share.reason:
        return _("1-7.2.2 pool × weight / sum of weights: %(quotient)s; the weight's reason: %(reason)s") % facts
    return _("1-7.2.2 pool × weight / sum of weights: %(quotient)s") % facts


def explain_adjustment(adjustment: Adjustment) -> str:
    """Which correction moves an amount, of which locked month at which rate, and the reason that was given."""
    correction, line = adjustment.correction, adjustment.line
    sentence = explain_correction(correction)
    if line is not None:
        sentence += _("; on the line of %(month)s, at its own rate %(rate)s") % {
            "month": month_text(line.month),
            "rate": share_text(abs(line.rate)),
        }
        if adjustment.sales:
            sentence += _(
                "; %(sales)s of sales count in assessment and base pay of %(month)s (1-4.1, 1-4.3.2), base pay of"
                " %(locked)s stays as it was paid"
            ) % {
                "sales": amount_text(adjustment.sales),
                "month": month_text(adjustment.month),
                "locked": month_text(line.month),
            }
    return sentence + _("; reason: %(reason)s") % {"reason": correction.reason}


def explain_correction(correction: Correction) -> str:
    """What was wrong, and what counts instead."""
    facts = {
        "receipt": correction.receipt.number if correction.receipt else "",
        "wrong_amount": amount_text(correction.wrong_amount),
        "right_amount": amount_text(correction.right_amount),
        "contract": correction.contract.number if correction.contract else "",
        "wrong_closer": correction.wrong_closer.name if correction.wrong_closer else "",
        "right_closer": correction.right_closer.name if correction.right_closer else "",
        "dispute": correction.reference,
    }
    match correction.kind:
        case Correction.Kind.RULING:
            return _("3-1.3 contract %(contract)s is divided by the ruling on dispute %(dispute)s") % facts
        case Correction.Kind.RELEASE:
            return (
                _("3-1.3 dispute %(dispute)s about contract %(contract)s ended without a change: what was held is paid")
                % facts
            )
        case Correction.Kind.AMOUNT:
            return _("1-4.1 receipt %(receipt)s counts with %(right_amount)s instead of %(wrong_amount)s") % facts
        case Correction.Kind.CLOSER:
            return _("1-4.1 contract %(contract)s was closed by %(right_closer)s, not by %(wrong_closer)s") % facts
        case _:
            return _("pay that no receipt explains")
