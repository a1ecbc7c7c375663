"""Both sides of a dispute as values: who they are, what they ask and say, and what they bring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Row, Table
from disputes.evidence.selectors import evidence_of
from disputes.models import Dispute, Evidence, Party
from disputes.selectors import statement_shown_to
from rulebook.cells import day, headings, text
from rulebook.wording import share_text

Side = Party.Side


@dataclass(frozen=True, slots=True)
class Speaker:
    """A party as its side shows it."""

    name: Cell
    asks: str
    statement: str
    since: str
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class SideShown:
    """One side of a dispute; `hidden` says why its people are not named, `statement` what no party said."""

    title: str
    speakers: Sequence[Speaker]
    evidence: Table
    statement: str = ""
    hidden: str = ""


def sides_of(dispute: Dispute, parties: Sequence[Party], viewer: User, *, knows_all: bool) -> list[SideShown]:
    """The claimants' or the client's side, and that of those who answer, as far as the viewer may know of them; what
    neither brought stands with the client's, or on a side of its own."""
    links = Links(viewer, [party.employee for party in parties])
    brought = _evidence_by_side(dispute, parties, viewer, knows_all=knows_all)
    speakers = {side: [_speaker(dispute, one, links) for one in parties if one.side == side] for side in Side}
    is_complaint = dispute.kind == Dispute.Kind.CLIENT
    hidden = _("Who claims, and what they say, is shown once verification has begun.")
    claiming = SideShown(
        _("The client complains") if is_complaint else _("Claims"),
        speakers[Side.CLAIMANT],
        _evidence([*brought[Side.CLAIMANT], *(brought[""] if is_complaint else ())]),
        statement=statement_shown_to(viewer, dispute) if is_complaint else "",
        hidden="" if knows_all or speakers[Side.CLAIMANT] else hidden,
    )
    answering = SideShown(
        _("Answers") if speakers[Side.RESPONDENT] else _("Nobody answers yet"),
        speakers[Side.RESPONDENT],
        _evidence(brought[Side.RESPONDENT]),
    )
    others = [] if is_complaint or not brought[""] else [SideShown(_("Brought by others"), [], _evidence(brought[""]))]
    return [claiming, answering, *others]


def _speaker(dispute: Dispute, party: Party, links: Links) -> Speaker:
    is_out = party.withdrawn_at is not None
    named = timezone.localdate(party.named_at)
    is_later = named > timezone.localdate(dispute.raised_at)
    since = _("Party since %(day)s.") % {"day": named.isoformat()} if is_later else ""
    return Speaker(
        Cell(str(party.employee), links.to(party.employee)),
        _asks(party),
        party.statement,
        _("The claim is taken back.") if is_out else since,
        is_out,
    )


def _asks(party: Party) -> str:
    if party.asked_sales is None or party.asked_commission is None:
        return ""
    facts = {"sales": share_text(party.asked_sales), "commission": share_text(party.asked_commission)}
    if party.asked_sales == party.asked_commission:
        return _("Asks for %(sales)s of sales and commission.") % facts
    return _("Asks for %(sales)s of the sales and %(commission)s of the commission.") % facts


def _evidence_by_side(
    dispute: Dispute, parties: Sequence[Party], viewer: User, *, knows_all: bool
) -> Mapping[str, list[Evidence]]:
    """The evidence by the side of who brought it, under no name what others did; who may not know of a party doesn't
    learn of it by what it brought."""
    side_of = {party.employee_id: party.side for party in parties}
    found: dict[str, list[Evidence]] = {Side.CLAIMANT: [], Side.RESPONDENT: [], "": []}
    for row in evidence_of(dispute, viewer):
        side = side_of.get(row.brought_by.person_key or 0, "")
        if side or knows_all:
            found[side].append(row)
    return found


def _evidence(rows: Iterable[Evidence]) -> Table:
    return Table(
        _("Evidence"),
        headings(_("day"), _("kind"), _("what it shows"), _("file")),
        [Row([day(row.day), text(row.get_kind_display()), Cell(_shows(row)), _file(row)]) for row in rows],
        empty=_("No evidence yet."),
    )


def _shows(row: Evidence) -> str:
    return _("%(note)s (withdrawn)") % {"note": row.note} if row.withdrawn_at else row.note


def _file(row: Evidence) -> Cell:
    if not row.file_name:
        return text("")
    return Cell(row.file_name, reverse("disputes:evidence", args=[row.stored_as]))
