"""The pages of bank statements and their lines, as values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Fact, Record, Row, Table, Tone, adds_to
from clients.bank.rules import Match
from clients.bank.selectors import PairedLine, Reconciliation
from clients.bank.selectors_amounts import PresentAmounts
from clients.models import BankLine, BankPair, Receipt
from periods.pages import facts_of, table_of
from rulebook.cells import amount, day, fact, headings, numeric, text
from rulebook.money import ZERO
from rulebook.wording import amount_text

SHOWN = 100
PAIRED_SHOWN = 30
EVIDENCE = dict(BankPair.EVIDENCE)


@dataclass(frozen=True, slots=True)
class ReceiptChoice:
    """A receipt that a line can be: where it opens, and what speaks for it."""

    number: str
    href: str
    day: str
    client: str
    amount: str
    why: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """A line that a person must decide, with what it can be."""

    line: BankLine
    href: str
    amount: str
    choices: Sequence[ReceiptChoice]


def statement_record(reconciliation: Reconciliation, viewer: User) -> Record:
    """A statement: how many are matched, the sums that must fit, what is open on either side, what is paired."""
    statement = reconciliation.statement
    return Record(
        title=str(statement),
        subtitle=statement.file_name,
        state=_state(reconciliation),
        figure=fact(_("matched"), amount(sum((paired.line.amount for paired in reconciliation.paired), ZERO))),
        sentences=_sentences(reconciliation),
        facts=facts_of(statement, viewer, ["account", "days", "uploaded_by", "uploaded_at"]),
        tables=[
            _sums(reconciliation),
            _lines(
                _("At the bank, not in our receipts"),
                reconciliation.unknown,
                viewer,
                empty=_("All that came in is a receipt of ours."),
                anchor="unknown",
            ),
            _missing(reconciliation, viewer),
            *([_off([paired for paired in reconciliation.paired if paired.off], viewer)] if reconciliation.off else []),
            _paired(reconciliation.paired, viewer),
            *(
                [_lines(_("Set aside"), reconciliation.aside, viewer, anchor="aside", why=True)]
                if reconciliation.aside
                else []
            ),
            *(
                [_lines(_("Paid out, no refund of ours"), reconciliation.outgoing, viewer, anchor="out")]
                if reconciliation.outgoing
                else []
            ),
        ],
    )


def undecided_lines(reconciliation: Reconciliation, viewer: User) -> list[Undecided]:
    """The lines that wait for a decision, the first ones."""
    shown = reconciliation.undecided[:SHOWN]
    keys = {one.receipt.key for _line, ones in shown for one in ones}
    receipts = {receipt.pk: receipt for receipt in Receipt.objects.filter(pk__in=keys)}
    links = Links(viewer, [*(line for line, _ones in shown), *receipts.values()])
    return [
        Undecided(line, links.to(line), amount_text(line.amount), [_choice(one, receipts, links) for one in ones])
        for line, ones in shown
    ]


def choices_of(candidates: Sequence[Match], viewer: User) -> list[ReceiptChoice]:
    """What a line could be, to choose from."""
    receipts = Receipt.objects.in_bulk([one.receipt.key for one in candidates])
    links = Links(viewer, receipts.values())
    return [_choice(one, receipts, links) for one in candidates]


def _choice(one: Match, receipts: dict[int, Receipt], links: Links) -> ReceiptChoice:
    why = str(EVIDENCE[int(one.evidence)])
    if one.days:
        apart = ngettext("%(count)d day apart", "%(count)d days apart", one.days) % {"count": one.days}
        why = _("%(why)s, %(apart)s") % {"why": why, "apart": apart}
    corrected = _corrected(receipts[one.receipt.key], one.receipt.amount)
    return ReceiptChoice(
        number=one.receipt.number,
        href=links.to(receipts[one.receipt.key]),
        day=one.receipt.day.isoformat(),
        client=one.receipt.client,
        amount=amount_text(one.receipt.amount),
        why=_("; ").join([why, *corrected]),
    )


def line_record(line: BankLine, viewer: User) -> Record:
    """A line of a statement, and the receipts it was paired with."""
    pairs = list(line.pairs.select_related("receipt__contract__client", "paired_by", "ended_by").order_by("-id"))
    live = [pair for pair in pairs if pair.ended_at is None]
    return Record(
        title=f"{line.day} · {line.payer or line.purpose or amount_text(line.amount)}",
        subtitle=str(_("bank line")),
        state=_line_state(line, live),
        figure=Fact(str(_("amount")), amount(line.amount)),
        sentences=[_("Set aside: %(reason)s") % {"reason": line.set_aside_reason}] if line.set_aside_at else [],
        facts=[
            *facts_of(line, viewer, ["statement", "row", "day", "payer", "purpose", "reference"]),
            *(facts_of(line, viewer, ["set_aside_by", "set_aside_at"]) if line.set_aside_at else []),
        ],
        tables=[_pairs(pairs, viewer)],
    )


def _line_state(line: BankLine, live: Sequence[BankPair]) -> Cell:
    if live:
        return Cell(_("matched"), tone=Tone.DONE)
    if line.set_aside_at:
        return Cell(_("set aside"), tone=Tone.PLAIN)
    return Cell(_("waits"), tone=Tone.ATTENTION) if line.amount > 0 else Cell(_("paid out"), tone=Tone.PLAIN)


@adds_to(Receipt)
def at_the_bank(receipt: Receipt, viewer: User) -> list[Table]:
    """On a receipt's page: the bank's line that it is, for who sees statements."""
    links = Links(viewer)
    pairs = list(receipt.bank_pairs.filter(ended_at=None).select_related("line", "paired_by"))
    links.prepare(pair.line for pair in pairs)
    if not any(links.to(pair.line) for pair in pairs):
        return []
    return [
        table_of(
            _("At the bank"),
            pairs,
            viewer,
            ["line", "line.day", "line.payer", "evidence", "paired_by", "line.amount"],
            empty="",
        )
    ]


def _state(reconciliation: Reconciliation) -> Cell:
    if reconciliation.unexplained:
        return Cell(_("sums don't fit"), tone=Tone.BLOCKS)
    if reconciliation.undecided or reconciliation.unknown or reconciliation.missing or reconciliation.off:
        return Cell(_("waits"), tone=Tone.ATTENTION)
    return Cell(_("all matched"), tone=Tone.DONE)


def _sentences(reconciliation: Reconciliation) -> list[str]:
    facts = {
        "paired": len(reconciliation.paired),
        "undecided": len(reconciliation.undecided),
        "unknown": len(reconciliation.unknown),
        "missing": len(reconciliation.missing),
    }
    told = _(
        "%(paired)d lines matched, %(undecided)d for you to decide, %(unknown)d at the bank alone; "
        "%(missing)d receipts not at the bank."
    )
    sentences = [told % facts]
    if known := reconciliation.statement.known_lines:
        sentences.append(_("%(count)d lines stood in an earlier file and were left out.") % {"count": known})
    return sentences


def _sums(reconciliation: Reconciliation) -> Table:
    """Our receipts, step by step to the bank's sum."""
    steps: list[tuple[str, Decimal, str]] = [
        (_("Our receipts of these days"), reconciliation.ours, ""),
        (_("plus: bank lines for you to decide"), reconciliation.to_decide, "#undecided"),
        (_("less: receipts that these could be"), -reconciliation.could_be, "#undecided"),
        (_("plus: at the bank, not in our receipts"), reconciliation.only_bank, "#unknown"),
        (_("less: in our receipts, not at the bank"), -reconciliation.only_ours, "#missing"),
        (_("less: found in another statement"), -reconciliation.elsewhere, ""),
        (_("plus: receipts dated outside these days"), reconciliation.beyond, "#paired"),
        (_("plus: receipts changed since they were paired"), reconciliation.off, "#off"),
    ]
    rows = [Row([Cell(words), amount(value, href)]) for words, value, href in steps if value or words == steps[0][0]]
    if reconciliation.unexplained:
        rows.append(Row([Cell(_("unexplained"), tone=Tone.BLOCKS), amount(reconciliation.unexplained)]))
    fits = Cell(_("The rows add up to the bank's sum to the fen."), tone=Tone.DONE)
    return Table(
        _("Do the sums fit?"),
        headings(pgettext("reconciliation", "item"), numeric(_("amount"))),
        rows,
        total=Row([Cell(_("The bank's sum")), amount(reconciliation.at_bank)]),
        anchor="sums",
        more=None if reconciliation.unexplained else fits,
    )


