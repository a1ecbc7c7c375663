"""The writes of personnel changes, which write what an import writes; looking at one does it and undoes it again."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.refusals import EffectChanged
from access.rights import Right, may, why_sealed
from clients.history.actions import rebuild_histories
from people.personnel.effects import PersonnelEffect, read_effect
from people.personnel.selectors import Joining, Kind, MoveRefused, Moving, PersonnelMove, require_possible
from periods.turns import wait_for_turn
from rulebook.wording import month_text
from staff.actions import remove_personnel_event, save_employees, save_personnel_events
from staff.careers.actions import rebuild_careers
from staff.careers.selectors import standing_decisions
from staff.careers.selectors_own import why_not_entered
from staff.log_ins.actions import lock_log_ins_of_leavers
from staff.models import PersonnelEvent


@action
def effect_of(move: PersonnelMove, *, today: dt.date, by: Actor) -> PersonnelEffect:
    """What a personnel change does, found out by making it and undoing it. Raises MoveRefused."""
    with transaction.atomic():
        effect = _carry_out(move, today, by)
        transaction.set_rollback(True)
    return effect


@action
def make_move(move: PersonnelMove, *, shown: str, today: dt.date, by: Actor) -> PersonnelEffect:
    """Make a personnel change if it does what was shown (a digest), and return that: posts, ranks and clients follow
    at once.

    Raises MoveRefused, also for who would change an own post, or EffectChanged with what it would do now; then nothing
    is written.
    """
    wait_for_turn()
    effect = _carry_out(move, today, by)
    if effect.digest != shown:
        raise EffectChanged(effect)
    if move.kind == Kind.DEPARTURE:
        lock_log_ins_of_leavers(today)
    return effect


@action
def take_back_move(event: PersonnelEvent, *, by: Actor) -> None:
    """Delete the latest personnel event of a person, with what followed from it; a hire stays.

    Raises MoveRefused for an event in a locked month, one that another or a decision on a rank followed, and a hire;
    nobody takes back their own.
    """
    wait_for_turn()
    event = PersonnelEvent.objects.select_related("employee").get(pk=event.pk)
    if own := why_not_entered(by, event.employee_id):
        raise MoveRefused(own)
    if refusal := why_sealed(event):
        raise MoveRefused(refusal)
    if event.kind == Kind.HIRED:
        raise MoveRefused(_("A hire can't be taken back."))
    if PersonnelEvent.objects.filter(employee=event.employee, date__gt=event.date).exists():
        raise MoveRefused(_("A later personnel event follows it: take that back first."))
    given = next(iter(standing_decisions(employee=event.employee_id, entered_on=event.date)), None)
    if given is not None:
        text = _("A decision on the rank from %(month)s on stands on it: take that back first.")
        raise MoveRefused(text % {"month": month_text(given[1])})
    remove_personnel_event(event=event, by=by)
    _derive(event.employee_id)


def _carry_out(move: PersonnelMove, today: dt.date, by: Actor) -> PersonnelEffect:
    if by.user is not None and not may(by.user, Right.ADD, PersonnelEvent):
        raise MoveRefused(_("Only human resources changes posts."))
    if isinstance(move, Moving) and (own := why_not_entered(by, move.person.pk)):
        raise MoveRefused(own, "person")
    require_possible(move)
    if isinstance(move, Joining):
        save_employees(new=[move.person], changed=[], by=by)
    event = PersonnelEvent(employee=move.person, date=move.date, kind=move.kind)
    if move.terms is not None:
        event.new_department = move.terms.department
        event.new_rank, event.new_base_salary = move.terms.rank, move.terms.base_salary
    save_personnel_events(new=[event], changed=[], by=by)
    _derive(move.person.pk)
    return read_effect(event, today=today)


def _derive(employee_id: int) -> None:
    """Bring posts, ranks and clients' histories in line, as an import does."""
    rebuild_careers([employee_id])
    rebuild_histories()
