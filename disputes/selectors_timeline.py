"""What the system itself knows about a disputed client, each with its time, on one line for both sides (3-1.2)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import Assignment, Client, ClientStatus, Contract, FollowUp, Receipt
from clients.protection.selectors import all_terms, keepings
from compensation.corrections.selectors import with_present_amount
from disputes.models import Dispute, Evidence, Party
from rulebook.wording import amount_text
from staff.models import Employee


class MomentKind(TextChoices):
    """Of what kind a moment is."""

    REGISTRATION = "registration", gettext_lazy("registration")
    FOLLOW_UP = "follow_up", gettext_lazy("follow-up")
    PROTECTION = "protection", gettext_lazy("protection")
    ASSIGNMENT = "assignment", gettext_lazy("assignment")
    CONTRACT = "contract", gettext_lazy("contract")
    RECEIPT = "receipt", gettext_lazy("receipt")
    OWNER = "owner", gettext_lazy("owner")
    EVIDENCE = "evidence", gettext_lazy("evidence")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened on a day, recorded `at` a time if one is kept; `person` is through whom, `about` the row
    that tells it, `until` the last day of what lasts."""

    day: dt.date
    kind: MomentKind
    words: str
    person: Employee | None
    about: Model
    at: dt.datetime | None = None
    until: dt.date | None = None


def time_line(dispute: Dispute, evidence: Iterable[Evidence] = (), parties: Iterable[Party] = ()) -> list[Moment]:
    """What is known of the client until today, and the `evidence` that `parties` and others brought, oldest first; a
    fixed number of queries."""
    tellers = (_registered, _followed_up, _protected, _assigned, _signed, _received, _owned)
    moments = [moment for teller in tellers for moment in teller(dispute.client)]
    moments += _brought(evidence, {party.employee_id: party.employee for party in parties})
    return sorted(moments, key=lambda moment: (moment.day, list(MomentKind).index(moment.kind), moment.about.pk))


def _brought(evidence: Iterable[Evidence], people: Mapping[int, Employee]) -> Iterator[Moment]:
    for row in evidence:
        if row.withdrawn_at is None:
            by = people.get(row.brought_by.person_key or 0)
            yield Moment(row.day, MomentKind.EVIDENCE, f"{row.get_kind_display()}: {row.note}", by, row)


def _registered(client: Client) -> Iterator[Moment]:
    words = _("%(name)s was registered.") % {"name": client.name}
    yield Moment(client.registered_on, MomentKind.REGISTRATION, words, client.registered_owner, client)


def _followed_up(client: Client) -> Iterator[Moment]:
    for row in FollowUp.objects.filter(client=client).select_related("person"):
        words = f"{row.get_kind_display()}: {row.note}"
        yield Moment(row.date, MomentKind.FOLLOW_UP, words, row.person, row, row.recorded_at)


def _protected(client: Client) -> Iterator[Moment]:
    kept = keepings(ClientStatus.objects.filter(client=client), all_terms())
    people = Employee.objects.in_bulk({one.owner for one in kept})
    for one in kept:
        last = one.end - dt.timedelta(days=1) if one.end is not None else one.last_day
        words = _("Protected for %(name)s.") % {"name": people[one.owner].name}
        until = last if last is None or last > one.begun else None
        yield Moment(one.begun, MomentKind.PROTECTION, words, people[one.owner], client, until=until)


def _assigned(client: Client) -> Iterator[Moment]:
    for row in Assignment.objects.filter(client=client).select_related("developer"):
        words = _("Assigned to %(name)s.") % {"name": row.developer.name}
        yield Moment(row.date, MomentKind.ASSIGNMENT, words, row.developer, row)


def _signed(client: Client) -> Iterator[Moment]:
    for row in Contract.objects.filter(client=client).select_related("closer"):
        facts = {"number": row.number, "amount": amount_text(row.amount), "name": row.closer.name}
        words = _("Contract %(number)s over %(amount)s was signed by %(name)s.") % facts
        yield Moment(row.signed_on, MomentKind.CONTRACT, words, row.closer, row)


def _received(client: Client) -> Iterator[Moment]:
    rows = Receipt.objects.filter(contract__client=client).select_related("contract__closer")
    found: Iterable[Any] = with_present_amount(rows)
    for row in found:
        facts = {"number": row.number, "amount": amount_text(row.present_amount), "contract": row.contract.number}
        words = _("Receipt %(number)s of %(amount)s for contract %(contract)s.") % facts
        yield Moment(row.received_on, MomentKind.RECEIPT, words, row.contract.closer, row)


def _owned(client: Client) -> Iterator[Moment]:
    """Each turn after the registration that gave the client another owner."""
    before: int | None = client.registered_owner_id
    for row in ClientStatus.objects.filter(client=client).select_related("owner").order_by("sequence"):
        if row.owner_id != before:
            owner = row.owner.name if row.owner else _("nobody")
            words = _("%(cause)s: from then on owned by %(owner)s.") % {
                "cause": row.get_cause_display(),
                "owner": owner,
            }
            yield Moment(row.since, MomentKind.OWNER, words, row.owner, row)
        before = row.owner_id