def _lines(
    title: str,
    lines: Sequence[BankLine],
    viewer: User,
    *,
    anchor: str,
    empty: str = "",
    why: bool = False,
) -> Table:
    shown = lines[:SHOWN]
    links = Links(viewer, shown)
    rows = [
        Row(
            [
                day(line.day, links.to(line)),
                text(line.payer),
                text(line.set_aside_reason if why else line.purpose),
                amount(line.amount, links.to(line)),
            ]
        )
        for line in shown
    ]
    return Table(
        title,
        headings(_("day"), _("other party"), _("why set aside") if why else _("purpose"), numeric(_("amount"))),
        rows,
        total=_total(sum((line.amount for line in lines), ZERO), 4),
        empty=empty,
        anchor=anchor,
        more=_more(lines),
    )


def _missing(reconciliation: Reconciliation, viewer: User) -> Table:
    receipts, present = reconciliation.missing, reconciliation.present
    shown = receipts[:SHOWN]
    links = Links(viewer, [*shown, *(receipt.contract.client for receipt in shown)])
    return Table(
        _("In our receipts, not at the bank"),
        headings(_("receipt"), _("client"), _("received on"), numeric(_("amount"))),
        [
            Row(
                [
                    text(receipt.number, links.to(receipt)),
                    text(receipt.contract.client.name, links.to(receipt.contract.client)),
                    day(receipt.received_on),
                    amount(present.of(receipt), links.to(receipt)),
                ],
                corrections_text([receipt], present),
            )
            for receipt in shown
        ],
        total=_total(reconciliation.only_ours, 4),
        empty=_("All our receipts of these days are at the bank."),
        anchor="missing",
        note=_("A receipt may have come into another account: upload its statement, too."),
        more=_more(receipts),
    )


