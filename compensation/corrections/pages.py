"""The pages of corrections and adjustments, and what they add to the pages of what they correct."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Record, Row, Table, adds_to, leads_on_from
from access.reach import within_reach
from access.rights import Right, may
from clients.models import Contract, Receipt
from compensation.corrections.base_pay_left import left_by_correction
from compensation.corrections.effects import BasePayLeft, CorrectionEffect
from compensation.explain import explain_adjustment, explain_correction
from compensation.models import Adjustment, CommissionLine, Correction, SupportPool
from compensation.selectors import with_cause
from periods.pages import facts_of, table_of
from periods.selectors import is_locked, last_locked_month
from rulebook.cells import amount, article_cell, fact, headings, month, numeric, text
from rulebook.month import Month
from rulebook.wording import amount_text
from staff.models import Employee

Kind = Correction.Kind
ADJUSTED = ["employee", "correction", "line", "line.month", "sales", "amount"]
CORRECTED = ["number", "month", "kind", "wrong_amount", "right_amount", "wrong_closer", "right_closer", "reason"]


def correction_record(correction: Correction, viewer: User) -> Record:
    """A correction: what was wrong, what counts instead, why, and the lines by which it does so."""
    names = {
        Kind.AMOUNT: ["receipt", "receipt.contract", "wrong_amount", "right_amount", "to_branch", "moved_sales"],
        Kind.CLOSER: [
            "contract", "contract.client", "wrong_closer", "right_closer", "from_branch", "to_branch", "moved_sales",
        ],
        Kind.OTHER: ["award"] if correction.award_id else [],
        Kind.RULING: ["contract", "contract.client", "reference"],
        Kind.RELEASE: ["contract", "contract.client", "reference"],
    }  # fmt: skip
    rows = within_reach(viewer, Adjustment.objects.filter(correction=correction))
    return Record(
        title=correction.number,
        subtitle=f"{correction.get_kind_display()} · {month(correction.month).text}",
        sentences=[explain_correction(correction), correction.reason],
        facts=facts_of(correction, viewer, ["month", *names[Kind(correction.kind)], "made_by", "made_at"]),
        tables=[
            adjustments_table(rows, viewer, without="correction"),
            *_base_pay_left(left_by_correction(correction, rows), correction.month, viewer),
        ],
    )


def adjustment_record(adjustment: Adjustment, viewer: User) -> Record:
    """One person's adjustment on one line."""
    return Record(
        title=str(adjustment.employee),
        subtitle=f"{_('adjustment')} · {month(adjustment.month).text}",
        figure=fact(_("amount"), amount(adjustment.amount)),
        sentences=[explain_adjustment(adjustment)],
        facts=facts_of(adjustment, viewer, ["employee", "correction", "line", "line.month", "line.rate", "sales"]),
    )


def adjustments_table(rows: QuerySet[Adjustment], viewer: User, *, without: str = "") -> Table:
    """Adjustments with their sentences; their sum is what they adjust."""
    return table_of(
        _("adjustments"),
        list(with_cause(rows)),
        viewer,
        [name for name in ADJUSTED if name != without],
        empty=_("It adjusts nobody's pay."),
        sentence=explain_adjustment,
        total="amount",
        anchor="adjustments",
    )


def effect_tables(effect: CorrectionEffect, viewer: User) -> list[Table]:
    """What a correction would do: each line from what to what and, where somebody has several, each person's sum."""
    lines = [move.line for move in effect.moves]
    links = Links(viewer, [*lines, *effect.per_person])
    rows = [
        Row(
            [
                text(move.person, links.to(move.person)),
                text(move.line, links.to(move.line)),
                month(move.line.month if move.line else None),
                amount(move.before.amount),
                amount(move.before.amount + move.change.amount),
                amount(move.change.sales),
                amount(move.change.amount),
            ]
        )
        for move in effect.moves
    ]
    total = Row([Cell(_("total")), *[Cell("")] * 4, amount(effect.moved_sales),
                 amount(effect.total)])  # fmt: skip
    moves = Table(
        _("adjustments to be posted"),
        headings(
            _("employee"), _("original line"), _("month"), numeric(_("so far")), numeric(_("from now on")),
            numeric(_("credited sales moved")), numeric(_("adjustment")),
        ),
        rows,
        total=total if rows else None,
        empty=_("It adjusts nobody's pay."),
    )  # fmt: skip
    people = Table(
        _("per person"),
        headings(_("employee"), numeric(_("credited sales moved")), numeric(_("adjustment"))),
        [
            Row([text(person, links.to(person)), amount(part.sales), amount(part.amount)])
            for person, part in effect.per_person.items()
        ],
    )
    several = [moves, people] if len(effect.per_person) < len(rows) else [moves]
    return several + _base_pay_left(effect.base_pay_left, effect.correction.month, viewer)


