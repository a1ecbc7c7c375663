"""Writes of how disputes are decided: findings, the ruling that they come to, another one in its place (part three)."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from access.actor import Actor
from access.history.acting import action
from access.models import User
from access.refusals import EffectChanged
from clients.history.actions import rebuild_histories_of
from compensation.corrections.actions_rulings import end_hold, post_ruling
from compensation.corrections.effects_rulings import WantedRuling
from compensation.models import Correction
from disputes.deciding.effects import RulingEffect, effect_of_finding, effect_of_waiting
from disputes.deciding.rules import Desk, Step
from disputes.deciding.selectors import (
    Standing,
    require_confirmer,
    require_decider,
    ruling_findings,
    why_general_managers,
)
from disputes.models import Dispute, Finding, FindingShare, Ruling
from disputes.refusals import DisputeRefused
from disputes.states import end, held_dispute, held_open
from disputes.wanted import WantedFinding
from periods.turns import wait_for_turn

Source = Ruling.Source


@action
def give_finding(dispute: Dispute, wanted: WantedFinding, *, desk: Desk, by: Actor) -> Finding:
    """Give a desk's finding on a dispute under verification; it stays as it is, and rules once it is confirmed.

    Raises DisputeRefused, also for who may not, or RulingRefused for what could not be posted.
    """
    dispute = held_open(dispute)
    user = require_decider(dispute, desk, by)
    _require_its_turn(dispute, desk)
    effect = effect_of_finding(dispute, wanted)
    finding = Finding.objects.create(
        dispute=dispute,
        desk=desk.value,
        reasons=effect.reasons,
        owner=effect.owner,
        upholds=effect.upholds,
        given_by=user,
        given_at=timezone.now(),
    )
    FindingShare.objects.bulk_create(
        FindingShare(finding=finding, employee=share.person, sales_share=share.sales, commission_share=share.commission)
        for share in effect.shares
    )
    return finding


def _require_its_turn(dispute: Dispute, desk: Desk) -> None:
    standing = Standing(dispute)
    findings, step = standing.findings, standing.step
    if step is None:
        raise DisputeRefused(_("Verification has not begun: human resources begins it, then findings are given."))
    if desk in findings:
        raise DisputeRefused(_("This finding is given already, and stays as it is."))
    if (desk == Desk.GENERAL_MANAGER) != (step == Step.GENERAL_MANAGER):
        raise DisputeRefused(_whose_turn(dispute, step))


def _whose_turn(dispute: Dispute, step: Step) -> str:
    match step:
        case Step.GENERAL_MANAGER:
            why = why_general_managers(dispute) or [_("3-2.3: the two findings differ.")]
            return " ".join([*why, _("The general manager decides it.")])
        case Step.CONFIRMATION:
            return _("The findings are there: whoever gave one looks at what it does, and confirms it.")
        case _:
            return _(
                "3-2.3: human resources and the marketing director find first; the general manager decides where they"
                " differ."
            )


@action
def confirm_ruling(dispute: Dispute, *, shown: str, today: dt.date, by: Actor) -> Ruling:
    """Confirm what the findings come to, if it does what was shown (a digest): it is posted, and the dispute decided.

    Raises DisputeRefused, RulingRefused, or EffectChanged with what it would do now; then nothing is written.
    """
    wait_for_turn()
    dispute = held_open(dispute)
    user = require_confirmer(dispute, by)
    effect = effect_of_waiting(dispute)
    is_general_managers = ruling_findings(dispute)[0].desk == Desk.GENERAL_MANAGER
    source = Source.GENERAL_MANAGER if is_general_managers else Source.FINDINGS
    return rule(effect, source, Dispute.State.DECIDED, shown=shown, today=today, user=user)


@action
def replace_ruling(dispute: Dispute, wanted: WantedFinding, *, shown: str, today: dt.date, by: Actor) -> Ruling:
    """Put another ruling in place of the one that holds, with its reasons (3-1.3), if it does what was shown.

    Raises DisputeRefused, RulingRefused, or EffectChanged with what it would do now; then nothing is written.
    """
    wait_for_turn()
    dispute = held_dispute(dispute)
    user = require_decider(dispute, Desk.GENERAL_MANAGER, by)
    if not dispute.rulings.exists():
        raise DisputeRefused(_("No ruling has been made on it: there is nothing to replace."))
    _require_latest(dispute)
    return rule(effect_of_finding(dispute, wanted), Source.REPLACEMENT, None, shown=shown, today=today, user=user)


def _require_latest(dispute: Dispute) -> None:
    """A newer dispute about the same contract is decided in its own place."""
    newer = Dispute.objects.filter(contract=dispute.contract_id, pk__gt=dispute.pk).exclude(contract=None)
    if (other := newer.exclude(state__in=["refused", "withdrawn"]).order_by("-pk").first()) is not None:
        text = _("%(number)s is about the same contract and later: what is to hold is decided there.")
        raise DisputeRefused(text % {"number": other.number})


def rule(
    effect: RulingEffect,
    source: Ruling.Source,
    ends_as: Dispute.State | None,
    *,
    shown: str,
    today: dt.date,
    user: User,
) -> Ruling:
    """Post a ruling on a held dispute as it was shown, which ends it; within an action's transaction."""
    if effect.digest != shown:
        raise EffectChanged(effect)
    dispute = effect.dispute
    ruling = Ruling.objects.create(
        dispute=dispute,
        source=source,
        reasons=effect.reasons,
        owner=effect.owner,
        upholds=effect.upholds,
        correction=_post(effect, Actor(user)),
        made_on=today,
        made_by=user,
        made_at=timezone.now(),
    )
    if ends_as is not None:
        end(dispute, ends_as, user, effect.reasons)
    if ruling.owner_id is not None:
        rebuild_histories_of([dispute.client_id])
    return ruling


def _post(effect: RulingEffect, by: Actor) -> Correction | None:
    """Post what it does to pay: a ruling, or without shares the end of the hold, which is none."""
    dispute, money, reason = effect.dispute, effect.money, effect.reasons[:500]
    if money is None:
        return None
    contract, hold = dispute.contract, money.correction.hold
    if effect.shares and contract is not None:
        wanted = WantedRuling(contract, effect.shares, dispute.number, hold)
        return post_ruling(wanted, reason=reason, shown=money.digest, by=by)
    if hold is not None:
        end_hold(hold, reason=reason, by=by)
    return None
