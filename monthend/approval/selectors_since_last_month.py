"""What changed since the month before of what people are paid by: accounts, hires, leavers, base pay, links of log-ins.

Read from the pay lists of both months and from the changes that the database keeps of itself, each with who entered it,
who confirmed it, and when.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.db.models import Count, F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.decisions.effect import Sentence
from access.history.hands import Hand
from access.history.masking import masked
from access.models import AccountEvent, Change, User
from compensation.models import Payslip
from monthend.approval.selectors import NAMED_BY
from monthend.approval.selectors_transitions import payment_of
from monthend.models import MonthRun
from rulebook.month import Month
from rulebook.selectors import rank_names
from rulebook.wording import amount_text
from staff.models import Employee, PayConfirmation, PersonnelEvent, Post
from staff.pay.selectors import (
    ACCOUNT,
    CHANGES_BASE_PAY,
    TERMS,
    account_text,
    as_they_were,
    from_then,
    that_counted,
    with_terms,
)

NOTHING = Sentence("–")
"""Where there was nothing before, or is nothing from then on."""

_PERSON, _EVENT = Employee._meta.label_lower, PersonnelEvent._meta.label_lower


class ChangeKind(Enum):
    """What changed; the order in which it is told."""

    AFTER_APPROVAL = gettext_lazy("account after the approval")
    ACCOUNT = gettext_lazy("bank account")
    HIRE = gettext_lazy("hire")
    BASE_PAY = gettext_lazy("base pay")
    LEAVER = gettext_lazy("departure")
    LINK = gettext_lazy("log-in")


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that changed for one person, accounts masked; who entered it, and who confirmed it."""

    what: ChangeKind
    person: Employee
    was: Sentence
    becomes: Sentence
    entered: Hand | None = None
    confirmed: Hand | None = None
    needs_confirmation: bool = True

    @property
    def facts(self) -> tuple[object, ...]:
        """Differ whenever something else changed, or it was entered or confirmed anew."""
        return (self.what, self.person, self.was, self.becomes, self.entered, self.confirmed)

    @property
    def confirmed_text(self) -> str:
        """Who confirmed it, or that nobody has yet, or need."""
        if self.confirmed is not None:
            return self.confirmed.text
        return _("not confirmed") if self.needs_confirmation else _("nobody has to")


def changed_since_last_month(month: Month) -> list[Changed]:
    """All that changed, by kind and staff number; for the first month only accounts after its approval.

    A fixed number of queries.
    """
    runs = MonthRun.objects.filter(month__in=(month - 1, month)).exclude(state=MonthRun.State.REPLACED)
    by_month = {run.month: run for run in runs}
    before, run = by_month.get(month - 1), by_month.get(month)
    later = changed_after_approval(run) if run is not None else []
    if before is None or before.locked_at is None:
        return later
    (accounts, anew), events = _accounts(month), _events(month)
    until = run.locked_at if run is not None and run.locked_at else timezone.now()
    undone = _undone(month, events)
    kept = _Kept([*(one.person.pk for one in (*accounts, *anew)), *(row.person for row in undone)], events)
    told = list(_of_events(events, kept, {one.person.pk: one.becomes for one in anew}))
    told += _of_undone(undone, kept)
    hired = {one.person.pk for one in told if one.what is ChangeKind.HIRE}
    found = [
        *later,
        *(kept.signed(one, until=until) for one in accounts),
        *(kept.signed(one, until=until) for one in anew if one.person.pk not in hired),
        *told,
        *_links(before.locked_at, until),
    ]
    order = list(ChangeKind)
    return sorted(found, key=lambda one: (order.index(one.what), one.person.number))


def changed_after_approval(run: MonthRun) -> list[Changed]:
    """Whose account is another by now than the one that was approved, by staff number, until the month is paid; four
    queries at most."""
    if run.state != MonthRun.State.LOCKED or payment_of(run) is not None:
        return []
    found = _after_approval(run.month)
    kept = _Kept([one.person.pk for one in found], [])
    return sorted((kept.signed(one) for one in found), key=lambda one: one.person.number)


def _accounts(month: Month) -> tuple[list[Changed], list[Changed]]:
    """Who is paid by another account, bank or holder than in the month before, and who is paid anew; one query."""
    here, before = Q(month=month), Q(month=month - 1)
    slips = Payslip.objects.filter(month__in=(month - 1, month)).order_by()
    people = slips.values("employee", "employee__number", "employee__name").annotate(
        slips=Count("pk"),
        slips_now=Count("pk", filter=here),
        **{f"{field}_now": Max(field, filter=here) for field in ACCOUNT},
        **{f"{field}_was": Max(field, filter=before) for field in ACCOUNT},
    )
    same = Q(**{f"{field}_now": F(f"{field}_was") for field in ACCOUNT})
    rows: list[dict[str, Any]] = [dict(row) for row in people.filter(slips_now=1).exclude(same & Q(slips=2))]
    accounts = [_account(ChangeKind.ACCOUNT, row) for row in rows if row["slips"] == 2]
    anew = [_account(ChangeKind.HIRE, row | {"name_was": row["name_now"]}) for row in rows if row["slips"] == 1]
    return accounts, [replace(one, was=NOTHING) for one in anew]


