"""A client's page, as values: where it stands, all that happened to it on one time line, and who referred whom."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Record, Row, Table, Tone
from access.reach import within_reach
from clients.codes import Cause
from clients.explain import explain_protection
from clients.models import Client, ClientStatus, Contract, Handover, Receipt
from clients.protection.selectors import keeping_of
from clients.selectors import with_value
from periods.pages import facts_of
from rulebook.cells import amount, day, fact, headings, number, numeric, text

RECENT = 200
Answer = Handover.Answer


@dataclass(frozen=True, slots=True)
class _Entry:
    """One happening on the time line; `order` among those of one day."""

    date: dt.date
    order: tuple[int, int]
    what: str
    who: Model | None = None
    record: Model | None = None
    amount: Any = None
    tone: Tone | None = None


def client_record(client: Client, viewer: User) -> Record:
    """A client: who owns it or why it is an orphan since when, what happened to it, and its referrals."""
    turns = list(client.history.select_related("owner", "developer", "caused_by", "contract").order_by("sequence"))
    orphan_since = _orphan_since(turns)
    valued = with_value(Client.objects.filter(pk=client.pk), "pk").get()
    marks = flag_words(client, is_major=valued.is_major)
    keeping = keeping_of(client)
    standing = [_standing(turns[-1], orphan_since)] if turns else []
    return Record(
        title=str(client),
        subtitle=" · ".join(marks),
        state=_state(turns[-1]) if turns else None,
        sentences=list(filter(None, [*standing, explain_protection(keeping, timezone.localdate())])),
        facts=[
            *facts_of(client, viewer, ["registered_on", "registered_owner", "referred_by", "is_strategic"]),
            *([fact(_("protected until"), day(keeping.last_day))] if keeping and keeping.last_day else []),
            fact(_("contracts so far"), amount(valued.contracted)),
            fact(_("receipts so far"), amount(valued.received)),
        ],
        tables=[_time_line(client, turns, viewer), *_referrals(client, viewer)],
    )


def _time_line(client: Client, turns: Sequence[ClientStatus], viewer: User) -> Table:
    """All that happened, newest first."""
    contracts = {row.pk: row for row in within_reach(viewer, Contract.objects.filter(client=client))}
    receipts = within_reach(viewer, Receipt.objects.filter(contract__client=client)).order_by("-received_on", "-pk")
    handovers = within_reach(viewer, Handover.objects.filter(client=client))
    entries = [
        *_of_turns(turns, contracts),
        *_of_receipts(receipts[:RECENT]),
        *_of_handovers(handovers.select_related("developer", "batch")),
    ]
    entries.sort(key=lambda entry: (entry.date, *entry.order), reverse=True)
    links = Links(viewer, [found for entry in entries for found in (entry.who, entry.record)])
    rows = [
        Row(
            [
                day(entry.date),
                Cell(entry.what, tone=entry.tone),
                text(entry.who, links.to(entry.who)),
                text(entry.record, links.to(entry.record)),
                amount(entry.amount) if entry.amount is not None else Cell(""),
            ]
        )
        for entry in entries[:RECENT]
    ]
    heads = headings(_("date"), _("what happened"), _("who"), _("contract or receipt"), numeric(_("amount")))
    return Table(_("time line"), heads, rows, empty=_("Nothing has happened to it yet."))


def _of_turns(turns: Sequence[ClientStatus], contracts: dict[int, Contract]) -> Iterator[_Entry]:
    for before, turn in zip([None, *turns], turns, strict=False):
        contract = contracts.get(turn.contract_id) if turn.contract_id else None
        yield _Entry(
            turn.since,
            (0, turn.sequence),
            _what_turned(before, turn),
            turn.caused_by,
            turn.contract,
            contract.amount if contract and turn.cause == Cause.SIGNED else None,
            _tone_of(before, turn),
        )


def _what_turned(before: ClientStatus | None, turn: ClientStatus) -> str:
    """What happened, and what it made of the client."""
    told = [str(turn.get_cause_display())]
    if turn.orphan_kind and (before is None or before.orphan_kind != turn.orphan_kind):
        told.append(_("an orphan: %(kind)s") % {"kind": turn.get_orphan_kind_display()})
    if before is not None and before.orphan_kind and not turn.orphan_kind:
        told.append(_("no orphan any more"))
    if before is not None and is_conflict(before, turn):
        told.append(_("another than the developer %(developer)s") % {"developer": before.developer})
    return _("; ").join(told)


def _tone_of(before: ClientStatus | None, turn: ClientStatus) -> Tone | None:
    becomes_orphan = turn.orphan_kind and (before is None or not before.orphan_kind)
    return Tone.ATTENTION if becomes_orphan or is_conflict(before, turn) else None


def is_conflict(before: ClientStatus | None, turn: ClientStatus) -> bool:
    """Whether another than the assigned developer closed the contract: accepted, and shown to the manager (1-6)."""
    return (
        before is not None
        and turn.cause == Cause.SIGNED
        and before.developer_id is not None
        and before.developer_id != turn.caused_by_id
    )


def _of_receipts(receipts: Any) -> Iterator[_Entry]:
    for receipt in receipts:
        what = _("refund") if receipt.reverses_id else _("receipt")
        yield _Entry(receipt.received_on, (1, receipt.pk), what, None, receipt, receipt.amount)


def _of_handovers(handovers: Any) -> Iterator[_Entry]:
    """What was said to an assignment; that it was assigned is told by the history."""
    for handover in handovers:
        if handover.answer == Answer.WAITING:
            yield _Entry(handover.day, (2, handover.pk), _("to be accepted"), handover.developer, tone=Tone.ATTENTION)
            continue
        what = str(handover.get_answer_display())
        if handover.reason:
            what = f"{what}：{handover.reason}"
        yield _Entry(timezone.localdate(handover.answered_at), (2, handover.pk), what, handover.developer)


_CHAIN = """
WITH RECURSIVE up (id, depth) AS (
    SELECT referred_by_id, -1 FROM clients_client WHERE id = %(client)s AND referred_by_id IS NOT NULL
    UNION ALL SELECT client.referred_by_id, up.depth - 1 FROM up JOIN clients_client client USING (id)
    WHERE client.referred_by_id IS NOT NULL AND up.depth > -50
), down (id, depth) AS (
    SELECT id, 1 FROM clients_client WHERE referred_by_id = %(client)s
    UNION ALL SELECT client.id, down.depth + 1 FROM down JOIN clients_client client ON client.referred_by_id = down.id
    WHERE down.depth < 50
)
SELECT id, depth FROM up UNION ALL SELECT id, depth FROM down ORDER BY depth, id LIMIT 200
"""


def _referrals(client: Client, viewer: User) -> list[Table]:
    """Who referred it, up to the first, and whom it referred, down to the last; nothing without a referral."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, {"client": client.pk})
        depths = [(pk, depth) for pk, depth in cursor.fetchall()]
    if not depths:
        return []
    chain = [*((pk, depth) for pk, depth in depths if depth < 0), (client.pk, 0)]
    chain += [(pk, depth) for pk, depth in depths if depth > 0]
    seen = within_reach(viewer, Client.objects.filter(pk__in=[pk for pk, _depth in chain]))
    clients = {one.pk: one for one in seen.select_related("orphan")}
    links = Links(viewer, [one for one in clients.values() if one.pk != client.pk])
    rows = [_link(clients[pk], depth, links) for pk, depth in chain if pk in clients]
    heads = headings(numeric(_("level")), _("client"), _("registered on"), _("kind of orphan"))
    return [Table(_("referral chain"), heads, rows)]


