"""How a dispute is decided, as values: its findings, what a ruling does, the rulings made, similar ones of the past."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import is_about
from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Row, Table
from access.reach import within_reach
from access.rights import has
from access.roles import Duty
from compensation.corrections.pages import effect_tables
from compensation.models import RulingShare
from disputes.deciding.effects import RulingEffect, share_told
from disputes.deciding.rules import Step
from disputes.deciding.selectors import Standing
from disputes.models import Dispute, Finding, Ruling
from rulebook.cells import amount, day, headings, numeric, share, text
from staff.models import Branch


def findings_table(dispute: Dispute, viewer: User, standing: Standing) -> Table:
    """The findings that the viewer may read, with each party's shares."""
    given = standing.findings.values()
    shown = set(within_reach(viewer, Finding.objects.filter(dispute=dispute)).values_list("pk", flat=True))
    rows = [finding for finding in given if finding.pk in shown]
    waits = len(rows) < len(given) and dispute.is_open and has(viewer, Duty.READS_DISPUTES)
    note = _("A finding has been given that you read once you have given yours.") if waits else ""
    return Table(
        _("Findings"),
        headings(_("desk"), _("party"), numeric(_("sales")), numeric(_("commission")), _("given by"), _("given on")),
        [row for finding in rows for row in _finding_rows(finding)],
        empty=note or _("No finding that you may read has been given."),
        note=note,
        anchor="findings",
    )


def _finding_rows(finding: Finding) -> list[Row]:
    desk, by = text(finding.get_desk_display()), text(finding.given_by)
    given_on = day(timezone.localdate(finding.given_at))
    shares: list[Any] = list(finding.shares.all())
    cells = [
        [desk, text(one.employee), share(one.sales_share), share(one.commission_share), by, given_on] for one in shares
    ] or [[desk, Cell(upheld_text(finding)), Cell(""), Cell(""), by, given_on]]
    return [Row(cell, _reasons(finding) if cell is cells[-1] else "") for cell in cells]


def upheld_text(found: Finding | Ruling) -> str:
    if found.upholds is None:
        return "–"
    return _("The complaint is upheld.") if found.upholds else _("The complaint is not upheld.")


def _reasons(found: Finding | Ruling) -> str:
    told = [found.reasons]
    if found.upholds is not None:
        told.append(upheld_text(found))
    if found.owner is not None:
        told.append(_("Owner of the client: %(name)s.") % {"name": found.owner.name})
    return " · ".join(told)


def may_see_effect(viewer: User, standing: Standing) -> bool:
    """Whether a ruling waits to be confirmed whose findings the viewer reads as a decider or an auditor, no party."""
    is_party = any(is_about(viewer, party.employee_id) for party in standing.dispute.parties.all())
    return standing.step == Step.CONFIRMATION and has(viewer, Duty.READS_DISPUTES) and not is_party


def tables_of_effect(effect: RulingEffect, viewer: User) -> list[Table]:
    """What a ruling would do: each one's adjustments, and the sales that branches gain or lose."""
    if effect.money is None:
        return []
    tables = effect_tables(effect.money, viewer)
    moves = effect.money.branch_moves
    if not moves:
        return tables
    branches = Branch.objects.in_bulk(list(moves))
    links = Links(viewer, branches.values())
    rows = [Row([text(branches[key], links.to(branches[key])), amount(sales)]) for key, sales in moves.items()]
    return [*tables, Table(_("Sales of branches"), headings(_("branch"), numeric(_("sales moved"))), rows)]


def rulings_table(dispute: Dispute, viewer: User) -> Table | None:
    """The rulings made, the one that holds first; None where none was."""
    if dispute.is_open:
        return None
    rulings = list(dispute.rulings.select_related("owner", "correction", "made_by").order_by("-pk"))
    if not rulings:
        return None
    return Table(
        _("Rulings"),
        headings(_("made on"), _("on the ground of"), _("who gets what"), _("ruled by"), _("posted as")),
        [
            Row([day(row.made_on), text(row.get_source_display()), *cells], _reasons(row))
            for row, cells in zip(rulings, _posted(rulings, viewer), strict=True)
        ],
        note=_("The latest holds.") if len(rulings) > 1 else "",
        anchor="rulings",
    )


def _posted(rulings: Sequence[Ruling], viewer: User) -> list[list[Cell]]:
    """Who gets what by each ruling, who made it, and as what it was posted."""
    links = Links(viewer, [row.correction for row in rulings])
    told = shares_told(shares_of(rulings))
    return [
        [text(told.get(row.correction_id or 0, "")), text(row.made_by), text(row.correction, links.to(row.correction))]
        for row in rulings
    ]


def shares_of(rulings: Sequence[Ruling]) -> list[RulingShare]:
    """The shares by rulings, the largest of each first; one query."""
    rows = RulingShare.objects.filter(correction__in=[row.correction_id for row in rulings if row.correction_id])
    return list(rows.select_related("employee").order_by("correction", "-sales_share", "employee__number"))


def shares_told(shares: Sequence[RulingShare]) -> dict[int, str]:
    """Who gets which shares by each ruling's correction."""
    told: dict[int, list[str]] = {}
    for row in shares:
        told.setdefault(row.correction_id, []).append(
            f"{row.employee.name} {share_told(row.sales_share, row.commission_share)}"
        )
    return {correction: _(", ").join(parts) for correction, parts in told.items()}
