"""Log-ins that are shut until a second person opens them: which these are, and who that can be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from access.accounts.second_person import are_one_person, in_hand, is_about, is_unknown_person, latest_of, read_just_now
from access.actor import Actor
from access.decisions.signing import role_and_name
from access.models import AccountEvent, User
from access.rights import GIVES, NEEDS_SECOND_PERSON, looks_after

Kind = AccountEvent.Kind
_SHUT_FOR_NOW = (Kind.ROLE_GIVEN, Kind.LINKED, Kind.AWAITS)
_SHUT_WHATEVER_ROLE = (Kind.AWAITS,)
_TELL = (*_SHUT_FOR_NOW, Kind.LOCKED, Kind.LEFT, Kind.OPENED, Kind.LINK_MADE, Kind.FACTOR_RESET, Kind.LOGGED_IN)
"""The events that tell whether a log-in waits for a second person, and for whom."""


@dataclass(frozen=True, slots=True)
class LogInPast:
    """A log-in that may need a second person, with the latest event of each kind that tells."""

    user: User
    events: Mapping[str, AccountEvent]

    @property
    def awaits(self) -> bool:
        """Whether it is shut for its role or its link alone, and was not locked for another reason since."""
        takes_two = self.user.role in NEEDS_SECOND_PERSON
        shut = _SHUT_FOR_NOW if takes_two else _SHUT_WHATEVER_ROLE
        latest = latest_of(self.events.values(), *shut, Kind.LOCKED, Kind.LEFT, Kind.OPENED)
        return not self.user.is_active and latest is not None and latest.kind in shut

    @property
    def hands(self) -> list[User]:
        """Who gave the role, who linked it to a person, and who made the link or the reset not used yet."""
        lasting = (self.events.get(Kind.ROLE_GIVEN), self.events.get(Kind.LINKED))
        unused = (in_hand(kind, self.events.values()) for kind in (Kind.LINK_MADE, Kind.FACTOR_RESET))
        return [event.by for event in (*lasting, *unused) if event is not None and event.by is not None]

    @property
    def is_nobodys(self) -> bool:
        """Whether it opens others' log-ins and is no person's yet: who has two of them would be the second person."""
        return self.user.role in GIVES and is_unknown_person(self.user)

    @property
    def has_way_in(self) -> bool:
        """Whether somebody ever came in, or a link was made with which its person can: one made later shuts it.

        One whose role takes one person is not shut by a later link, and so needs none before it is opened.
        """
        came_in = Kind.LOGGED_IN in self.events or self.user.role not in NEEDS_SECOND_PERSON
        return came_in or in_hand(Kind.LINK_MADE, self.events.values()) is not None

    @property
    def why_not_yet(self) -> str:
        """What comes before opening it while it has no link, and who does that: who gave the role, if known."""
        given = self.events.get(Kind.ROLE_GIVEN)
        if given is None or given.by is None:
            return _(
                "It has no one-time link yet, and one that is made later shuts it again. So whoever entered the log-in"
                " makes the link first (Link, lock, second factor), then another person opens it."
            )
        return _(
            "It has no one-time link yet, and one that is made later shuts it again. So %(who)s, who entered the log-in"
            " with this role, makes the link first (Link, lock, second factor), then another person opens it."
        ) % {"who": given.by}

    def may_be_opened_by(self, user: User) -> bool:
        """Whether the user is a second person for it, known by name as all those who had a hand in it."""
        if user.role not in GIVES or self.is_nobodys or any(map(is_unknown_person, [user, *self.hands])):
            return False
        return not are_one_person(user, [self.user, *self.hands])


def awaits_second_person(user: User) -> bool:
    """Whether a log-in is shut for its role or its link alone, and was not locked for another reason since."""
    return _past_of(user).awaits


def takes_another_to_open(user: User) -> bool:
    """Whether a log-in that is shut is opened by a second person: for its role, or for the one it had when shut."""
    return user.role in NEEDS_SECOND_PERSON or awaits_second_person(user)


def may_open(user: User, by: Actor) -> bool:
    """Whether whoever acts may open a log-in.

    For a role that needs a second person it is another than who gave it, and than who made the link or the reset not
    yet used; one that opens others' log-ins is opened once it is somebody's. What was shut for two persons is opened by
    two, whatever role it is given meanwhile.
    """
    if by.user is None:
        return True
    if not takes_another_to_open(user):
        return looks_after(by.user, user)
    return _past_of(user).may_be_opened_by(by.user)


def who_opens(user: User) -> str:
    """The sentence that says who can open a log-in of a role that needs a second person."""
    past = _past_of(user)
    if past.is_nobodys:
        return _(
            "It is linked to nobody yet: human resources enters it as the log-in on the person's page, or the server's"
            " console does: bin/manage make_log_in %(user)s --role %(role)s --employee NUMBER. Then another person"
            " opens it."
        ) % {"user": user.username, "role": user.role}
    if not past.has_way_in:
        return past.why_not_yet
    able = [one for one in _openers() if past.may_be_opened_by(one)]
    if not able:
        return _(
            "Nobody can open it: it takes another log-in of human resources or of an operator, linked to a person. The"
            " server's console makes one: bin/manage make_log_in NAME --role hr --employee NUMBER"
        )
    return _("To be opened by another person: %(names)s.") % {"names": _named(able)}


def who_opens_once_linked(person: int, by: User) -> str:
    """Who can open a log-in that takes two people once `by` has linked it to a person (its key), before it is known
    which; empty where nobody can. One query."""
    openers = _openers()
    hands = [one for one in openers if one.pk == by.pk] or [by]
    return _named([one for one in openers if _is_beside(one, person, hands)])


def why_never_opened(user: User, person: int, number: str, by: Actor) -> str:
    """Why nobody could open a log-in any more that whoever acts would shut by linking it to a person (key and staff
    number), and the way out; empty where somebody can, or where nothing is lost by it."""
    is_lost = user.role in NEEDS_SECOND_PERSON and (user.is_active or user.role in GIVES)
    if by.user is None or not is_lost:
        return ""
    hands = [*_past_of(user).hands, by.user]
    if any(_is_beside(one, person, hands) for one in _openers() if one.pk != user.pk):
        return ""
    return _(
        "Linked, %(user)s is shut until another person opens it, and nobody could: that takes one of human resources or"
        " an operator who is linked to a person, and neither entered it, nor made its link, nor links it. The server's"
        " console links it instead: bin/manage make_log_in %(user)s --role %(role)s --employee %(number)s"
    ) % {"user": user.username, "role": user.role, "number": number}


def _openers() -> list[User]:
    """Who opens others' log-ins, in the order in which they were made."""
    return read_just_now(User.objects.filter(role__in=GIVES, is_active=True).order_by("pk"))


