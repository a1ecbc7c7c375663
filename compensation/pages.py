"""The pages of payslips and of what they are made of, as values: each line with the sentence that says why."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, address
from access.pages.records import Cell, Fact, Record, Row, Table, Tone, adds_to
from access.reach import within_reach
from clients.models import Receipt
from compensation.corrections.pages import adjustments_table
from compensation.explain import explain_base_pay, explain_credit, explain_held, explain_line, explain_share
from compensation.models import Adjustment, BasePayLine, CommissionLine, Credit, HeldCommission, Payslip, SupportShare
from periods.models import Period
from periods.pages import facts_of, table_of
from rulebook.cells import amount, article_cell, fact, headings, month, numeric, share, text
from rulebook.money import ZERO
from rulebook.month import Month
from staff.models import RankAssessment
from staff.pages import assessment_table

RECENT = 24
LINES = ["receipt", "receipt.received_on", "receipt.contract", "receipt.contract.client", "base", "rate", "amount"]
Kind = CommissionLine.Kind


@dataclass(frozen=True, slots=True)
class Sum:
    """A payslip's gross as an equation: `before` + max(sum of `variable`, 0) + `after` = `result`."""

    before: Fact
    variable: Sequence[Fact]
    variable_total: Cell
    is_floored: bool
    carried: Fact
    after: Fact
    result: Fact


def payslip_record(slip: Payslip, viewer: User) -> Record:
    """A payslip with all its lines."""
    return Record(
        title=f"{slip.name} ({slip.employee.number})",
        subtitle=" · ".join(
            filter(None, [month(slip.month).text, slip.branch_name, slip.department_name, slip.rank_name])
        ),
        state=period_state(slip),
        figure=fact(_("gross pay"), amount(slip.gross)),
        facts=facts_of(
            slip, viewer, ["employee", "sales", "on_threshold_wage", "plan_version"], sources={"sales": "#sales"}
        ),
        tables=[
            _base_pay(slip, viewer),
            *_commission(slip, viewer),
            *_adjustments(slip, viewer),
            _share(slip, viewer),
            assessment_table(slip.employee, viewer, month=slip.month),
            _credits(slip, viewer),
        ],
    )


def payslip_sum(slip: Payslip) -> Sum:
    """How the gross adds up; each part leads to its lines on the page."""
    variable = slip.commission + slip.assist + slip.brought + slip.adjustment
    last = Payslip.objects.filter(employee=slip.employee_id, month=slip.month - 1).first() if slip.brought else None
    return Sum(
        before=fact(_("base pay"), amount(slip.base_pay, "#base")),
        variable=[
            fact(_("commission"), amount(slip.commission, "#commission")),
            fact(_("assist commission"), amount(slip.assist, "#assist")),
            fact(_("deficit brought forward"), amount(slip.brought, address(last) if last else "")),
            fact(_("adjustment"), amount(slip.adjustment, "#adjustments" if slip.adjustment else "")),
        ],
        variable_total=amount(max(variable, ZERO)),
        is_floored=variable < 0,
        carried=fact(_("deficit carried forward"), amount(slip.carried)),
        after=fact(_("support bonus"), amount(slip.support_bonus, "#support")),
        result=fact(_("gross pay"), amount(slip.gross)),
    )


def period_state(slip: Payslip) -> Cell | None:
    """How far the payslip's month is."""
    period = Period.objects.filter(month=slip.month).first()
    if period is None:
        return None
    return Cell(period.get_state_display(), tone=Tone.DONE if period.is_locked else Tone.ATTENTION)


def _base_pay(slip: Payslip, viewer: User) -> Table:
    rows = within_reach(viewer, BasePayLine.objects.filter(month=slip.month, employee=slip.employee_id))
    return table_of(
        _("base pay"),
        list(rows.order_by("start")),
        viewer,
        ["kind", "start", "end", "rank", "salary", "days", "amount"],
        empty=_("No base pay this month."),
        sentence=lambda line: explain_base_pay(line, slip),
        total="amount",
        anchor="base",
        is_reached=True,
    )


