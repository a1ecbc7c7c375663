"""What is done in a dispute on its page: by which roles, what it is called, what it asks and does."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.accounts.second_person import are_one_person, is_about
from access.actor import Actor
from access.models import User
from access.reach import reaches_all, within_reach
from access.rights import has
from access.roles import Duty
from compensation.corrections.effects_rulings import effect_of_release
from disputes.actions import begin_verification, mark_special, name_party, refuse, state_answer, withdraw
from disputes.clock.actions import add_pause
from disputes.deciding.rules import Step
from disputes.deciding.selectors import Standing
from disputes.models import Dispute, Party
from disputes.rights import DECIDERS
from disputes.selectors import active
from disputes.selectors_acts import Act, acts_open_to
from disputes.tickets.forms import AnswerForm, NothingForm, PartyForm, PauseForm, ReasonForm, WithdrawForm
from staff.models import Employee

PAUSE = "pause"
TITLES: Mapping[str, Any] = {
    Act.CONFIRM_RULING: gettext_lazy("Confirm the ruling"),
    Act.GIVE_FINDING: gettext_lazy("Give the finding"),
    Act.BEGIN_VERIFICATION: gettext_lazy("Begin the verification"),
    Act.REPLACE_RULING: gettext_lazy("Replace the ruling"),
    Act.NAME_PARTY: gettext_lazy("Name a party"),
    Act.STATE_ANSWER: gettext_lazy("Put down what a party says"),
    Act.MARK_SPECIAL: gettext_lazy("Mark as special"),
    PAUSE: gettext_lazy("Pause the term"),
    Act.WITHDRAW: gettext_lazy("Take the claim back"),
    Act.REFUSE: gettext_lazy("Refuse the dispute"),
}
"""What is done on a dispute's page, what waits first; parties settle among themselves, on their own pages."""

DUTIES: Mapping[str, Collection[Duty]] = {
    Act.CONFIRM_RULING: DECIDERS,
    Act.GIVE_FINDING: DECIDERS,
    Act.BEGIN_VERIFICATION: {Duty.FINDS_FOR_HR},
    Act.REPLACE_RULING: {Duty.RULES_ON_DISPUTES},
    Act.NAME_PARTY: {Duty.FINDS_FOR_HR},
    Act.STATE_ANSWER: {Duty.RAISES_DISPUTES},
    Act.MARK_SPECIAL: DECIDERS,
    PAUSE: {Duty.WATCHES_DISPUTES},
    Act.WITHDRAW: {Duty.RAISES_DISPUTES},
    Act.REFUSE: {Duty.FINDS_FOR_HR},
}


@dataclass(frozen=True, slots=True)
class Plain:
    """An act that is asked for in one form: what it does beforehand in words, how it is done, what is said then."""

    form: Callable[..., Any]
    does: Callable[[Dispute, Any, Actor], object]
    told: Callable[[Dispute], Sequence[str]]
    done: Any


def has_duty(user: User, what: str) -> bool:
    """Whether the user's role does this, whenever its time is."""
    return any(has(user, duty) for duty in DUTIES[what])


def acts_on_page(user: User, dispute: Dispute, standing: Standing | None = None) -> list[str]:
    """What the user can do now on the dispute's page, what waits first."""
    standing = standing or Standing(dispute)
    found = {str(act) for act in acts_open_to(user, dispute, standing)} | set(_as_charged(user, dispute, standing))
    return [what for what in TITLES if what in found and has_duty(user, what)]


def has_found(user: User, standing: Standing) -> bool:
    """Whether what waits to be confirmed is the user's own finding, too; who is concerned is asked when it is done."""
    if standing.step != Step.CONFIRMATION:
        return False
    return are_one_person(user, [found.given_by for found in standing.ruling_findings])


def _as_charged(user: User, dispute: Dispute, standing: Standing) -> list[str]:
    """What is done for others: for parties within reach, and about the term."""
    if not dispute.is_open or not user.is_active:
        return []
    pauses = has(user, Duty.WATCHES_DISPUTES) and timezone.localdate() <= dispute.due_on
    for_whom = charged_with(user, dispute)
    claims = any(party.side == Party.Side.CLAIMANT for party in for_whom)
    answers = for_whom and not standing.findings
    offered = ((PAUSE, pauses), (Act.WITHDRAW, claims), (Act.STATE_ANSWER, answers))
    return [what for what, is_open in offered if is_open]


