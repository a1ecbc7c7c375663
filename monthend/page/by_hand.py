"""What was done by hand that a month pays by, as tables of its page and of the page that asks before its approval."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from access.history.hands import Hand
from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Heading, Row, Table, Tone
from monthend.by_hand.deeds import ByHand, Deed, DeedKind, Weighed
from monthend.weights.selectors import table_address
from rulebook.cells import amount, headings, number, numeric, text
from rulebook.month import Month
from rulebook.wording import month_text, part_text


def by_hand_tables(month: Month, viewer: User, found: ByHand) -> list[Table]:
    """One table of corrections, targets, transfers, contracts and receipts; one of the weights, where there are any."""
    people = [one.person for one in found.weights]
    links = Links(viewer, [*(one.about for one in found.deeds), *people])
    tables = [_deeds(month, found.deeds, links)]
    return [*tables, _weights(month, found.weights, links)] if found.weights else tables


def _deeds(month: Month, deeds: Sequence[Deed], links: Links) -> Table:
    facts = {"month": month_text(month)}
    kinds = {one.what for one in deeds}
    none = _(", ").join(str(what.value) for what in DeedKind if what not in kinds)
    return Table(
        _("done by hand for %(month)s") % facts,
        headings(_("what"), _("what was done"), numeric(_("yuan")), _("entered by"), Heading(_("reason"))),
        [_deed(one, links) for one in deeds],
        anchor="by-hand",
        empty=_(
            "Nothing by hand for %(month)s: no correction or other pay, no target set after the month began, no"
            " transfer, no other closer or assistant of a contract, no receipts above a contract's amount."
        )
        % facts,
        note=_("None: %(kinds)s.") % {"kinds": none} if none else "",
    )


def _deed(one: Deed, links: Links) -> Row:
    return Row(
        [
            Cell(str(one.what.value), links.to(one.about), tone=Tone.BLOCKS if one.is_own else Tone.PLAIN),
            text(one.sentence),
            amount(one.amount),
            _by(one.hand, _("(gains by it)") if one.is_own else ""),
            text(one.reason),
        ]
    )


def _weights(month: Month, weights: Sequence[Weighed], links: Links) -> Table:
    return Table(
        _("shares of the support bonus of %(month)s") % {"month": month_text(month)},
        headings(
            _("employee"), _("branch"), numeric(_("weight")),
            numeric(_("share of %(month)s") % {"month": month_text(month - 1)}),
            numeric(_("share")), numeric(_("yuan")), _("written by"),
        ),
        [_weighed(month, one, links) for one in weights],
        anchor="shares",
        note=_("Whose share rose comes first."),
    )  # fmt: skip


def _weighed(month: Month, one: Weighed, links: Links) -> Row:
    share = part_text(one.share or Fraction(0))
    tone = Tone.BLOCKS if one.jumped else Tone.ATTENTION if one.rose else None
    return Row(
        [
            text(one.person, links.to(one.person)),
            text(one.branch, table_address(month, one.branch.pk)),
            number(one.weight),
            Cell("–" if one.before is None else part_text(one.before), is_number=True),
            Cell(f"↑ {share}" if one.rose else share, is_number=True, tone=tone),
            amount(one.amount),
            _by(one.hand, _("(shares in it)") if one.is_own else ""),
        ],
        sentence=_rise(one) if one.jumped else "",
    )


def _rise(one: Weighed) -> str:
    facts = {"person": one.person.name, "branch": one.branch, "now": part_text(one.share or Fraction(0))}
    if one.before is None:
        return _("%(person)s had no share of the pool of %(branch)s last month and has %(now)s now.") % facts
    words = _("The share of %(person)s in the pool of %(branch)s rose from %(before)s to %(now)s.")
    return words % {**facts, "before": part_text(one.before)}


def _by(hand: Hand | None, mark: str = "") -> Cell:
    """Whose hand it is from, with a mark where it pays that very person."""
    if hand is None or not mark:
        return text(hand.text if hand else "")
    return Cell(f"{hand.text} {mark}", tone=Tone.ATTENTION)
