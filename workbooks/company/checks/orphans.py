"""Only an orphan is assigned to a developer: clients' histories, replayed as they would be after the import (1-5)."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from clients.history.rules import (
    Assigned,
    Claimed,
    CloserCorrected,
    Event,
    Lapsed,
    PostChange,
    Registration,
    Signing,
    replay_clients,
    standing_of,
)
from clients.protection.selectors import claims_by_number, lapses_by_number
from compensation.corrections.selectors import closers_by_number
from staff.models import PersonnelEvent
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key
from workbooks.company.whereabouts import Whereabouts, in_sales
from workbooks.problems import Problems

Everybody = Mapping[Key, Whereabouts]

MAKES_ORPHANS = (PersonnelEvent.Kind.CHANGE_OF_POST, PersonnelEvent.Kind.DEPARTURE)


def check_assignments_are_needed(company: Company, whereabouts: Everybody, problems: Problems) -> None:
    """Refuse to assign a client that is no orphan on that day; where a mistake clouds its history, say nothing."""
    if not any(company["assignments"].touched):
        return
    histories = _Histories(company, whereabouts)
    for assigned in replay_clients(histories.events()).assigned_without_need:
        entry = company["assignments"].get(assigned.number, assigned.date)
        if entry and entry.is_touched:
            entry.refuse(problems, "client", _("not an orphan client on %(date)s") % {"date": assigned.date})


class _Histories:
    """The dated events of all clients about which nothing is in doubt."""

    def __init__(self, company: Company, whereabouts: Everybody) -> None:
        self._company = company
        self._whereabouts = whereabouts
        self._people = {key[0]: index for index, key in enumerate(company["employees"].entries)}
        self._clients = {key[0]: index for index, key in enumerate(company["clients"].entries)}
        self._corrected = closers_by_number()
        self._doubtful = self._doubtful_clients()

    def events(self) -> Iterator[Event]:
        """All that happened, in no order."""
        for move in self._company["events"].entries.values():
            if move["kind"] in MAKES_ORPHANS and self._is_clear(move["employee"]):
                has_left = move["kind"] == PersonnelEvent.Kind.DEPARTURE
                yield PostChange(move["date"], move["employee"], self._people[move["employee"]], has_left)
        for client in self._certain("clients", "number"):
            owner, referrer = self._people.get(client["owner"]), self._clients.get(client["referrer"])
            number = client["number"]
            yield Registration(client["registered_on"], number, self._clients[number], owner, referrer)
        for assignment in self._certain("assignments", "client"):
            client_id, developer = self._clients[assignment["client"]], self._people[assignment["developer"]]
            yield Assigned(assignment["date"], assignment["client"], client_id, developer)
        for lapse in self._known(lapses_by_number()):
            yield Lapsed(*lapse)
        for claim in self._known(claims_by_number()):
            yield Claimed(*claim)
        contracts = {contract["number"]: contract for contract in self._certain("contracts", "client")}
        numbers = {number: index for index, number in enumerate(contracts)}
        for number, contract in contracts.items():
            yield Signing(
                date=contract["signed_on"],
                number=number,
                client=self._clients[contract["client"]],
                contract=numbers[number],
                closer=self._people[contract["closer"]],
                in_sales=self._sells(contract["closer"], contract["signed_on"]) is True,
            )
        for since, correction, number, closer in self._corrected:
            if number in contracts:
                contract = contracts[number]
                yield CloserCorrected(
                    date=since,
                    number=correction,
                    client=self._clients[contract["client"]],
                    contract=numbers[number],
                    closer=self._people[closer],
                    standing=standing_of(self._sells(closer, contract["signed_on"]), self._sells(closer, since)),
                )

    def _known(self, rows: Iterable[tuple[dt.date, str, str]]) -> Iterator[tuple[dt.date, str, int, int]]:
        """Rows of date, client and owner that are about clients of whom nothing is in doubt."""
        for date, client, owner in rows:
            if client in self._clients and client not in self._doubtful and owner in self._people:
                yield date, client, self._clients[client], self._people[owner]

    def _sells(self, person: str, day: dt.date) -> bool | None:
        """Whether somebody is in sales on a day; None when not in post."""
        department = self._whereabouts[person,].on(day)
        return None if department is None else bool(in_sales(department))

    def _certain(self, name: str, field: str) -> Iterator[Entry]:
        entries = self._company[name].entries.values()
        return (entry for entry in entries if entry[field] in self._clients and entry[field] not in self._doubtful)

    def _is_clear(self, person: str | None) -> bool:
        """Whether all is known of where somebody is; of nobody it is, of an unknown person it isn't."""
        if person is None:
            return True
        known = self._whereabouts.get((person,))
        return known is not None and known.unknown_from is None

    def _doubtful_clients(self) -> set[str]:
        doubtful: set[str] = set()
        for name, field, person, others in (
            ("clients", "number", "owner", ("registered_on", "referrer")),
            ("assignments", "client", "developer", ("date",)),
            ("contracts", "client", "closer", ("signed_on",)),
        ):
            table = self._company[name]
            for entry in table.entries.values():
                if not entry.knows(field, person, *others) or not self._is_clear(entry[person]):
                    doubtful.add(entry[field])
            doubtful |= {entry.said.get(field, "") for entry in table.parsed.undeclared}
        for _since, _correction, number, closer in self._corrected:
            contract = self._company["contracts"].get(number)
            if contract and not self._is_clear(closer):
                doubtful.add(contract["client"])
        return doubtful | self._referred_by(doubtful)

    def _referred_by(self, doubtful: set[str]) -> set[str]:
        """The clients that these referred, directly or through others."""
        found: set[str] = set()
        clients = self._company["clients"].entries.values()
        while new := {
            entry["number"]
            for entry in clients
            if entry["referrer"] in doubtful | found and entry["number"] not in doubtful | found
        }:
            found |= new
        return found