def _link(client: Client, depth: int, links: Links) -> Row:
    orphan = getattr(client, "orphan", None)
    return Row(
        [
            number(depth),
            text(client, links.to(client)),
            day(client.registered_on),
            text(orphan.get_kind_display() if orphan else None),
        ]
    )


def _orphan_since(turns: Sequence[ClientStatus]) -> dt.date | None:
    """Since when it has been an orphan without a break; None when it is none."""
    since = None
    for turn in reversed(turns):
        if turn.orphan_kind is None:
            return since
        since = turn.since
    return since


def _state(turn: ClientStatus) -> Cell:
    if turn.orphan_kind is None:
        return Cell(_("has an owner") if turn.owner else _("open pool"), tone=Tone.DONE if turn.owner else Tone.PLAIN)
    return Cell(_("orphan client"), tone=Tone.ATTENTION)


def _standing(turn: ClientStatus, orphan_since: dt.date | None) -> str:
    facts = {
        "owner": turn.owner.name if turn.owner else "",
        "developer": turn.developer.name if turn.developer else "",
        "since": day(turn.since).text,
        "orphan_since": day(orphan_since).text,
        "kind": turn.get_orphan_kind_display() if turn.orphan_kind else "",
        "cause": turn.get_cause_display(),
    }
    if turn.orphan_kind and turn.developer:
        return _("Orphan client since %(orphan_since)s (%(kind)s), developed by %(developer)s.") % facts
    if turn.orphan_kind:
        return _("Orphan client since %(orphan_since)s (%(kind)s), without a developer.") % facts
    if turn.owner is None:
        return _("Owned by nobody: in the open pool since %(since)s (%(cause)s), free to be claimed.") % facts
    return _("Owned by %(owner)s; last change %(since)s: %(cause)s.") % facts


def flag_words(client: Client, *, is_major: bool) -> list[str]:
    """Whether it is a strategic client, and whether its receipts make it a major one."""
    words = [_("strategic")] if client.is_strategic else []
    return [*words, _("major")] if is_major else words


def flags_of(client: Client, *, is_major: bool) -> SafeString:
    """The same for a list."""
    words = flag_words(client, is_major=is_major)
    return format_html_join("", ' <span class="state">{}</span>', ((word,) for word in words))
