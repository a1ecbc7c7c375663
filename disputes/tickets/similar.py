"""How disputes like one were ruled on before: counted by the client's kind and the outcome, and the latest of them."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.links import address
from access.pages.records import Heading, Row, Table
from compensation.models import RulingShare
from disputes.deciding.selectors import similar_rulings
from disputes.models import Dispute, Party, Ruling
from disputes.tickets.deciding import shares_of, shares_told, upheld_text
from rulebook.cells import day, headings, number, text
from rulebook.money import ZERO

READ, SHOWN = 200, 5
"""So many rulings are counted, and so many are shown one by one."""


class Outcome(TextChoices):
    """How a dispute came out, as the next one asks."""

    TO_CLAIMANT = "claimant", gettext_lazy("to who claims")
    DIVIDED = "divided", gettext_lazy("divided")
    STAYS = "stays", gettext_lazy("stays as it was")
    UPHELD = "upheld", gettext_lazy("upheld")
    NOT_UPHELD = "not_upheld", gettext_lazy("not upheld")


def similar_tables(dispute: Dispute, viewer: User) -> list[Table]:
    """How disputes of the same kind came out, by whether their clients are strategic; and the latest, those first of
    clients of the same kind. Three queries."""
    rulings = list(similar_rulings(viewer, dispute)[:READ])
    if not rulings:
        return [Table(_("Similar rulings of the past"), [], [], empty=_("Nothing like it has been ruled on."))]
    shares = shares_of(rulings)
    outcomes = _outcomes(rulings, shares)
    alike = sorted(rulings, key=lambda row: row.dispute.client.is_strategic != dispute.client.is_strategic)
    return [_counts(rulings, outcomes), _latest(alike[:SHOWN], outcomes, shares_told(shares))]


def _outcomes(rulings: Sequence[Ruling], shares: Sequence[RulingShare]) -> dict[int, Outcome]:
    """How each ruling (id) came out: which part of the sales goes to those who claimed."""
    claims = Party.objects.filter(dispute__in=[row.dispute_id for row in rulings], side=Party.Side.CLAIMANT).order_by()
    claimants = set(claims.values_list("dispute", "employee"))
    dispute_of = {row.correction_id: row.dispute_id for row in rulings}
    claimed: dict[int, Decimal] = {}
    for share in shares:
        own = share.sales_share if (dispute_of[share.correction_id], share.employee_id) in claimants else ZERO
        claimed[share.correction_id] = claimed.get(share.correction_id, ZERO) + own
    return {row.pk: _outcome(row, claimed.get(row.correction_id or 0, ZERO)) for row in rulings}


def _outcome(ruling: Ruling, claimed: Decimal) -> Outcome:
    if ruling.upholds is not None:
        return Outcome.UPHELD if ruling.upholds else Outcome.NOT_UPHELD
    if claimed == 1:
        return Outcome.TO_CLAIMANT
    return Outcome.DIVIDED if claimed else Outcome.STAYS


def _counts(rulings: Sequence[Ruling], outcomes: dict[int, Outcome]) -> Table:
    counts = Counter((row.dispute.client.is_strategic, outcomes[row.pk]) for row in rulings)
    found = [outcome for outcome in Outcome if outcome in outcomes.values()]
    return Table(
        _("How alike disputes were ruled on"),
        [Heading(_("client")), *(Heading(str(outcome.label), is_number=True) for outcome in found)],
        [
            Row([text(_client_kind(is_strategic)), *(number(counts[is_strategic, outcome]) for outcome in found)])
            for is_strategic in (True, False)
            if any(counts[is_strategic, outcome] for outcome in found)
        ],
        note=_("Rulings that hold, on disputes of the same kind; by the part of the sales that goes to who claimed."),
        anchor="similar",
    )


def _latest(rulings: Sequence[Ruling], outcomes: dict[int, Outcome], told: dict[int, str]) -> Table:
    return Table(
        _("Similar rulings of the past"),
        headings(_("dispute"), _("made on"), _("client"), _("outcome"), _("who gets what"), _("on the ground of")),
        [
            Row(
                [
                    text(row.dispute, address(row.dispute)),
                    day(row.made_on),
                    text(_client_kind(row.dispute.client.is_strategic)),
                    text(outcomes[row.pk].label),
                    text(told.get(row.correction_id or 0, upheld_text(row))),
                    text(row.get_source_display()),
                ],
                row.reasons,
            )
            for row in rulings
        ],
    )


def _client_kind(is_strategic: bool) -> str:
    return _("strategic client") if is_strategic else _("other client")