def _commission(slip: Payslip, viewer: User) -> list[Table]:
    rows = within_reach(viewer, CommissionLine.objects.filter(month=slip.month, employee=slip.employee_id))
    lines = list(with_source(rows).order_by("receipt__received_on", "receipt__number"))
    own = [line for line in lines if line.kind != Kind.ASSIST]
    assists = [line for line in lines if line.kind == Kind.ASSIST]
    return [
        table_of(
            _("commission"),
            own,
            viewer,
            LINES,
            empty=_("No receipt of the month earned commission."),
            sentence=explain_line,
            total="amount",
            anchor="commission",
        ),
        table_of(
            _("assist commission"),
            assists,
            viewer,
            LINES,
            empty=_("No assist on an orphan client's deal."),
            sentence=explain_line,
            total="amount",
            anchor="assist",
        ),
    ]


def with_source(lines: QuerySet[CommissionLine]) -> QuerySet[CommissionLine]:
    """Lines with all that explains them."""
    return lines.select_related(
        "receipt__contract__client", "receipt__reverses", "reversed_line__receipt", "ruling"
    ).prefetch_related("plan_version", "ruling__shares")


def _adjustments(slip: Payslip, viewer: User) -> list[Table]:
    """What corrections of locked months and rulings adjust, and what is held; nothing in most months."""
    about = {"month": slip.month, "employee": slip.employee_id}
    adjusted = adjustments_table(within_reach(viewer, Adjustment.objects.filter(**about)), viewer)
    held = held_table(within_reach(viewer, HeldCommission.objects.filter(**about)), viewer)
    return [table for table in (adjusted, held) if table.rows]


def held_in_month(month: Month, viewer: User) -> list[Table]:
    """What isn't paid of a month's lines since their contracts are in dispute, and whom it concerns; often nothing."""
    rows = within_reach(viewer, HeldCommission.objects.filter(month=month))
    table = held_table(rows, viewer, ["employee", "line", "amount"])
    return [table] if table.rows else []


def held_table(rows: QuerySet[HeldCommission], viewer: User, columns: Sequence[str] = ("line", "amount")) -> Table:
    """What isn't paid of the lines while there is a dispute about their contracts; their sum is what is held."""
    with_cause = rows.select_related("employee", "hold", "line__receipt__contract")
    return table_of(
        _("held commission"),
        list(with_cause.order_by("employee__number", "line__receipt__number", "line__kind")),
        viewer,
        list(columns),
        empty=_("Nothing is held."),
        sentence=explain_held,
        total="amount",
        anchor="held",
        is_reached=True,
    )


def _share(slip: Payslip, viewer: User) -> Table:
    rows = within_reach(viewer, SupportShare.objects.filter(month=slip.month, employee=slip.employee_id))
    return table_of(
        _("support bonus"),
        list(rows.select_related("department")),
        viewer,
        ["department", "pool", "weight", "total_weight", "amount"],
        empty=_("No share: only support staff of a branch with a pool have one."),
        sentence=explain_share,
        anchor="support",
    )


def _credits(slip: Payslip, viewer: User) -> Table:
    rows = within_reach(viewer, Credit.objects.filter(month=slip.month, employee=slip.employee_id))
    return table_of(
        _("credited sales"),
        list(rows.select_related("receipt__contract__client", "branch").order_by("receipt__received_on")),
        viewer,
        ["receipt", "receipt.received_on", "receipt.contract", "receipt.contract.client", "branch", "amount"],
        empty=_("No sales credited this month."),
        total="amount",
        anchor="sales",
    )


def line_record(line: CommissionLine, viewer: User) -> Record:
    """A commission line: the sentence, and everything it was computed from."""
    slip = Payslip.objects.filter(month=line.month, employee=line.employee_id).first()
    links = Links(viewer, [line.plan_version, slip, line.reversed_line, line.receipt])
    tiers = links.to(line.plan_version, f"tiers-{line.rank}")
    rank = line.plan_version.plan.rank(line.rank).name if line.rank else ""
    return Record(
        title=f"{line.receipt.number} · {line.get_kind_display()}",
        subtitle=f"{line.employee} · {month(line.month).text}",
        state=Cell(_("clawed back"), tone=Tone.ATTENTION) if line.amount < 0 else None,
        figure=fact(_("amount"), amount(line.amount)),
        sentences=[explain_line(line)],
        facts=[
            fact(_("payslip"), text(slip.name if slip else "", links.to(slip))),
            *facts_of(line, viewer, ["receipt", "receipt.received_on", "receipt.contract", "receipt.contract.client"]),
            *facts_of(line, viewer, ["employee", "kind"]),
            fact(_("base"), amount(line.base, links.to(line.receipt))),
            fact(_("rate"), share(line.rate, _rate_source(line, links))),
            fact(_("rank"), text(rank, links.to(line.plan_version, f"rank-{line.rank}") if rank else "")),
            fact(_("net credited sales of the month"), amount(line.net_sales, links.to(slip, "sales"))),
            fact(_("tier reached from"), amount(line.tier_floor, tiers)),
            *facts_of(line, viewer, ["reversed_line"]),
            fact(_("article"), article_cell(line.article)),
            *facts_of(line, viewer, ["plan_version"]),
        ],
        tables=[_tiers(line, tiers)] if line.tier_floor is not None else [],
    )