def _after_approval(month: Month) -> list[Changed]:
    named = {f"{field}_was": F(field) for field in ACCOUNT} | {
        f"{field}_now": F(f"employee__{field}") for field in ACCOUNT
    }
    same = Q(**{field: F(f"employee__{field}") for field in ACCOUNT})
    slips = Payslip.objects.filter(month=month, gross__gt=0).exclude(same).order_by()
    rows = slips.values("employee", "employee__number", "employee__name", **named)
    return [_account(ChangeKind.AFTER_APPROVAL, row) for row in rows]


def _account(what: ChangeKind, row: Mapping[str, Any]) -> Changed:
    person = Employee(pk=row["employee"], number=row["employee__number"], name=row["employee__name"])
    was, now = (_account_of(row, side) for side in ("was", "now"))
    return Changed(what, person, was, now)


def _account_of(row: Mapping[str, Any], side: str) -> Sentence:
    bank, number, name = row[f"bank_name_{side}"], masked(row[f"bank_account_{side}"]), row[f"name_{side}"]
    words, is_same = account_text(bank, number), row["name_was"] == row["name_now"]
    return Sentence(words if is_same else f"{name} · {words}", "account", bank, number, name)


def _events(month: Month) -> list[PersonnelEvent]:
    """The month's hires, departures, and changes of post with terms of pay."""
    terms = Q(new_base_salary__isnull=False) | ~Q(new_rank="") | Q(kind=PersonnelEvent.Kind.DEPARTURE)
    events = PersonnelEvent.objects.filter(terms, date__gte=month.first, date__lte=month.last)
    return list(events.select_related("employee", "new_department").order_by("date", "pk"))


def _of_events(events: Sequence[PersonnelEvent], kept: "_Kept", accounts: Mapping[int, Sentence]) -> Iterator[Changed]:
    """What the month's events change; a hire is told with the account, of `accounts` by person."""
    posts: dict[int, list[Post]] = defaultdict(list)
    if events:
        people = {event.employee_id for event in events}
        for post in Post.objects.filter(employee__in=people).select_related("department").order_by("start"):
            posts[post.employee_id].append(post)
    ranks = rank_names() if any(event.new_rank for event in events) else {}
    for event in events:
        before = next((post for post in reversed(posts[event.employee_id]) if post.start < event.date), None)
        was = _terms_of(before) if before else NOTHING
        entered, confirmed = kept.of_event(event)
        if event.kind == PersonnelEvent.Kind.DEPARTURE:
            needs = entered is not None and entered.by is not None and kept.is_changed(event)
            signed = confirmed if needs else None
            yield Changed(
                ChangeKind.LEAVER, event.employee, was, _from(event, NOTHING), entered, signed, needs_confirmation=needs
            )
            continue
        is_hire = before is None or (before.end is not None and before.end < event.date)
        terms = (
            amount_text(event.new_base_salary)
            if event.new_base_salary is not None
            else ranks.get(event.new_rank, event.new_rank)
        )
        what = ChangeKind.HIRE if is_hire else ChangeKind.BASE_PAY
        account = accounts.get(event.employee_id) if is_hire else None
        words = " · ".join(filter(None, [terms, str(event.new_department), account]))
        paid_by = (event.new_base_salary, event.new_rank, event.new_department, account)
        becomes = _from(event, Sentence(words, "pays", paid_by))
        needs = entered is not None and entered.by is not None
        yield Changed(what, event.employee, was, becomes, entered, confirmed, needs_confirmation=needs)


def _undone(month: Month, told: Sequence[PersonnelEvent]) -> list[Any]:
    """The changes, oldest first, of events that were of the month and are told no more: emptied, retyped, put off or
    taken back."""
    here = Q(event_date__gte=month.first, event_date__lte=month.last)
    here |= Q(was_date__gte=month.first.isoformat(), was_date__lte=month.last.isoformat())
    rows = with_terms(Change.objects.filter(model=_EVENT)).filter(CHANGES_BASE_PAY & here, person__isnull=False)
    rows = rows.exclude(kind=Change.Kind.ADDED).exclude(row_id__in=[event.pk for event in told])
    return list(that_counted(rows).select_related(f"by__{NAMED_BY}").order_by("pk"))


def _of_undone(rows: Sequence[Any], kept: "_Kept") -> Iterator[Changed]:
    """One line for each event, by its latest change; two queries where there are any."""
    if not rows:
        return
    latest = {row.row_id: row for row in rows}
    events = PersonnelEvent.objects.in_bulk(latest)
    people = Employee.objects.in_bulk({row.person for row in rows})
    for key, row in latest.items():
        taken_back, were = as_they_were([one for one in rows if one.row_id == key], filter(None, [events.get(key)]))
        before = were.get(key) or next(iter(taken_back), None)
        if before is not None and row.person in people:
            becomes = from_then(events[key]) if key in events else Sentence(_("taken back"), "taken back")
            hands = Hand(row.by, row.at), kept.confirmation(row.person, row)
            is_by_log_in = row.by_id is not None
            yield Changed(
                ChangeKind.BASE_PAY,
                people[row.person],
                from_then(before),
                becomes,
                *hands,
                needs_confirmation=is_by_log_in,
            )


