"""What takes two people: two persons, whatever log-ins they use; and log-ins that nobody alone gets into."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.models import AccountEvent, User
from access.reach import answered_already, asked_once
from access.rights import COMPANY_READERS, NEEDS_SECOND_PERSON

Kind = AccountEvent.Kind
_ENDS = {Kind.LINK_MADE: (Kind.LOGGED_IN, Kind.ROLE_GIVEN), Kind.FACTOR_RESET: (Kind.LOGGED_IN,)}
"""What ends that somebody has a one-time link, or a second factor to set up, in their hands."""


def has_second_factor(user: User) -> bool:
    """Whether the user has set one up."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def link_needs_second_person(user: User) -> bool:
    """Whether a one-time link would be the whole of such a log-in: no second factor is in the way, or a new one."""
    return user.role in NEEDS_SECOND_PERSON and (not has_second_factor(user) or reset_in_hand(user) is not None)


def reset_needs_second_person(user: User) -> bool:
    """Whether a reset would be the whole of such a log-in: whoever holds its one-time link has the password."""
    return user.role in NEEDS_SECOND_PERSON and link_in_hand(user) is not None


def opens_pay_unseen(user: User, by: User) -> bool:
    """Whether a link alone opens a person's own pay page to who holds it, and whoever acts has no right to that pay."""
    takes_one = user.role not in NEEDS_SECOND_PERSON
    return takes_one and by.role not in COMPANY_READERS and person_of(user) is not None


def link_in_hand(user: User) -> AccountEvent | None:
    """The making of the latest one-time link, unless the person has logged in since, or got another role."""
    return in_hand(Kind.LINK_MADE, _latest(user, Kind.LINK_MADE))


def reset_in_hand(user: User) -> AccountEvent | None:
    """The latest reset of the second factor, unless the person has logged in since."""
    return in_hand(Kind.FACTOR_RESET, _latest(user, Kind.FACTOR_RESET))


def in_hand(kind: AccountEvent.Kind, events: Iterable[AccountEvent]) -> AccountEvent | None:
    """The latest of a log-in's events of a kind that hands somebody a way in, unless it has ended since."""
    latest = latest_of(events, kind, *_ENDS[kind])
    return latest if latest is not None and latest.kind == kind else None


def latest_of(events: Iterable[AccountEvent], *kinds: str) -> AccountEvent | None:
    """The latest of the events that is of one of these kinds."""
    return max((event for event in events if event.kind in kinds), key=lambda event: (event.at, event.pk), default=None)


def _latest(user: User, kind: AccountEvent.Kind) -> Iterable[AccountEvent]:
    """A log-in's latest event of that kind or of what ends it; one query."""
    return AccountEvent.objects.filter(user=user, kind__in=[kind, *_ENDS[kind]]).select_related("by")[:1]


def person_of(user: User) -> int | None:
    """The key of the employee whose log-in this is or ever was; None for one that was never anybody's."""
    return user.person_key or asked_once(user, _linked_since)  # perhaps since the log-in was read


def read_just_now(users: Iterable[User]) -> list[User]:
    """Log-ins just read: whose they are needs no other look."""
    known = list(users)
    for user in known:
        answered_already(user, _linked_since, user.person_key)
    return known


def _linked_since(user: User) -> int | None:
    return User.objects.filter(pk=user.pk).values_list("person_key", flat=True).first()


def is_unknown_person(user: User) -> bool:
    """Whether nobody knows who uses the log-in: four eyes count persons, so such a one is none of them."""
    return person_of(user) is None


def unknown_person() -> str:
    """Why a log-in that is nobody's signs nothing, and what to do."""
    return _(
        "Your log-in is linked to nobody: what takes two people is done by people known by name. Human resources"
        " enters it as the log-in on the person's page, not their own; then another of human resources or an operator"
        " opens it."
    )


def are_one_person(user: User, others: Iterable[User | None]) -> bool:
    """Whether one of the others is the same log-in or another one of the same person."""
    known = [other for other in others if other is not None]
    if any(other.pk == user.pk for other in known):
        return True
    person = person_of(user)
    return person is not None and any(person_of(other) == person for other in known)


def may_be_one_person(user: User, other: User) -> bool:
    """Whether nobody can tell the two apart: they are one person, or nobody knows who one of them is."""
    return are_one_person(user, [other]) or is_unknown_person(user) or is_unknown_person(other)


def why_not_cared_for(user: User, by: User) -> str:
    """Why whoever acts, being nobody, makes no link into a log-in that takes two people and resets nothing of it."""
    if user.role not in NEEDS_SECOND_PERSON or not is_unknown_person(by):
        return ""
    return unknown_person() + _(
        "Where there are too few people for that, the server's console links it:"
        " bin/manage make_log_in %(user)s --role %(role)s --employee NUMBER"
    ) % {"user": by.username, "role": by.role}


def is_about(user: User, employee_key: int) -> bool:
    """Whether the user is that employee, by this or any earlier link."""
    return person_of(user) == employee_key