def _rate_source(line: CommissionLine, links: Links) -> str:
    """Where a line's rate comes from: the line it claws back, the rank's tiers, or the plan's share for assists."""
    if line.reversed_line is not None:
        return links.to(line.reversed_line)
    return links.to(line.plan_version, f"tiers-{line.rank}" if line.rank else "commission")


def _tiers(line: CommissionLine, source: str) -> Table:
    """The tiers of the rank, and which of them the month's net reached."""
    reached = Cell(_("reached"), tone=Tone.DONE)
    return Table(
        _("commission tiers"),
        headings(numeric(_("tier from")), numeric(_("rate")), ""),
        [
            Row(
                [
                    amount(tier.floor, source),
                    share(tier.rate, source),
                    reached if tier.floor == line.tier_floor else Cell(""),
                ]
            )
            for tier in line.plan_version.plan.rank(line.rank).commission_tiers.rows
        ],
    )


def base_pay_record(line: BasePayLine, viewer: User) -> Record:
    """Base pay of a stretch of the month, with its sentence."""
    slip = Payslip.objects.filter(month=line.month, employee=line.employee_id).first()
    links = Links(viewer, [slip])
    return Record(
        title=f"{line.employee} · {line.get_kind_display()}",
        subtitle=month(line.month).text,
        figure=fact(_("amount"), amount(line.amount)),
        sentences=[explain_base_pay(line, slip)] if slip else [],
        facts=[
            fact(_("payslip"), text(slip.name if slip else "", links.to(slip))),
            *facts_of(line, viewer, ["employee", "branch", "start", "end", "rank", "salary", "days", "days_in_month"]),
        ],
    )


def credit_record(credit: Credit, viewer: User) -> Record:
    """To whom a receipt is credited."""
    return Record(
        title=credit.receipt.number,
        subtitle=f"{_('credit')} · {month(credit.month).text}",
        figure=fact(_("amount"), amount(credit.amount)),
        sentences=[explain_credit(credit)],
        facts=facts_of(
            credit,
            viewer,
            [
                "receipt",
                "receipt.received_on",
                "receipt.contract",
                "receipt.contract.client",
                "employee",
                "branch",
                "home",
            ],
        ),
    )


@adds_to(RankAssessment)
def sales_assessed(row: RankAssessment, viewer: User) -> list[Table]:
    """The month's sales that a rank was assessed by."""
    slip = Payslip.objects.filter(month=row.month, employee=row.employee_id).first()
    return [_credits(slip, viewer)] if slip else []


@adds_to(Receipt)
def what_a_receipt_paid(receipt: Receipt, viewer: User) -> list[Table]:
    """To whom a receipt was credited, and the lines it paid."""
    credits = within_reach(viewer, Credit.objects.filter(receipt=receipt)).select_related(
        "employee", "branch", "receipt"
    )
    lines = within_reach(viewer, CommissionLine.objects.filter(receipt=receipt)).select_related("employee")
    return [
        table_of(
            _("commission paid"),
            list(with_source(lines)),
            viewer,
            ["kind", "employee", "month", "base", "rate", "amount"],
            empty=_("It paid no commission."),
            sentence=explain_line,
            total="amount",
        ),
        table_of(
            _("credit"),
            list(credits),
            viewer,
            ["month", "employee", "branch", "reason", "amount"],
            empty=_("Its month has not been computed yet."),
            sentence=explain_credit,
        ),
    ]
