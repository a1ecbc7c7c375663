"""Writes of what a second person confirms of others' pay, and of decisions on numbers that several people share."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import is_unknown_person, unknown_person
from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.refusals import Refused, require
from staff.models import Employee, PayConfirmation, SharedNumber
from staff.pay.selectors import pay_changes, why_nobody_confirms
from staff.pay.selectors_shared_numbers import Shared, shared_numbers
from staff.rights import may_confirm_pay


class PayChangeRefused(Refused):
    """What was asked about pay details can't be done; the message says why."""


@action
def confirm_pay_changes(*, shown: Sequence[str], checked: str, by: Actor) -> int:
    """Confirm what others entered of people's pay, as it was shown (tokens); returns of how many people.

    Raises PayChangeRefused for who entered one of them or is paid by it, without a word on how it was checked, and
    when something else waits by now; then nothing is written.
    """
    user = _confirmer(by)
    if not checked.strip():
        raise PayChangeRefused(_("Say how it was checked."), "checked")
    if not shown:
        raise PayChangeRefused(_("Mark whose pay details you confirm."))
    keys = [int(token.partition("-")[0]) for token in shown if token.partition("-")[0].isdecimal()]
    people = Employee.objects.filter(pk__in=keys)
    # Whoever is just changing one of these people is waited for, and then what waits is read.
    list(people.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    changes = pay_changes(people)
    if {change.token for change in changes} != set(shown):
        raise PayChangeRefused(_("Something else waits by now than what was shown: look again, then confirm."))
    for change in changes:
        if not change.may_be_confirmed_by(user):
            text = _("%(person)s: who entered it, and whom it pays, can't confirm it.") % {"person": change.employee}
            raise PayChangeRefused(text + why_nobody_confirms(change))
    PayConfirmation.objects.bulk_create(
        PayConfirmation(
            employee=change.employee, up_to=change.latest, by=user, at=timezone.now(), checked=checked.strip()
        )
        for change in changes
    )
    return len(changes)


@action
def decide_shared_number(*, key: str, reason: str, by: Actor) -> None:
    """Decide that several people may have one number, for a second person to agree. Raises PayChangeRefused."""
    user = _confirmer(by)
    shared = _still_shared(key)
    if not reason.strip():
        raise PayChangeRefused(_("Say why these people may have one number."), "reason")
    if not shared.may_be_decided_by(user):
        raise PayChangeRefused(_("Nobody decides about the own number."))
    SharedNumber.objects.update_or_create(
        key=key,
        defaults={
            "kind": shared.kind,
            "people": ", ".join(person.number for person in shared.people)[:1000],
            "reason": reason.strip(),
            "decided_by": user,
            "decided_at": timezone.now(),
        },
    )


@action
def agree_to_shared_number(*, key: str, by: Actor) -> None:
    """Agree to what another decided about a number that several people have. Raises PayChangeRefused."""
    user = _confirmer(by)
    SharedNumber.objects.select_for_update().filter(key=key).first()
    shared = _still_shared(key)
    if shared.decision is None or not shared.may_be_agreed_to_by(user):
        raise PayChangeRefused(_("Another person has to agree than who decided, and than who has the number."))
    shared.decision.agreed_by, shared.decision.agreed_at = user, timezone.now()
    shared.decision.save(update_fields=["agreed_by", "agreed_at"])


def _still_shared(key: str) -> Shared:
    shared = next((one for one in shared_numbers() if one.key == key and not one.is_agreed), None)
    if shared is None:
        raise PayChangeRefused(_("Nothing is to be decided about this number any more."))
    return shared


def _confirmer(by: Actor) -> User:
    """Whoever acts, if their role confirms and they are known by name."""
    refusal = PayChangeRefused(_("Only human resources, finance and the general manager confirm pay details."))
    user = require(by, may_confirm_pay, refusal)
    if is_unknown_person(user):
        raise PayChangeRefused(unknown_person())
    return user
