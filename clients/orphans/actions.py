"""Writes of the orphan pool: assigning, accepting, giving back, and what was not accepted in time (1-6)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.refusals import EffectChanged
from access.rights import Right, may
from clients.actions import save_assignments
from clients.history.actions import rebuild_histories_of
from clients.models import Assignment, AssignmentBatch, Handover, OrphanClient
from clients.orphans.effects import AssignRefused, WantedDevelopers, effect_of_assigning
from periods.bulk import any_of
from periods.turns import wait_for_turn

Answer = Handover.Answer


@action
def assign_orphans(wanted: WantedDevelopers, *, shown: str, batch: AssignmentBatch, by: Actor) -> AssignmentBatch:
    """Assign orphans to developers as it was `shown`, and keep it as a batch, which says how they were chosen.

    Raises AssignRefused, and EffectChanged when something has changed since.
    """
    if by.user is None or not may(by.user, Right.ADD, Assignment):
        raise AssignRefused(_("You may not assign orphan clients."))
    wait_for_turn()
    effect = effect_of_assigning(wanted, by.user)
    if effect.digest != shown:
        raise EffectChanged(effect)
    batch.day, batch.made_by, batch.made_at = wanted.day, by.user, timezone.now()
    batch.save(force_insert=True)
    clients = [move.orphan.pk for move in effect.moves]
    of_the_day = Assignment.objects.filter(client__in=any_of(clients), date=wanted.day)
    returned = {assignment.client_id: assignment for assignment in of_the_day}
    for move in effect.moves:
        if move.orphan.pk in returned:
            returned[move.orphan.pk].developer_id = move.developer.pk
    new = [
        Assignment(client_id=move.orphan.pk, date=wanted.day, developer_id=move.developer.pk)
        for move in effect.moves
        if move.orphan.pk not in returned
    ]
    save_assignments(new=new, changed=list(returned.values()), by=by)
    waits = Handover.objects.filter(client__in=any_of(clients), answer=Answer.WAITING)
    waits.update(answer=Answer.SETTLED, answered_at=batch.made_at, answered_by=by.user)
    Handover.objects.bulk_create(_handover(batch, move, effect.hours_to_accept) for move in effect.moves)
    rebuild_histories_of(clients)
    return batch


def _handover(batch: AssignmentBatch, move: Any, hours: int) -> Handover:
    handover = Handover(
        batch=batch,
        client=move.orphan.client,
        developer_id=move.developer.pk,
        taken_from_id=move.orphan.developer_id,
        day=batch.day,
    )
    if hours:
        handover.accept_by = batch.made_at + dt.timedelta(hours=hours)
    else:
        handover.answer, handover.answered_at = Answer.ACCEPTED, batch.made_at
    return handover


@action
def accept_handover(handover: Handover, *, by: Actor) -> None:
    """Keep that its developer takes the orphan. Raises AssignRefused."""
    _answer(_waiting(handover, by), Answer.ACCEPTED, by.user)


@action
def decline_handover(handover: Handover, *, reason: str, by: Actor) -> None:
    """Give the orphan back to the pool, with the reason. Raises AssignRefused."""
    waits = _waiting(handover, by)
    if not reason.strip():
        raise AssignRefused(_("Say why."), "reason")
    waits.reason = reason.strip()
    _answer(waits, Answer.DECLINED, by.user)
    rebuild_histories_of([waits.client_id])


@transaction.atomic
def return_lapsed(now: dt.datetime) -> int:
    """Return to the pool what was not accepted in time; how many. What is settled otherwise, by a contract or because
    the developer left, is closed."""
    wait_for_turn()
    due = list(Handover.objects.select_for_update().filter(answer=Answer.WAITING, accept_by__lt=now))
    keys = any_of(handover.client_id for handover in due)
    developed = dict(OrphanClient.objects.filter(client__in=keys).values_list("client", "developer"))
    lapsed = [handover for handover in due if developed.get(handover.client_id) == handover.developer_id]
    for handover in due:
        handover.answer = Answer.LAPSED if handover in lapsed else Answer.SETTLED
        handover.answered_at = now
    Handover.objects.bulk_update(due, ["answer", "answered_at"])
    if lapsed:
        rebuild_histories_of([handover.client_id for handover in lapsed])
    return len(lapsed)


def _waiting(handover: Handover, by: Actor) -> Handover:
    """The handover as it stands, kept from others; refused when there is nothing to answer any more."""
    wait_for_turn()
    if by.user is None or not may_answer(by.user, handover):
        raise AssignRefused(_("Only the developer or who may assign answers this."))
    waits = Handover.objects.select_for_update().get(pk=handover.pk)
    if waits.answer in (Answer.ACCEPTED, Answer.DECLINED):
        raise AssignRefused(_answered_already(waits, by.user))
    if waits.answer != Answer.WAITING or (waits.accept_by is not None and waits.accept_by < timezone.now()):
        raise AssignRefused(_("The time to accept is over: it can't be answered any more."))
    if not OrphanClient.objects.filter(client=waits.client_id, developer=waits.developer_id).exists():
        raise AssignRefused(_("The client is no longer developed by this person."))
    return waits


def _answered_already(handover: Handover, user: User) -> str:
    """Which answer was given, when, and whether by the one who asks."""
    moment = timezone.localtime(handover.answered_at)
    facts = {"answer": handover.get_answer_display(), "moment": f"{moment:%Y-%m-%d %H:%M}"}
    if handover.answered_by_id == user.pk:
        return _("You have answered it already, at %(moment)s: %(answer)s.") % facts
    return _("It was answered already, at %(moment)s: %(answer)s.") % facts


def may_answer(viewer: User, handover: Handover) -> bool:
    """Whether the viewer is the developer, or may assign; whether the handover is within reach is not asked here."""
    return handover.developer.user_id == viewer.pk or may(viewer, Right.ADD, Assignment)


def _answer(handover: Handover, answer: Handover.Answer, user: User | None) -> None:
    handover.answer, handover.answered_at, handover.answered_by = answer, timezone.now(), user
    handover.save(update_fields=["answer", "answered_at", "answered_by", "reason"])
