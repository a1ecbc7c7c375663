"""What people are paid by, as log-ins entered it and no second person confirmed it yet; who can confirm it.

Read from the changes that the database keeps of itself, so that no way of entering goes past it: by hand, by an
import, by taking an import back. What was entered at the server's console counts as agreed, and so does what a program
brings of people and their moves, for whoever sits at the console gave it its token; but not another bank account of
somebody who is there.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import is_unknown_person, read_just_now
from access.decisions.effect import Sentence
from access.decisions.signing import Proposal, name_of, role_and_name
from access.history.masking import masked
from access.models import Change, User
from access.roles import PROGRAMS
from rulebook.selectors import rank_names
from rulebook.wording import amount_text
from staff.models import Employee, PayConfirmation, PersonnelEvent
from staff.rights import CONFIRMERS

ACCOUNT = ("name", "bank_name", "bank_account")
"""The fields of a person that money goes by: the account and its holder."""

TERMS = ("date", "kind", "new_rank", "new_base_salary")
"""The fields of a personnel event that base pay follows from, and whether there is any."""

Bringers = Callable[[set[int]], Mapping[int, User]]
_BRINGERS: list[Bringers] = []


def brings_files(bringers: Bringers) -> Bringers:
    """Mark a function that tells who uploaded the files that changes were imported from, by their `origin_id`."""
    _BRINGERS.append(bringers)
    return bringers


_PERSON, _EVENT = Employee._meta.label_lower, PersonnelEvent._meta.label_lower
_DEPARTURE = PersonnelEvent.Kind.DEPARTURE


@dataclass
class PayChange:
    """What of one person's pay waits for a second person: the kept changes, oldest first, and their events.

    `taken_back` are events that counted and were removed, as they were; `were` what changed ones were before, by key;
    `bringers` uploaded the files it was in.
    """

    employee: Employee
    changes: list[Change] = field(default_factory=list)
    events: list[PersonnelEvent] = field(default_factory=list)
    taken_back: list[PersonnelEvent] = field(default_factory=list)
    were: dict[int, PersonnelEvent] = field(default_factory=dict)
    bringers: list[User] = field(default_factory=list)

    @property
    def token(self) -> str:
        """Differs whenever there is more to confirm: what is confirmed must be what was shown."""
        return f"{self.employee.pk}-{self.latest}-{len(self.changes)}"

    @property
    def latest(self) -> int:
        """The key of the latest change."""
        return max(change.pk for change in self.changes)

    @property
    def entered(self) -> Change:
        """The latest change: who entered it when, and from which file."""
        return max(self.changes, key=lambda change: change.pk)

    @cached_property
    def hands(self) -> list[User]:
        """Everybody who had a hand in it: who entered it or had it imported, and who uploaded the file."""
        hands = [change.by for change in self.changes if change.by] + self.bringers
        return read_just_now({user.pk: user for user in hands}.values())

    @property
    def _people(self) -> list[User]:
        """Those of them who are people: a program is never the second person that somebody is to another."""
        return [user for user in self.hands if user.role not in PROGRAMS]

    @property
    def is_hire(self) -> bool:
        """Whether the person was entered anew."""
        return any(change.model == _PERSON and change.kind == Change.Kind.ADDED for change in self.changes)

    @property
    def what(self) -> str:
        """What was entered, in a word or two: the hire, or the bank account and the base pay."""
        if self.is_hire:
            return _("the hire")
        words = []
        if any(change.model == _PERSON for change in self.changes):
            words.append(_("the bank account"))
        if self.events or self.taken_back:
            words.append(_("the base pay"))
        return _(" and ").join(words)

    @property
    def lines(self) -> list[str]:
        """What becomes what, accounts masked; one line each."""
        removed = (_("taken back: %(terms)s") % {"terms": from_then(event)} for event in self.taken_back)
        lines = [self._account(), *(self._terms(event) for event in self.events), *removed]
        return [line for line in lines if line]

    def may_be_confirmed_by(self, user: User) -> bool:
        """Whether the user is a second person for it: neither who entered it nor whom it pays, by whatever log-in.

        Nobody is one to a log-in that is nobody's, and such a log-in to none.
        """
        if any(map(is_unknown_person, [user, *self._people])):
            return False
        return Proposal(self.hands, [self.employee.pk], CONFIRMERS).is_for(user)

    def _account(self) -> str:
        entered = [change for change in self.changes if change.model == _PERSON]
        if not entered:
            return ""
        person = self.employee
        now = account_text(person.bank_name, masked(person.bank_account))
        if self.is_hire:
            return now
        was: dict[str, Any] = {}
        for change in entered:
            was = {**(change.before or {}), **was}
        told = (
            _("%(was)s → %(now)s")
            % {
                "was": account_text(
                    was.get("bank_name", person.bank_name), was.get("bank_account", masked(person.bank_account))
                ),
                "now": now,
            }
            if was.keys() & {"bank_name", "bank_account"}
            else ""
        )
        if "name" in was:
            told = _("; ").join(filter(None, [_("%(was)s → %(now)s") % {"was": was["name"], "now": person.name}, told]))
        return told

    def _terms(self, event: PersonnelEvent) -> str:
        told: str = from_then(event)
        was = self.were.get(event.pk)
        if was is not None and from_then(was) != told:
            told = _("%(was)s → %(now)s") % {"was": from_then(was), "now": told}
        if event.new_department is None:
            return told
        return _("%(terms)s, %(where)s") % {"terms": told, "where": event.new_department}


def from_then(event: PersonnelEvent) -> Sentence:
    """What an event pays from its day on."""
    if event.kind == _DEPARTURE:
        terms = event.get_kind_display()
    elif event.new_base_salary is not None:
        terms = _("base salary %(amount)s") % {"amount": amount_text(event.new_base_salary)}
    elif event.new_rank:
        terms = _("rank %(rank)s") % {"rank": rank_names().get(event.new_rank, event.new_rank)}
    else:
        terms = _("base pay as before")
    words = _("from %(day)s: %(terms)s") % {"day": event.date, "terms": terms}
    return Sentence(words, event.date, event.kind, event.new_base_salary, event.new_rank)


def account_text(bank: str, account: str) -> str:
    """An account as it reads: the bank and the number, masked already; or that there is none."""
    return f"{bank} {account}".strip() or _("no bank account")


def pay_changes(people: QuerySet[Employee] | None = None, *, until: dt.date | None = None) -> list[PayChange]:
    """What waits to be confirmed, by staff number; of some people alone, of events up to a day; three queries."""
    kept = with_terms(Change.objects.filter(by__isnull=False)).select_related("by__employee").order_by("pk")
    in_time = Q() if until is None else Q(event_date__lte=until) | Q(was_date__lte=until.isoformat())
    added = Q(kind=Change.Kind.ADDED)
    of_account = Q(model=_PERSON, kind=Change.Kind.CHANGED)
    kept = kept.exclude(Q(by__role__in=PROGRAMS) & ~of_account)
    of_people = Q(model=_PERSON) & (added | Q(after__has_any_keys=ACCOUNT))
    found = _unconfirmed(kept.filter(of_people | CHANGES_BASE_PAY & in_time), people)
    return _by_person(found)


def waiting_for_viewer(viewer: User) -> int:
    """For how many people the viewer can confirm what others entered."""
    return sum(change.may_be_confirmed_by(viewer) for change in pay_changes())


def confirmers_of(change: PayChange, confirmers: Sequence[User]) -> list[User]:
    """Who of these can confirm it."""
    return [user for user in confirmers if change.may_be_confirmed_by(user)]


def all_confirmers() -> list[User]:
    """The log-ins whose role confirms what others entered."""
    users = User.objects.filter(role__in=CONFIRMERS, is_active=True)
    return read_just_now(users.select_related("employee").order_by("pk"))


def waits_for_second_person(change: PayChange, able: Sequence[User]) -> str:
    """The sentence that says what waits, who entered it when, and who is able to confirm it."""
    entered = change.entered
    facts = {
        "person": change.employee,
        "what": change.what,
        "who": _(", ").join(map(name_of, change.hands)),
        "day": timezone.localdate(entered.at),
        "confirmers": _(", ").join(map(role_and_name, able)),
    }
    told = _("%(person)s: %(what)s, entered by %(who)s on %(day)s, isn't confirmed by a second person.") % facts
    if unknown := why_nobody_confirms(change):
        return told + unknown
    if not facts["confirmers"]:
        return told + _("Nobody can: it takes another log-in of human resources, finance or the general manager.")
    return told + _("To be confirmed by: %(confirmers)s.") % facts


def why_nobody_confirms(change: PayChange) -> str:
    """That who entered it is known to nobody, and who links the log-in; empty where everybody is known."""
    people = (user for user in change.hands if user.role not in PROGRAMS)
    unknown = next((user for user in people if is_unknown_person(user)), None)
    if unknown is None:
        return ""
    return _(
        "Nobody can confirm it as long as the log-in %(user)s is linked to nobody: human resources enters it as the"
        " log-in on the person's page, not their own, or the server's console does: bin/manage make_log_in %(user)s"
        " --role %(role)s --employee NUMBER"
    ) % {"user": unknown.username, "role": unknown.role}


CHANGES_BASE_PAY = Q(model=_EVENT) & (
    Q(kind=Change.Kind.ADDED, pays=True)
    | Q(kind=Change.Kind.CHANGED, after__has_any_keys=TERMS) & (Q(pays=True) | Q(departs=True) | Q(paid=True))
    | Q(kind=Change.Kind.REMOVED, paid=True)
)
"""Of changes `with_terms`: those of base pay, by what the event is and by what it was. To enter a departure takes no
money to anybody's account; to take it back, or make something else of it, does."""