def _terms_of(post: Post) -> Sentence:
    terms = amount_text(post.base_salary) if post.base_salary is not None else _("by rank")
    return Sentence(f"{terms} · {post.department}", "paid", post.base_salary, post.department)


def _from(event: PersonnelEvent, what: Sentence) -> Sentence:
    return Sentence(_("from %(day)s: %(what)s") % {"day": event.date, "what": what}, event.date, what)


class _Kept:
    """What the database kept of accounts and events, and what was confirmed of it; two queries."""

    def __init__(self, people: Iterable[int], events: Sequence[PersonnelEvent]) -> None:
        self._accounts: dict[int, list[Change]] = defaultdict(list)
        self._events: dict[int, Change] = {}
        self._confirmed: dict[int, list[PayConfirmation]] = defaultdict(list)
        people = set(people)
        if not people and not events:
            return
        added = Q(kind=Change.Kind.ADDED)
        of_people = Q(model=_PERSON, row_id__in=people) & (added | Q(after__has_any_keys=ACCOUNT))
        of_events = Q(model=_EVENT, row_id__in=[event.pk for event in events])
        of_events &= added | Q(after__has_any_keys=TERMS)
        kept = Change.objects.filter(of_people | of_events).select_related(f"by__{NAMED_BY}").order_by("pk")
        for change in kept:
            if change.model == _PERSON:
                self._accounts[change.row_id].append(change)
            else:
                self._events[change.row_id] = change
        concerned = people | {event.employee_id for event in events}
        rows = PayConfirmation.objects.filter(employee__in=concerned, by__isnull=False)
        for row in rows.select_related(f"by__{NAMED_BY}").order_by("up_to"):
            self._confirmed[row.employee_id].append(row)

    def signed(self, one: Changed, *, until: dt.datetime | None = None) -> Changed:
        """The change of an account with who entered it last, until a moment, and who confirmed that."""
        changes = [change for change in self._accounts[one.person.pk] if until is None or change.at <= until]
        if not changes:
            return one
        latest = changes[-1]
        confirmed = self.confirmation(one.person.pk, latest)
        entered = Hand(latest.by, latest.at)
        return replace(one, entered=entered, confirmed=confirmed, needs_confirmation=latest.by is not None)

    def of_event(self, event: PersonnelEvent) -> tuple[Hand | None, Hand | None]:
        """Who entered an event last, and who confirmed it."""
        change = self._events.get(event.pk)
        if change is None:
            return None, None
        return Hand(change.by, change.at), self.confirmation(event.employee_id, change)

    def is_changed(self, event: PersonnelEvent) -> bool:
        """Whether what pay follows from was changed since the event was entered."""
        change = self._events.get(event.pk)
        return change is not None and change.kind == Change.Kind.CHANGED

    def confirmation(self, person: int, change: Change) -> Hand | None:
        """Who first confirmed a change of somebody's, and when."""
        found = next((row for row in self._confirmed[person] if row.up_to >= change.pk), None)
        return Hand(found.by, found.at) if found is not None else None


def _links(since: dt.datetime, until: dt.datetime) -> list[Changed]:
    """Whose log-in was linked to them or taken from them; one whose role takes two is opened by another. Four queries
    at most, one where there are none."""
    changes = Change.objects.filter(model=_PERSON, kind=Change.Kind.CHANGED, after__has_key="user_id")
    rows = list(changes.filter(at__gt=since, at__lte=until).select_related(f"by__{NAMED_BY}").order_by("pk"))
    if not rows:
        return []
    people = Employee.objects.in_bulk({row.row_id for row in rows})
    keys = {key for row in rows for key in (_user(row.before), _user(row.after)) if key is not None}
    users = User.objects.in_bulk(keys)
    opened = AccountEvent.objects.filter(user__in=keys, kind=AccountEvent.Kind.OPENED, at__lte=until, by__isnull=False)
    opened_by: dict[int, list[AccountEvent]] = defaultdict(list)
    for event in opened.select_related(f"by__{NAMED_BY}").order_by("pk"):
        opened_by[event.user_id].append(event)
    found = []
    for row in rows:
        linked = _user(row.after)
        opening = next((event for event in opened_by.get(linked or 0, ()) if event.at >= row.at), None)
        found.append(
            Changed(
                ChangeKind.LINK,
                people.get(row.row_id) or Employee(pk=row.row_id, name=row.label),
                _log_in(users, _user(row.before)),
                _log_in(users, linked),
                Hand(row.by, row.at),
                Hand(opening.by, opening.at) if opening is not None else None,
                needs_confirmation=False,
            )
        )
    return found


def _user(values: Mapping[str, Any] | None) -> int | None:
    return (values or {}).get("user_id")


def _log_in(users: Mapping[int, User], key: int | None) -> Sentence:
    user = users.get(key) if key is not None else None
    return Sentence(f"{user.username} ({user.get_role_display()})", "log-in", user, user.role) if user else NOTHING
