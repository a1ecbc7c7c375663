"""Writes of what disputes do to pay (3-1.3): holds begun, and ended by a ruling or by a release.

Who may is asked by who calls: it takes findings and signatures.
"""

from django.utils import timezone

from access.actor import Actor
from access.history.acting import action
from access.refusals import EffectChanged
from clients.models import Contract
from compensation.corrections.effects_rulings import WantedRuling, effect_of_release, effect_of_ruling, open_month
from compensation.corrections.posting import post
from compensation.models import Correction, Hold
from periods.turns import wait_for_turn


@action
def begin_hold(contract: Contract, *, reference: str, by: Actor) -> Hold:
    """Hold a contract's commission from the open month on, for the dispute with that number."""
    wait_for_turn()
    return Hold.objects.create(
        contract=contract, since=open_month(contract), reference=reference, made_at=timezone.now()
    )


@action
def post_ruling(wanted: WantedRuling, *, reason: str, shown: str, by: Actor) -> Correction:
    """Post a ruling whose effect's digest was `shown`, in the open month; the hold that it names ends.

    Raises RulingRefused, or EffectChanged when the effect is another than was shown.
    """
    wait_for_turn()
    effect = effect_of_ruling(wanted)
    if effect.digest != shown:
        raise EffectChanged(effect)
    return post(effect, reason, by)


@action
def end_hold(hold: Hold, *, reason: str, by: Actor) -> Correction:
    """End a hold where nothing was changed: what was held is paid in the open month, to whom the lines name."""
    wait_for_turn()
    return post(effect_of_release(hold), reason, by)
