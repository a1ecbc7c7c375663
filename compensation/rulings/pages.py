"""The pages of holds, of what is held, and of what rulings divide and move (3-1.3)."""

from django.utils.translation import gettext as _

from access.models import User
from access.pages.records import Record
from access.reach import within_reach
from compensation.explain import explain_held
from compensation.models import BranchSalesMove, Correction, HeldCommission, Hold, RulingShare
from compensation.pages import held_table
from periods.pages import facts_of
from rulebook.cells import amount, fact, month
from rulebook.wording import amount_text, month_text, share_text


def hold_record(hold: Hold, viewer: User) -> Record:
    """A hold: since when, for which dispute, what is held by it, and by what it ended."""
    end = Correction.objects.filter(hold=hold).first()
    told = {"dispute": hold.reference, "since": month_text(hold.since)}
    ended = {"number": end.number, "month": month_text(end.month)} if end else {}
    return Record(
        title=str(hold.contract),
        subtitle=f"{_('hold')} · {month(hold.since).text}",
        sentences=[
            _("3-1.3 dispute %(dispute)s: from %(since)s on the contract's commission isn't paid.") % told,
            _("It ended with %(number)s in %(month)s.") % ended if end else _("It lasts until the dispute is decided."),
        ],
        facts=facts_of(hold, viewer, ["contract", "contract.client", "reference", "since", "made_at"]),
        tables=[held_table(within_reach(viewer, hold.held.all()), viewer, ["employee", "line", "amount"])],
    )


def held_record(held: HeldCommission, viewer: User) -> Record:
    """What of one line isn't paid while its contract is in dispute."""
    return Record(
        title=str(held.employee),
        subtitle=f"{_('held commission')} · {month(held.month).text}",
        figure=fact(_("amount"), amount(held.amount)),
        sentences=[explain_held(held)],
        facts=facts_of(held, viewer, ["employee", "line", "line.receipt.contract", "hold"]),
    )


def share_record(share: RulingShare, viewer: User) -> Record:
    """One party's part of a contract by a ruling."""
    facts = {
        "dispute": share.correction.reference,
        "sales": share_text(share.sales_share),
        "commission": share_text(share.commission_share),
    }
    words = _("3-1.3 dispute %(dispute)s: %(sales)s of the contract's sales and %(commission)s of its commission.")
    return Record(
        title=str(share.employee),
        subtitle=f"{_('share by a ruling')} · {month(share.month).text}",
        sentences=[words % facts],
        facts=facts_of(share, viewer, ["employee", "correction", "sales_share", "commission_share", "branch"]),
    )


def move_record(move: BranchSalesMove, viewer: User) -> Record:
    """What a branch gains or loses in sales by a ruling."""
    facts = {"dispute": move.correction.reference, "branch": move.branch, "sales": amount_text(move.sales)}
    words = _("3-1.3 dispute %(dispute)s: the ruling moves %(sales)s of people's sales, which %(branch)s counts.")
    return Record(
        title=str(move.branch),
        subtitle=f"{_('branch sales moved')} · {month(move.month).text}",
        figure=fact(_("sales"), amount(move.sales)),
        sentences=[words % facts],
        facts=facts_of(move, viewer, ["branch", "correction", "month", "sales"]),
    )