def charged_with(user: User, dispute: Dispute) -> list[Party]:
    """The parties for whom the user acts: oneself, and those within reach for who is charged with raising disputes."""
    parties = active(dispute.parties.all())
    if has(user, Duty.RAISES_DISPUTES) and reaches_all(user, Employee):
        return parties
    people = Employee.objects.filter(pk__in=[party.employee_id for party in parties])
    reached = set(within_reach(user, people).values_list("pk", flat=True)) if has(user, Duty.RAISES_DISPUTES) else set()
    return [party for party in parties if party.employee_id in reached or is_about(user, party.employee_id)]


def form_of(what: str, dispute: Dispute, user: User, data: Any) -> Any:
    """The form of a plain act."""
    asked = PLAIN[what].form
    if issubclass(asked, WithdrawForm | AnswerForm):  # type: ignore[arg-type]
        parties = charged_with(user, dispute)
        if what == Act.WITHDRAW:
            parties = [party for party in parties if party.side == Party.Side.CLAIMANT]
        return asked(data, viewer=user, parties=parties)
    return asked(data, viewer=user)


def _begin(dispute: Dispute, form: Any, by: Actor) -> object:
    return begin_verification(dispute, by=by)


def _name(dispute: Dispute, form: Any, by: Actor) -> object:
    return name_party(dispute, form.cleaned_data["employee"], side=form.cleaned_data["side"], by=by)


def _answer(dispute: Dispute, form: Any, by: Actor) -> object:
    return state_answer(dispute, form.person, statement=form.cleaned_data["statement"], by=by)


def _special(dispute: Dispute, form: Any, by: Actor) -> object:
    return mark_special(dispute, reason=form.cleaned_data["reason"], by=by)


def _pause(dispute: Dispute, form: Any, by: Actor) -> object:
    return add_pause(dispute, **form.cleaned_data, today=timezone.localdate(), by=by)


def _withdraw(dispute: Dispute, form: Any, by: Actor) -> object:
    return withdraw(dispute, reason=form.cleaned_data["reason"], claimant=form.person, by=by)


def _refuse(dispute: Dispute, form: Any, by: Actor) -> object:
    return refuse(dispute, reason=form.cleaned_data["reason"], by=by)


def _end_told(dispute: Dispute) -> list[str]:
    """What becomes of what is held, once the dispute ends unchanged."""
    if dispute.hold is None:
        return [_("It ends the dispute.")]
    effect = effect_of_release(dispute.hold)
    return [_("It ends the dispute: what was held is paid to whom the lines name (3-1.3)."), effect.sentence]


PLAIN: Mapping[str, Plain] = {
    Act.BEGIN_VERIFICATION: Plain(
        NothingForm,
        _begin,
        lambda dispute: [
            _("From then on the two sides know of each other and read each other's statements and evidence."),
            _("3-2.3: then human resources and the marketing director each give a finding, without the other's."),
        ],
        gettext_lazy("Verification has begun: both sides know of each other now."),
    ),
    Act.NAME_PARTY: Plain(
        PartyForm,
        _name,
        lambda dispute: [_("Whoever is named learns of the dispute at once. An offer on the table ends.")],
        gettext_lazy("Named: the new party sees the dispute now."),
    ),
    Act.STATE_ANSWER: Plain(
        AnswerForm,
        _answer,
        lambda dispute: [_("It takes the place of what the party said before. After the first finding it stays.")],
        gettext_lazy("Put down."),
    ),
    Act.MARK_SPECIAL: Plain(
        ReasonForm,
        _special,
        lambda dispute: [_("3-2.2: the general manager decides it then. That stays so.")],
        gettext_lazy("Marked: the general manager decides it."),
    ),
    PAUSE: Plain(
        PauseForm,
        _pause,
        lambda dispute: [
            _("These days don't count for the ten working days (3-2.3). It is to be decided by %(day)s so far.")
            % {"day": dispute.due_on}
        ],
        gettext_lazy("Paused: the deadline has moved."),
    ),
    Act.WITHDRAW: Plain(
        WithdrawForm,
        _withdraw,
        lambda dispute: [_("If others claim too, the dispute goes on without this claim."), *_end_told(dispute)],
        gettext_lazy("Taken back."),
    ),
    Act.REFUSE: Plain(
        ReasonForm,
        _refuse,
        _end_told,
        gettext_lazy("Refused: the parties read why."),
    ),
}
