"""The pages of fund accruals and claims, as values."""

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Cell, Record, Tone
from access.reach import within_reach
from funds.explain import explain_decision, explain_lot
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from periods.models import Period
from periods.pages import facts_of, table_of
from rulebook.cells import amount, fact, month
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from staff.models import Target


def lot_record(lot: FundLot, viewer: User) -> Record:
    """An accrual, how it came about, and where it went."""
    movements = list(
        within_reach(viewer, FundMovement.objects.filter(lot=lot)).select_related("claim").order_by("month", "id")
    )
    left = lot.amount - sum((movement.amount for movement in movements), ZERO)
    return Record(
        title=f"{lot.branch} · {lot.get_fund_display()}",
        subtitle=month(lot.month).text,
        state=Cell(_("spent or expired") if left == 0 else _("live"), tone=Tone.PLAIN if left == 0 else Tone.DONE),
        figure=fact(_("accrued"), amount(lot.amount)),
        sentences=[
            explain_lot(lot),
            _("Can be spent from %(first)s to %(last)s; %(left)s are left.")
            % {
                "first": month(lot.month + 1).text,
                "last": month(lot.month + lot.usable_months).text,
                "left": amount(left).text,
            },
        ],
        facts=facts_of(
            lot,
            viewer,
            ["branch", "sales", "rated_sales", "rated_target", "tier_floor", "rate", "is_opening", "plan_version"],
            sources=_lot_sources(lot, viewer),
        ),
        tables=[
            table_of(
                _("fund movements"),
                movements,
                viewer,
                ["kind", "month", "claim", "amount"],
                empty=_("Nothing was spent and nothing has expired yet."),
                total="amount",
            )
        ],
    )


def _lot_sources(lot: FundLot, viewer: User) -> dict[str, str]:
    """Where the figures of an accrual come from: the month by branch, the branch's target, the plan's section."""
    period = Period.objects.filter(month=lot.month).first()
    links = Links(viewer, [period, lot.plan_version])
    plan = links.to(lot.plan_version, lot.fund)
    return {
        "sales": links.to(period),
        "rated_sales": links.to(period),
        "rated_target": listed(Target, month=lot.month, branch__id__exact=lot.branch_id),
        "tier_floor": plan,
        "rate": plan,
    }


def claim_record(claim: FundClaim, viewer: User) -> Record:
    """A claim, what was decided and which accruals paid it."""
    decision = ClaimDecision.objects.filter(claim=claim).select_related("claim__client").first()
    movements = within_reach(viewer, FundMovement.objects.filter(claim=claim)).select_related("lot__branch")
    return Record(
        title=f"{claim.number} · {claim.purpose}",
        subtitle=f"{claim.branch} · {claim.get_fund_display()}",
        state=_state(decision),
        figure=fact(_("amount"), amount(claim.amount)),
        sentences=_reasons(decision),
        facts=[
            *facts_of(claim, viewer, ["branch", "fund", "date", "purpose", "client"]),
            *(facts_of(decision, viewer, ["month", "available", "client_sales"]) if decision else []),
        ],
        tables=[
            table_of(
                _("paid from"),
                list(movements),
                viewer,
                ["lot", "month", "amount"],
                empty=_("No accrual has paid it."),
                total="amount",
            )
        ],
    )


def _state(decision: ClaimDecision | None) -> Cell:
    if decision is None:
        return Cell(_("waits for its month to close"), tone=Tone.ATTENTION)
    return Cell(decision.get_reason_display(), tone=Tone.DONE if decision.is_posted else Tone.BLOCKS)


def _reasons(decision: ClaimDecision | None) -> list[str]:
    if decision is None:
        return []
    sentence = explain_decision(decision, plan_version_at(Month.of(decision.claim.date)).plan)
    return [sentence] if sentence else []