def _is_beside(user: User, person: int, hands: Sequence[User]) -> bool:
    """Whether the user is known, as are all the hands, is none of them, and isn't the person either."""
    return not (any(map(is_unknown_person, [user, *hands])) or is_about(user, person) or are_one_person(user, hands))


def _named(users: Sequence[User]) -> str:
    return _(", ").join(role_and_name(one, str(one)) for one in users)


def no_way_in(user: User) -> str:
    """What comes before a second person opens a log-in that nobody can use yet; empty for one that has its link."""
    past = _past_of(user)
    return past.why_not_yet if past.awaits and not past.has_way_in else ""


def waiting_to_be_opened_by(viewer: User) -> list[User]:
    """The log-ins that wait for a second person, whom the viewer is; one query."""
    pasts = _read_pasts(User.objects.filter(is_active=False)) if viewer.role in GIVES else []
    return [past.user for past in pasts if past.awaits and past.has_way_in and past.may_be_opened_by(viewer)]


def _past_of(user: User) -> LogInPast:
    past = next(iter(_read_pasts(User.objects.filter(pk=user.pk))), None)
    return LogInPast(user, past.events if past else {})


def _read_pasts(users: QuerySet[User]) -> list[LogInPast]:
    """The pasts of those of the log-ins that need, or were shut for, a second person; one query."""
    shut = AccountEvent.objects.filter(user=OuterRef("pk"), kind__in=_SHUT_WHATEVER_ROLE)
    needing = users.filter(Q(role__in=NEEDS_SECOND_PERSON) | Exists(shut))
    events = AccountEvent.objects.filter(user__in=needing, kind__in=_TELL)
    latest = events.order_by("user", "kind", "-at", "-pk").distinct("user", "kind").select_related("user", "by")
    by_user: dict[int, dict[str, AccountEvent]] = defaultdict(dict)
    for event in latest:
        by_user[event.user_id][event.kind] = event
    read_just_now(one for event in latest for one in (event.user, event.by) if one is not None)
    return [LogInPast(next(iter(events.values())).user, events) for events in by_user.values()]
