"""The page of a dispute as values, and what it adds to the page of its contract."""

from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.decisions.signing import role_and_name
from access.models import User
from access.pages.links import address
from access.pages.records import Cell, Fact, Record, Row, Table, adds_to, leads_on_from
from access.reach import within_reach
from access.rights import Right, has, may
from access.roles import Duty
from clients.models import Contract
from compensation.models import HeldCommission
from disputes.clock.selectors import clocks_of
from disputes.deciding.rules import Desk, Step
from disputes.deciding.selectors import Standing
from disputes.models import Dispute, Finding, Party, Pause
from disputes.rules import Window
from disputes.selectors import plan_of, window_of
from disputes.tickets.deciding import findings_table, rulings_table
from disputes.tickets.lists import due_cell, state_cell
from periods.pages import facts_of, table_of
from rulebook.cells import day, fact, headings, text
from rulebook.selectors import NoPlanInForce
from rulebook.wording import month_text

State = Dispute.State


def dispute_record(dispute: Dispute, viewer: User, standing: Standing, parties: Sequence[Party]) -> Record:
    """A dispute: what it waits for, how it is or was decided. `parties` are those whom the viewer may know of; what the
    system knows and what was ruled before comes in a part of its own."""
    tables = [
        rulings_table(dispute, viewer),
        findings_table(dispute, viewer, standing),
    ]
    return Record(
        title=dispute.number,
        subtitle=about(dispute),
        state=state_cell(dispute),
        sentences=list(_sentences(dispute, standing)),
        facts=_facts(dispute, viewer, knows_all=knows_all(dispute, parties)),
        tables=[table for table in tables if table is not None],
    )


def knows_all(dispute: Dispute, shown: Sequence[Party]) -> bool:
    """Whether the parties that are shown are all there are."""
    return len(shown) == len(dispute.parties.all())


def about(dispute: Dispute) -> str:
    """What a dispute is about, in short."""
    return " · ".join(map(str, filter(None, [dispute.get_kind_display(), dispute.client, dispute.contract])))


def known_tables(dispute: Dispute, viewer: User) -> list[Table]:
    """What is held, and what pauses the term."""
    return [table for table in (_held_table(dispute, viewer), _pauses(dispute, viewer)) if table is not None]


def _facts(dispute: Dispute, viewer: User, *, knows_all: bool) -> list[Fact]:
    ended = ["ended_by", "ended_at"] if dispute.ended_at else []
    special = ["special_reason"] if dispute.is_special else []
    raised = ["raised_by"] if knows_all else []
    clock = clocks_of([dispute], timezone.localdate())[dispute.pk] if dispute.is_open else None
    return [
        *facts_of(dispute, viewer, ["client", *(["contract"] if dispute.contract else []), "raised_on", *raised]),
        fact(_("to be decided by"), due_cell(dispute, clock)),
        *(facts_of(dispute, viewer, [*special, *ended]) if special or ended else []),
    ]


def _sentences(dispute: Dispute, standing: Standing) -> Iterator[str]:
    """What it waits for, from whom, until when; or how it ended."""
    if not dispute.is_open:
        yield _ended(dispute)
        return
    yield from _waited_for(dispute, standing)
    yield _until(dispute)
    if timezone.localdate() > dispute.due_on:
        yield _("It is late: human resources, the marketing director and the general manager have been told.")
    if dispute.hold is not None:
        month = month_text(dispute.hold.since)
        yield _("3-1.3: from %(month)s on the contract's commission is not paid while it is open.") % {"month": month}


def _ended(dispute: Dispute) -> str:
    on = timezone.localdate(dispute.ended_at) if dispute.ended_at else ""
    facts = {"state": dispute.get_state_display(), "day": on, "why": dispute.ended_because}
    return capfirst(_("%(state)s on %(day)s: %(why)s") % facts)


