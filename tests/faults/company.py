"""The company whose close is disturbed: a month after a locked one, with disputes open, decided and taken back."""

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping
from decimal import Decimal

from django.db.models import F

from access.actor import CONSOLE
from clients.models import Contract, Receipt
from compensation.corrections.actions_rulings import end_hold, post_ruling
from compensation.corrections.effects_rulings import WantedRuling, WantedShare, effect_of_ruling
from compensation.models import Adjustment, HeldCommission, Hold, SupportWeight
from salesorg.benchmark.company import MONTH, Size, build
from salesorg.state.places import ROOT
from staff.models import Employee, Target

CLOSED = MONTH + 1
LOCKED_SHARE = 6
"""One receipt of so many is of the locked month."""
ENDED = 4
"""So many disputes end in each way."""
HALF = Decimal("0.5")


def build_in_dispute(size: Size, environment: Mapping[str, str]) -> None:
    """Lock a month with what is held of it, and let disputes end in the next one."""
    build(size)
    later = Receipt.objects.filter(pk__gt=size.receipts // LOCKED_SHARE)
    later.update(posted_in=CLOSED, received_on=F("received_on") + dt.timedelta(days=MONTH.days))
    weights = SupportWeight.objects.filter(month=MONTH).values("employee_id", "weight", "reason")
    SupportWeight.objects.bulk_create(SupportWeight(month=CLOSED, **weight) for weight in weights)
    targets = Target.objects.filter(month=MONTH).values("branch_id", "amount")
    Target.objects.bulk_create(Target(month=CLOSED, **target) for target in targets)
    command = [sys.executable, str(ROOT / "manage.py"), "close_month", str(MONTH), "--lock"]
    subprocess.run(command, env={**environment}, check=True, stdout=subprocess.DEVNULL)
    held = Hold.objects.filter(held__isnull=False).distinct().order_by("pk")
    for hold in held[:ENDED]:
        end_hold(hold, reason="撤回", by=CONSOLE)
    for hold in [*held[ENDED : 2 * ENDED], *Hold.objects.order_by("-pk")[:ENDED]]:
        _rule(hold)
    assert HeldCommission.objects.count() > 2 * ENDED
    assert Adjustment.objects.filter(month=CLOSED).count() >= 2 * ENDED


def _rule(hold: Hold) -> None:
    """Half of the contract is another's."""
    contract = Contract.objects.get(pk=hold.contract_id)
    other = Employee.objects.exclude(pk=contract.closer_id).order_by("-pk")[0]
    shares = [WantedShare(person, HALF, HALF) for person in (contract.closer, other)]
    wanted = WantedRuling(contract, shares, hold.reference, hold)
    post_ruling(wanted, reason="裁决", shown=effect_of_ruling(wanted).digest, by=CONSOLE)
