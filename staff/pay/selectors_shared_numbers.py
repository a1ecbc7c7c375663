"""Two people with one bank account or one ID number: told, until somebody decides that it may be and another agrees."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from access.decisions.signing import Proposal
from access.models import User
from staff.models import Employee, SharedNumber
from staff.rights import CONFIRMERS

Kind = SharedNumber.Kind

# Blanks, dashes and full width don't tell numbers apart, nor do 15 digits an ID number from the 18 that it became: the
# century of all who were given 15, and the check digit of GB 11643.
_SHARED = """
SELECT kind, number, array_agg(id) FROM (
    SELECT id, kind, CASE WHEN kind = 'id_number' AND number ~ '^[0-9]{15}$'
        THEN (
            SELECT long || substr('10X98765432', 1 + (
                SELECT sum(substr(long, place, 1)::int * ((1 << (18 - place)) % 11))::int
                FROM generate_series(1, 17) AS place
            ) % 11, 1)
            FROM (SELECT left(number, 6) || '19' || substr(number, 7) AS long) AS lengthened
        )
        ELSE number END AS number
    FROM (
        SELECT id, kind, CASE WHEN number ~ '^[0-9]*$' THEN number
            ELSE upper(regexp_replace(normalize(number, NFKC), '[^0-9A-Za-z]', '', 'g')) END AS number
        FROM (
            SELECT id, 'account' AS kind, bank_account AS number FROM staff_employee WHERE bank_account <> ''
            UNION ALL SELECT id, 'id_number', id_number FROM staff_employee WHERE id_number <> ''
        ) AS kept
    ) AS plain
    WHERE number <> ''
) AS told
GROUP BY kind, number HAVING count(*) > 1
"""


@dataclass(frozen=True, slots=True)
class Shared:
    """One number that several people have, and what was decided about it, if anything."""

    kind: Kind
    key: str
    people: Sequence[Employee]
    decision: SharedNumber | None

    @property
    def is_agreed(self) -> bool:
        """Whether it was decided that it may be, and a second person agreed."""
        return self.decision is not None and self.decision.agreed_by_id is not None

    @property
    def names(self) -> str:
        """All who have it."""
        return _(", ").join(str(person) for person in self.people)

    @property
    def sentence(self) -> str:
        """What is shared by whom, and what has to be done about it."""
        facts: dict[str, object] = {"people": self.names, "kind": self.kind.label}
        text = _("%(people)s have the same number as %(kind)s.") % facts
        if self.decision is None:
            return text + _("Mend it, or let two people decide that it may be, with the reason.")
        facts |= {"who": self.decision.decided_by, "reason": self.decision.reason}
        return text + _("%(who)s decided that it may be (%(reason)s): a second person has to agree.") % facts

    def may_be_decided_by(self, user: User) -> bool:
        """Whether the user may decide on it: nobody about oneself."""
        return self._proposed_by().is_for(user)

    def waits_for(self, user: User) -> bool:
        """Whether the user may do what comes next: decide, or agree to what was decided."""
        return self.may_be_decided_by(user) if self.decision is None else self.may_be_agreed_to_by(user)

    def may_be_agreed_to_by(self, user: User) -> bool:
        """Whether the user is a second person for what was decided."""
        decision = self.decision
        return decision is not None and self._proposed_by(decision.decided_by).is_for(user)

    def _proposed_by(self, *users: User) -> Proposal:
        return Proposal(users, [person.pk for person in self.people], CONFIRMERS)


def shared_numbers() -> list[Shared]:
    """The numbers that several people have, decided on or not; three queries at most, one where there are none."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED)
        rows = cursor.fetchall()
    if not rows:
        return []
    people = Employee.objects.in_bulk({key for _kind, _number, keys in rows for key in keys})
    found = []
    for kind, number, keys in rows:
        holders = sorted((people[key] for key in keys), key=lambda person: person.number)
        found.append((Kind(kind), _key(kind, number, holders), holders))
    decisions = SharedNumber.objects.filter(key__in=[key for _kind, key, _holders in found])
    decided = {decision.key: decision for decision in decisions.select_related("decided_by")}
    shared = [Shared(kind, key, holders, decided.get(key)) for kind, key, holders in found]
    return sorted(shared, key=lambda one: (one.kind, one.people[0].number))


def _key(kind: str, number: str, holders: Iterable[Employee]) -> str:
    told = "\n".join([kind, number, *(person.number for person in holders)])
    return hashlib.sha256(told.encode()).hexdigest()