def _base_pay_left(left: Sequence[BasePayLeft], posted_in: Month, viewer: User) -> list[Table]:
    """Whose base pay of a locked month stays as it was paid, with the way to pay what is owed; none where it fits."""
    if not left:
        return []
    links = Links(viewer, [one.person for one in left])
    return [
        Table(
            _("base pay that stays as it was paid"),
            headings(
                _("employee"), _("month"), _("rank"), numeric(_("sales assessed then")), numeric(_("right sales")),
                numeric(_("threshold sales")), numeric(_("base pay as paid")), numeric(_("by the right sales")),
                numeric(_("paid too little")),
            ),
            [
                Row(
                    [
                        text(one.person, links.to(one.person)),
                        month(one.month),
                        text(one.rank.name),
                        amount(one.assessed),
                        amount(one.right),
                        amount(one.rank.threshold_sales),
                        amount(one.paid),
                        amount(one.by_right),
                        amount(one.owed or None),
                    ]
                )
                for one in left
            ],
            anchor="base-pay-left",
            articles=[article_cell("1-4.1")],
            note=_(
                "A locked month is not computed again: the sales moved count once, in assessment and base pay of"
                " %(month)s. Nothing is taken back from base pay. Where somebody was paid too little, human resources"
                " decides what is owed and pays it as other pay: once the correction is posted, a button on its page"
                " leads there."
            )
            % {"month": month(posted_in).text},
        )
    ]  # fmt: skip


@leads_on_from(Correction)
def pay_what_is_owed(correction: Correction, viewer: User) -> list[Cell]:
    """The ways to pay the base pay that a correction shows to have been too little, but for what was paid since."""
    if not may(viewer, Right.ADD, Correction):
        return []
    rows = within_reach(viewer, Adjustment.objects.filter(correction=correction))
    owed = [one for one in left_by_correction(correction, rows) if one.owed]
    since = Adjustment.objects.filter(
        correction__kind=Kind.OTHER, correction__gt=correction.pk, employee__in=[one.person for one in owed]
    )
    paid = set(since.values_list("employee", "amount")) if owed else set()
    return [_way_to_pay(one) for one in owed if (one.person.pk, one.owed) not in paid]


def _way_to_pay(left: BasePayLeft) -> Cell:
    words = _("Pay %(person)s the %(amount)s yuan of %(month)s")
    facts = {"person": left.person.name, "amount": amount_text(left.owed), "month": month(left.month).text}
    return _way(Kind.OTHER, words % facts, employee=left.person.number, amount=str(left.owed))


def corrections_table(rows: QuerySet[Correction], viewer: User, names: Sequence[str]) -> list[Table]:
    """A table of corrections; none where there are none."""
    found = rows.select_related("receipt", "contract", "wrong_closer", "right_closer", "from_branch", "to_branch")
    corrections = list(within_reach(viewer, found))
    if not corrections:
        return []
    sentence = lambda correction: f"{explain_correction(correction)}{_('; ')}{correction.reason}"  # noqa: E731
    return [table_of(_("corrections"), corrections, viewer, names, empty="", sentence=sentence, anchor="corrections")]


@adds_to(Receipt)
def corrections_of_receipt(receipt: Receipt, viewer: User) -> list[Table]:
    """The corrections of a receipt's amount and of its contract's closer."""
    rows = Correction.objects.filter(Q(receipt=receipt) | Q(contract=receipt.contract_id))
    return corrections_table(rows, viewer, ["number", "month", "kind", "moved_sales"])


@adds_to(Contract)
def corrections_of_contract(contract: Contract, viewer: User) -> list[Table]:
    """The corrections of a contract's closer and of its receipts' amounts."""
    rows = Correction.objects.filter(Q(contract=contract) | Q(receipt__contract=contract))
    return corrections_table(rows, viewer, ["number", "month", "kind", "moved_sales"])


def corrections_of_month(month: Month, viewer: User) -> list[Table]:
    """The corrections posted in a month, which who approves it wants to see."""
    return corrections_table(Correction.objects.filter(month=month), viewer, ["number", "kind", "made_by", "made_at"])


@adds_to(SupportPool)
def corrections_of_branch(pool: SupportPool, viewer: User) -> list[Table]:
    """The corrections that a branch's sales of the month count."""
    of_branch = Q(to_branch=pool.branch_id) | Q(from_branch=pool.branch_id)
    rows = Correction.objects.filter(of_branch, month=pool.month).exclude(moved_sales=0)
    return corrections_table(rows, viewer, ["number", "kind", "from_branch", "to_branch", "moved_sales"])


@adds_to(CommissionLine)
def adjustments_of_line(line: CommissionLine, viewer: User) -> list[Table]:
    """What was adjusted on a line since its month was locked."""
    table = adjustments_table(within_reach(viewer, Adjustment.objects.filter(line=line)), viewer, without="line")
    return [table] if table.rows else []


@leads_on_from(Receipt)
def correct_receipt(receipt: Receipt, viewer: User) -> list[Cell]:
    """The way to correct the amount of a receipt of a locked month."""
    if receipt.reverses_id is not None or not may(viewer, Right.ADD, Correction) or not is_locked(receipt.posted_in):
        return []
    return [_way(Kind.AMOUNT, _("Correct the amount"), receipt=receipt.number)]


@leads_on_from(Contract)
def correct_contract(contract: Contract, viewer: User) -> list[Cell]:
    """The way to correct the closer of a contract of a locked month."""
    if not may(viewer, Right.ADD, Correction) or not is_locked(Month.of(contract.signed_on)):
        return []
    return [_way(Kind.CLOSER, _("Correct the closer"), contract=contract.number)]


@leads_on_from(Employee)
def pay_otherwise(person: Employee, viewer: User) -> list[Cell]:
    """The way to pay somebody what no receipt explains, or to take it back, once a month is locked."""
    if not may(viewer, Right.ADD, Correction) or last_locked_month() is None:
        return []
    return [_way(Kind.OTHER, _("Pay or deduct an amount"), employee=person.number)]


def _way(kind: Kind, words: str, **fields: str) -> Cell:
    url = reverse("admin:compensation_correction_add")
    return Cell(words, f"{url}?{urlencode({'kind': kind.value, **fields})}")