def with_terms(changes: QuerySet[Change]) -> QuerySet[Any]:
    """Changes with whose they are (`person`), what their event is (`pays`, `departs`, `event_date`), and what it was:
    `paid`, `was_date`, and `salary` as the database wrote it."""
    event = PersonnelEvent.objects.filter(pk=OuterRef("row_id"))
    pays = Q(new_base_salary__isnull=False) | ~Q(new_rank="")
    removal = Change.objects.filter(model=_EVENT, row_id=OuterRef("row_id"), kind=Change.Kind.REMOVED)
    of_event = Coalesce(
        Subquery(event.values("employee")),
        Cast(Subquery(removal.values(of=KT("before__employee_id"))[:1]), BigIntegerField()),
    )
    its_date = Coalesce(
        Subquery(event.values("date")), Cast(Subquery(removal.values(of=KT("before__date"))[:1]), DateField())
    )
    was = {"salary": KT("before__new_base_salary"), "was_date": KT("before__date")}
    was |= {"was_rank": KT("before__new_rank"), "was_kind": KT("before__kind")}
    return changes.annotate(
        **was,
        person=Case(When(model=_PERSON, then=F("row_id")), default=of_event, output_field=BigIntegerField()),
        event_date=its_date,
        pays=Exists(event.filter(pays)),
        departs=Exists(event.filter(kind=_DEPARTURE)),
    ).annotate(paid=_is(Q(salary__isnull=False) | Q(was_rank__gt="") | Q(was_kind=_DEPARTURE)))