def _paired(paired: Sequence[PairedLine], viewer: User) -> Table:
    shown = paired[:PAIRED_SHOWN]
    links = Links(viewer, [*(one.line for one in shown), *(receipt for one in shown for receipt in one.receipts)])
    return Table(
        _("Matched"),
        headings(_("day"), _("other party"), _("receipt"), _("why"), numeric(_("amount"))),
        [
            Row(
                [
                    day(one.line.day, links.to(one.line)),
                    text(one.line.payer),
                    text(_receipts(one), links.to(one.pairs[0].receipt)),
                    text(_why(one.pairs[0])),
                    amount(one.line.amount, links.to(one.line)),
                ],
                corrections_text(one.receipts, one.present),
            )
            for one in shown
        ],
        total=_total(sum((one.line.amount for one in paired), ZERO), 5),
        empty=_("Nothing is matched yet."),
        anchor="paired",
        more=_more(paired, PAIRED_SHOWN),
    )


def _off(paired: Sequence[PairedLine], viewer: User) -> Table:
    links = Links(viewer, [one.line for one in paired])
    return Table(
        _("Changed since they were paired"),
        headings(_("day"), _("receipt"), numeric(_("at the bank")), numeric(_("difference"))),
        [
            Row(
                [day(one.line.day, links.to(one.line)), text(_receipts(one)), amount(one.line.amount), amount(one.off)],
                corrections_text(one.receipts, one.present),
            )
            for one in paired
        ],
        anchor="off",
    )


def _pairs(pairs: Sequence[BankPair], viewer: User) -> Table:
    columns = ["receipt", "receipt.contract.client", "receipt.received_on", "evidence", "paired_by", "paired_at"]
    present = PresentAmounts.read()
    table = table_of(
        _("receipts"),
        pairs,
        viewer,
        [*columns, "ended_by", "ended_at", "receipt.amount"],
        empty=_("It is paired with no receipt."),
        sentence=lambda pair: corrections_text([pair.receipt], present),
    )
    rows = [_with_amount(row, present.of(pair.receipt)) for row, pair in zip(table.rows, pairs, strict=True)]
    return replace(table, rows=rows)


def _with_amount(row: Row, value: Decimal) -> Row:
    """The row with another amount in its last cell."""
    *cells, last = row.cells
    return replace(row, cells=[*cells, amount(value, last.href)])


def corrections_text(receipts: Iterable[Receipt], present: PresentAmounts) -> str:
    """Which of the receipts were corrected, with the amounts recorded; empty if none was."""
    return _("; ").join(told for receipt in receipts for told in _corrected(receipt, present.of(receipt)))


def _corrected(receipt: Receipt, present: Decimal) -> list[str]:
    if present == receipt.amount:
        return []
    facts = {"number": receipt.number, "amount": amount_text(receipt.amount)}
    return [_("%(number)s was corrected, recorded amount %(amount)s") % facts]


def _receipts(paired: PairedLine) -> str:
    return _(", ").join(receipt.number for receipt in paired.receipts)


def _why(pair: BankPair) -> str:
    if pair.paired_by:
        return _("by hand: %(user)s") % {"user": pair.paired_by}
    return str(pair.get_evidence_display())


def _total(total: Decimal, columns: int) -> Row:
    return Row([Cell(_("total")), *[Cell("")] * (columns - 2), amount(total)])


def _more(rows: Sequence[object], shown: int = SHOWN) -> Cell | None:
    hidden = len(rows) - shown
    return Cell(_("and %(count)d more, all in the workbook") % {"count": hidden}) if hidden > 0 else None
