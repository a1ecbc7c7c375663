"""What of the own account or base pay was changed lately: told to whom it pays, who alone knows whether it was asked
for."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat, NullIf
from django.utils.translation import gettext as _

from access.decisions.signing import name_of
from access.models import Change
from rulebook.wording import amount_text
from staff.models import Employee, PayConfirmation, PersonnelEvent, Post
from staff.pay.selectors import ACCOUNT, CHANGES_BASE_PAY, as_they_were, from_then, that_counted, with_terms

SHOWN_FOR = dt.timedelta(days=62)
_PERSON, _EVENT = Employee._meta.label_lower, PersonnelEvent._meta.label_lower
_SALARY = "new_base_salary"


@dataclass(frozen=True, slots=True)
class PayNotice:
    """One change: what became what (accounts masked), who entered it when, and who confirmed it when."""

    what: str
    was: str
    becomes: str
    entered_by: str
    entered_at: dt.datetime
    confirmed_by: str = ""
    confirmed_at: dt.datetime | None = None
    is_open: bool = False


def pay_notices(person: Employee, now: dt.datetime) -> list[PayNotice]:
    """What was changed in the last two months, the latest first; one query where no base pay was."""
    events, since = PersonnelEvent.objects.filter(employee=person), now - SHOWN_FOR
    own = Q(model=_PERSON, row_id=person.pk, kind=Change.Kind.CHANGED, after__has_any_keys=ACCOUNT)
    hired = Q(kind=Change.Kind.ADDED, row_id__in=events.filter(kind=PersonnelEvent.Kind.HIRED).values("pk"))
    lately = Change.objects.filter(at__gte=since)
    gone = lately.filter(model=_EVENT, kind=Change.Kind.REMOVED, before__employee_id=person.pk)
    of_events = CHANGES_BASE_PAY & ~hired & (Q(row_id__in=events.values("pk")) | Q(row_id__in=gone.values("row_id")))
    kept = that_counted(with_terms(lately).filter(own | of_events)).select_related("by__employee")
    changes = list(_with_confirmation(kept, person).order_by("-pk"))
    salaries = {event.pk: event for event in events} if any(one.model == _EVENT for one in changes) else {}
    posts = list(Post.objects.filter(employee=person).order_by("-start")) if salaries else []
    return [_notice(change, told) for change in changes for told in _told(change, salaries, posts)]


def _with_confirmation(changes: QuerySet[Change], person: Employee) -> QuerySet[Any]:
    """The changes, each with who first confirmed it (as `name_of` calls a log-in) and when."""
    first = PayConfirmation.objects.filter(employee=person, by__isnull=False, up_to__gte=OuterRef("pk"))
    own_name = NullIf(Concat("by__last_name", "by__first_name"), Value(""))
    called = Coalesce(own_name, "by__employee__name", "by__username", output_field=TextField())
    return changes.annotate(
        confirmed_by=Subquery(first.order_by("up_to").values(called=called)[:1]),
        confirmed_at=Subquery(first.order_by("up_to").values("at")[:1]),
    )


def _notice(change: Any, told: tuple[str, str, str]) -> PayNotice:
    return PayNotice(
        *told,
        entered_by=name_of(change.by) if change.by else _("console"),
        entered_at=change.at,
        confirmed_by=change.confirmed_by or "",
        confirmed_at=change.confirmed_at,
        is_open=change.confirmed_at is None and change.by is not None,
    )


def _told(change: Any, events: dict[int, PersonnelEvent], posts: list[Post]) -> Iterator[tuple[str, str, str]]:
    """What changed, what it was, and what it is."""
    before, after = change.before or {}, change.after or {}
    if change.model == _PERSON:
        yield _("bank account or its holder"), _account(before), _account(after)
        return
    event = events.get(change.row_id)
    is_entered = change.kind == Change.Kind.ADDED
    if event is None or event.new_base_salary is None or not (is_entered or after.keys() == {_SALARY}):
        taken_back, were = as_they_were([change], filter(None, [event]))
        before_it = next((from_then(one) for one in (*taken_back, *were.values())), "–")
        yield _("base pay"), before_it, from_then(event) if event else _("taken back")
        return
    earlier = next((post.base_salary for post in posts if post.start < event.date), None)
    was = before.get(_SALARY, earlier)
    becomes = after.get(_SALARY, event.new_base_salary)
    words = _("base salary from %(day)s on") % {"day": event.date}
    yield words, _salary(was), _salary(becomes)


def _account(values: dict[str, Any]) -> str:
    return " ".join(str(values[field]) for field in ACCOUNT if values.get(field)) or _("no bank account")


def _salary(value: Any) -> str:
    return amount_text(value) if value not in (None, "") else "–"
