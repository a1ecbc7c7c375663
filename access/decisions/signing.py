"""What one person proposes another signs: never one's own, never about oneself; persons count, not log-ins.

Each kind of decision tells in a function of its own who proposed it, whom it is about and whose roles sign it: its
actions ask that `Proposal` for the signer, its pages whether it is for who looks. Its model names the constraints that
are made here, and its migration calls `demand_second_person` (salesorg/migrations/0005).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import CheckConstraint, F, Model, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from access.accounts.second_person import are_one_person, is_about, is_unknown_person, read_just_now, unknown_person
from access.actor import Actor
from access.models import User
from access.refusals import Refused, require
from access.roles import Role

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What waits for a second person: who had a hand in it, whom it is about (keys of employees), whose roles sign."""

    proposed_by: Sequence[User | None]
    about: Collection[int]
    roles: Collection[str]

    def is_for(self, user: User) -> bool:
        """Whether the user is a second person for it, known by name or not yet."""
        return not self._why_never(user)

    def signers(self) -> list[User]:
        """The log-ins that can sign it, two queries at most."""
        users = User.objects.filter(role__in=self.roles, is_active=True).select_related("employee").order_by("pk")
        return [user for user in read_just_now(users) if self.is_for(user) and not is_unknown_person(user)]

    def signer(self, by: Actor, refused: type[Refused]) -> User:
        """Whoever acts, if they can sign it; else raises the refusal, which says why not and who can."""
        user = require(by, lambda _user: True, refused(self._words(self._of_the_role())))
        if why := self._why_never(user):
            raise refused(self._words(why))
        if is_unknown_person(user):
            raise refused(unknown_person())
        return user

    def _why_never(self, user: User) -> str:
        if not user.is_active or user.role not in self.roles:
            return self._of_the_role()
        if are_one_person(user, self.proposed_by):
            return _("Who decided can't sign as well.")
        return _("Nobody signs what is decided about themselves.") if _concerns(user, self.about) else ""

    def _of_the_role(self) -> str:
        return _("The %(roles)s signs.") % {"roles": self._role_names()}

    def _role_names(self) -> str:
        return pgettext("who signs", " or the ").join(str(role.label) for role in Role if role in self.roles)

    def _words(self, why: str) -> str:
        names = _(", ").join(map(role_and_name, self.signers()))
        who = _("It can be signed by: %(names)s.")
        if not names:
            who = _("Nobody can sign it: it takes another log-in of the %(roles)s.")
        return _("%(why)s %(who)s") % {"why": why, "who": who % {"names": names, "roles": self._role_names()}}


def require_another(user: User, about: Iterable[int], refusal: Refused) -> User:
    """Whoever proposes something, decides it alone or notes it: known by name, and none of those it is about.

    Raises the refusal, or, for who is nobody, one of its kind that says what to do.
    """
    if is_unknown_person(user):
        raise type(refusal)(unknown_person())
    if _concerns(user, about):
        raise refusal
    return user


def why_another(by: Actor, about: Iterable[int], words: str) -> str:
    """Why whoever acts leaves it to another, for a page to say beforehand: it is about them (then `words`), or nobody
    knows who they are; empty where they may, and for the console."""
    if by.user is None:
        return ""
    return unknown_person() if is_unknown_person(by.user) else words if _concerns(by.user, about) else ""


def held(rows: QuerySet[Row], row: Row) -> Row:
    """The row as it is now, held until the transaction ends: whoever else signs it or sends it back waits."""
    return rows.select_for_update(of=("self",)).get(pk=row.pk)


def role_and_name(user: User, name: str = "") -> str:
    """A log-in by name, what it is called if no other is given, with its role."""
    return _("%(name)s (%(role)s)") % {"name": name or name_of(user), "role": user.get_role_display()}


def name_of(user: User) -> str:
    """What a log-in is called: its own name, else its employee's, else the user name."""
    employee = getattr(user, "employee", None)
    return f"{user.last_name}{user.first_name}" or (employee.name if employee else "") or user.username


def signed_by_another(name: str, *, signer: str = "signed_by", proposer: str = "decided_by") -> CheckConstraint:
    """That nobody signs with the log-in that proposed it; the trigger keeps persons apart, and from what they sign."""
    return CheckConstraint(condition=Q(**{f"{signer}__isnull": True}) | ~Q(**{signer: F(proposer)}), name=name)


def signed_only_when(name: str, **when: Any) -> CheckConstraint:
    """That a row has signer and moment of the signature in that state, such as `state="signed"`, and in no other."""
    signed = Q(**when, signed_by__isnull=False, signed_at__isnull=False)
    return CheckConstraint(condition=signed | Q(~Q(**when), signed_by__isnull=True, signed_at__isnull=True), name=name)


def _concerns(user: User, about: Iterable[int]) -> bool:
    return any(is_about(user, person) for person in about)