def _is(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False))


def that_counted(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Without events that were entered and removed before anybody confirmed them: they never counted, but departures.

    For changes `with_terms`.
    """
    earlier = PayConfirmation.objects.filter(employee=OuterRef("person"), up_to__lt=OuterRef("pk"))
    rows = rows.annotate(confirmed_before=Coalesce(Subquery(earlier.order_by("-up_to").values("up_to")[:1]), Value(0)))
    of_row = Change.objects.filter(model=_EVENT, row_id=OuterRef("row_id"))
    since = of_row.filter(kind=Change.Kind.ADDED, by__isnull=False, pk__gt=OuterRef("confirmed_before"))
    gone = of_row.filter(kind=Change.Kind.REMOVED)
    departed = of_row.filter(before__kind=_DEPARTURE)
    return rows.exclude(Q(Exists(since) & Exists(gone) & ~Exists(departed), model=_EVENT))


def _unconfirmed(kept: QuerySet[Any], people: QuerySet[Employee] | None) -> Iterator[tuple[int, Change]]:
    latest = PayConfirmation.objects.filter(employee=OuterRef("person")).order_by("-up_to").values("up_to")[:1]
    rows = kept.filter(person__isnull=False).annotate(confirmed=Coalesce(Subquery(latest), Value(0)))
    if people is not None:
        rows = rows.filter(person__in=people.order_by().values("pk"))
    for change in that_counted(rows.filter(pk__gt=F("confirmed"))):
        yield change.person, change


def _by_person(found: Iterable[tuple[int, Change]]) -> list[PayChange]:
    by_person: dict[int, list[Change]] = defaultdict(list)
    for person, change in found:
        by_person[person].append(change)
    if not by_person:
        return []
    people = Employee.objects.filter(pk__in=list(by_person)).order_by("number")
    keys = {change.row_id for changes in by_person.values() for change in changes if change.model == _EVENT}
    events = PersonnelEvent.objects.filter(pk__in=keys).select_related("new_department").order_by("date")
    by_employee: dict[int, list[PersonnelEvent]] = defaultdict(list)
    for event in events:
        by_employee[event.employee_id].append(event)
    bringers = _bringers([change for changes in by_person.values() for change in changes])
    return [
        PayChange(
            person,
            by_person[person.pk],
            by_employee[person.pk],
            *as_they_were(by_person[person.pk], by_employee[person.pk]),
            [bringers[change.pk] for change in by_person[person.pk] if change.pk in bringers],
        )
        for person in people
    ]


def _bringers(changes: Sequence[Change]) -> Mapping[int, User]:
    """Who uploaded the files that changes were imported from, by the changes' keys."""
    files = {one.pk: one.origin_id for one in changes if one.source == Change.Source.IMPORT and one.origin_id}
    found: dict[int, User] = {}
    for bringers in _BRINGERS if files else ():
        found |= bringers(set(files.values()))
    return {key: found[file] for key, file in files.items() if file in found}


def as_they_were(
    changes: Sequence[Any], events: Iterable[PersonnelEvent]
) -> tuple[list[PersonnelEvent], dict[int, PersonnelEvent]]:
    """The events gone since, and by key those of `events` that changes changed: all as they were before the first.

    Only as far as pay follows from it, salaries as the database wrote them (changes `with_terms`, oldest first).
    """
    standing = {event.pk: event for event in events}
    anew = {change.row_id for change in changes if change.model == _EVENT and change.kind == Change.Kind.ADDED}
    first: dict[int, dict[str, Any]] = {}
    for change in changes:
        if change.model == _EVENT and change.kind != Change.Kind.ADDED:
            first[change.row_id] = _terms_before(change) | first.get(change.row_id, {})
    before = {
        # What a change of an event that is gone does not tell, paid nothing when it was removed.
        key: PersonnelEvent(pk=key, **{name: getattr(standing.get(key), name, None) for name in TERMS} | was)
        for key, was in first.items()
    }
    gone = [event for key, event in before.items() if key not in standing]
    return gone, {key: event for key, event in before.items() if key in standing and key not in anew}


def _terms_before(change: Any) -> dict[str, Any]:
    was = {name: change.before[name] for name in TERMS if name in change.before}
    if "new_base_salary" in was:
        was["new_base_salary"] = None if change.salary is None else Decimal(change.salary)
    return was | {"date": dt.date.fromisoformat(was["date"]) if "date" in was else change.event_date}
