"""Two disputes in each branch of the test house: one that was ruled on, and one by which commission is held."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from access.actor import Actor
from access.models import User
from clients.history.actions import rebuild_histories
from compensation.corrections.effects_rulings import WantedShare
from disputes.actions import begin_verification, raise_dispute, state_answer
from disputes.clock.actions import add_pause
from disputes.deciding.actions import confirm_ruling, give_finding
from disputes.deciding.actions_offers import make_offer, withdraw_offer
from disputes.deciding.effects import effect_of_waiting
from disputes.deciding.rules import Desk
from disputes.evidence.actions import Sent, bring_evidence
from disputes.models import Dispute, Evidence, Violation
from disputes.violations.actions import record_violation, sign_violation
from disputes.violations.selectors import WantedViolation, effect_of_violation, effect_of_wanted_violation
from disputes.wanted import Claim, WantedFinding, WantedOffer
from tests.disputes.pictures import pdf
from tests.firm import Firm

if TYPE_CHECKING:
    from tests.admin.cast import Side

Role = User.Role
RAISED = dt.date(2011, 5, 10)


def dispute_on_both_sides(firm: Firm, sides: "Iterable[Side]", users: dict[str, User]) -> None:
    """On contracts of their own, signed in May: the closer's, which the developer claims in part."""
    for side in sides:
        _rule(_disputed(firm, side, "1000", users), side, users)
        begin_verification(_disputed(firm, side, "2000", users), by=Actor(users[Role.HR]))


def _disputed(firm: Firm, side: "Side", cash: str, users: dict[str, User]) -> Dispute:
    number, fen = side.branch.pk, _fen(side)
    contract = firm.contract(side.closer, signed="05-04", amount=f"{300000 + fen}")
    firm.receipt(contract, f"{int(cash) + fen}", "05-06")
    rebuild_histories()
    share = Decimal("0.4")
    claim = Claim(contract, side.developer, f"第{number}家：首付{cash}元的单是我谈成的", share, share)
    return raise_dispute(claim, today=RAISED, by=Actor(users[Role.HR]))


def _fen(side: "Side") -> Decimal:
    """As in the house: what the south's amounts are larger by."""
    return Decimal("123.45") if side.branch.code == "B2" else Decimal("0.00")


def _rule(dispute: Dispute, side: "Side", users: dict[str, User]) -> None:
    """All that happens in a dispute until it is ruled on, and a violation after."""
    number, hr = side.branch.pk, Actor(users[Role.HR])
    dispute = begin_verification(dispute, by=hr)
    state_answer(dispute, side.closer, statement=f"第{number}家的客户一直由我跟进", by=hr)
    add_pause(
        dispute,
        start=dt.date(2011, 5, 12),
        end=dt.date(2011, 5, 13),
        reason=f"第{number}家等候客户回函",
        today=RAISED,
        by=hr,
    )
    said = f"第{number}家拜访记录"
    file = Sent(f"{said}.pdf", pdf())
    bring_evidence(
        dispute, kind=Evidence.Kind.VISIT, day=dt.date(2011, 5, 3), note=said, file=file, today=RAISED, by=hr
    )
    _offer(dispute, side)
    parts = ((side.closer, Decimal("0.6")), (side.developer, Decimal("0.4")))
    wanted = WantedFinding(f"第{number}家证据充分", [WantedShare(person, part, part) for person, part in parts])
    give_finding(dispute, wanted, desk=Desk.HR, by=hr)
    give_finding(dispute, wanted, desk=Desk.MARKETING, by=Actor(users[Role.MARKETING_DIRECTOR]))
    confirm_ruling(dispute, shown=effect_of_waiting(dispute).digest, today=RAISED, by=hr)
    _find_violation(dispute, side, users)


def _offer(dispute: Dispute, side: "Side") -> None:
    """An offer of the closer's to share equally, taken back."""
    person, half = side.closer, Decimal("0.5")
    if person.user is None:
        person.user = User.objects.create(username=f"u-{side.branch.code}", role=Role.SALESPERSON)
        person.save()
    by = Actor(User.objects.get(pk=person.user.pk))
    shares = [WantedShare(one, half, half) for one in (person, side.developer)]
    withdraw_offer(make_offer(dispute, WantedOffer(shares, note=f"第{side.branch.pk}家愿意各半"), by=by), by=by)


def _find_violation(dispute: Dispute, side: "Side", users: dict[str, User]) -> None:
    wanted = WantedViolation(
        side.closer, Violation.Kind.FALSE_INFORMATION, Violation.Measure.WARNING, f"第{side.branch.pk}家虚报拜访"
    )
    shown = effect_of_wanted_violation(dispute, wanted, RAISED).digest
    violation = record_violation(dispute, wanted, shown=shown, today=RAISED, by=Actor(users[Role.HR]))
    shown = effect_of_violation(violation).digest
    sign_violation(violation, shown=shown, today=RAISED, by=Actor(users[Role.GENERAL_MANAGER]))