def _waited_for(dispute: Dispute, standing: Standing) -> Iterator[str]:
    if dispute.state == State.RAISED:
        yield _("Waits for human resources to begin the verification.")
        return
    findings = standing.findings
    match standing.step:
        case Step.FINDINGS:
            missing = [str(Finding.Desk(desk).label) for desk in (Desk.HR, Desk.MARKETING) if desk not in findings]
            yield _("3-2.3: waits for the finding of %(desks)s.") % {"desks": pgettext("who", " and ").join(missing)}
        case Step.GENERAL_MANAGER:
            yield from standing.why_general_managers or [_("3-2.3: the two findings differ.")]
            yield _("Waits for the general manager's finding.")
        case Step.CONFIRMATION:
            givers = [found.given_by for found in standing.ruling_findings]
            names = pgettext("who", " or ").join(map(role_and_name, givers))
            yield _("The findings are there: %(names)s looks at what they do, and confirms it.") % {"names": names}


def _until(dispute: Dispute) -> str:
    facts = {"day": dispute.due_on}
    if dispute.due_is_official:
        return _("3-2.3: to be decided by %(day)s, by the official calendar of working days.") % facts
    return (
        _(
            "3-2.3: to be decided by %(day)s. For a year that this term touches no official calendar is published yet,"
            " so the day may move."
        )
        % facts
    )


def _pauses(dispute: Dispute, viewer: User) -> Table | None:
    rows = list(within_reach(viewer, Pause.objects.filter(dispute=dispute)).select_related("made_by"))
    if not rows:
        return None
    return table_of(_("Pauses of the term"), rows, viewer, ["start", "end", "reason", "made_by"], empty="")


def _held_table(dispute: Dispute, viewer: User) -> Table | None:
    """What was held, for whom, in which month; None where nothing was."""
    rows = within_reach(viewer, HeldCommission.objects.filter(hold=dispute.hold)) if dispute.hold else None
    found = list(rows.select_related("employee", "line__receipt").order_by("month", "line")) if rows else []
    if not found:
        return None
    names = ["employee", "month", "line", "amount"]
    return table_of(_("Held commission"), found, viewer, names, empty="", total="amount", anchor="held")


@adds_to(Contract)
def of_contract(contract: Contract, viewer: User) -> list[Table]:
    """The disputes about a contract that the viewer may know of and, for who raises them, the window."""
    rows = list(within_reach(viewer, contract.disputes.select_related("client").order_by("-pk")))
    told = window_text(contract) if has(viewer, Duty.RAISES_DISPUTES) else ""
    if not rows and not told:
        return []
    return [
        Table(
            _("Disputes"),
            headings(_("number"), _("state"), _("raised on"), _("to be decided by")),
            [Row([text(row, address(row)), state_cell(row), day(row.raised_on), day(row.due_on)]) for row in rows],
            note=told if rows else "",
            empty=told,
            anchor="disputes",
        )
    ]


@leads_on_from(Contract)
def raising(contract: Contract, viewer: User) -> list[Cell]:
    """The form that raises a dispute, for who may, as long as the window is open."""
    if not may(viewer, Right.ADD, Dispute) or not _is_open_today(contract):
        return []
    form = reverse("admin:disputes_dispute_add")
    return [Cell(_("Raise a dispute"), f"{form}?{urlencode({'contract': contract.number})}")]


def _window(contract: Contract) -> Window | None:
    """When a dispute about it could be raised; None before there was a plan."""
    try:
        return window_of(contract, plan_of(timezone.localdate()))
    except NoPlanInForce:
        return None


def _is_open_today(contract: Contract) -> bool:
    window = _window(contract)
    return window is not None and window.is_open(timezone.localdate())


def window_text(contract: Contract) -> str:
    """Until when a dispute among colleagues can be raised about a contract, or since when no longer (3-2.4.1)."""
    window, today = _window(contract), timezone.localdate()
    if window is None or window.opens is None or window.closes is None:
        return _("3-2.4.1: no cash has arrived yet; a dispute can be raised from the day it does.")
    facts = {"first": window.opens, "last": window.closes, "days": (window.closes - today).days}
    if today < window.opens:
        return _("3-2.4.1: the first cash is of %(first)s; a dispute can be raised from that day to %(last)s.") % facts
    if window.is_open(today):
        words = _(
            "3-2.4.1: the first cash came on %(first)s; a dispute can be raised until %(last)s, %(days)d days more."
        )
        return words % facts
    return _("3-2.4.1: the first cash came on %(first)s; a dispute could be raised until %(last)s.") % facts
