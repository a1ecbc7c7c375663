"""A contract of Alice's that Bob disputes, and what is read and sent on their phones."""

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal

from django.test import Client as Browser
from django.utils import timezone

from access.actor import Actor
from access.models import User
from clients.models import Contract, Receipt
from compensation.corrections.effects_rulings import WantedShare
from disputes.actions import begin_verification, raise_dispute
from disputes.models import Dispute
from disputes.wanted import Claim
from rulebook.month import Month
from staff.models import Employee
from tests.cast import log_in_of
from tests.firm import on
from tests.portal.cast import Cast

RAISED = on("05-12")
SAYS = "三月起由我拜访客户，四月十日我陪同签约"


@dataclass
class Stage:
    """Alice closed a contract in May; Bob claims it, or the one whose first cash came on 2011-04-20, which is locked.
    Eve has nothing to do with it."""

    cast: Cast
    contract: Contract
    alice: Browser
    bob: Browser
    eve: Browser

    @property
    def locked(self) -> Contract:
        return self.cast.line(self.cast.alice, base=Decimal("20000.00")).receipt.contract

    def raised(self, contract: Contract | None = None, *, today: dt.date = RAISED) -> Dispute:
        claim = Claim(contract or self.contract, self.cast.bob, SAYS, Decimal("0.4"), Decimal("0.4"))
        return raise_dispute(claim, today=today, by=self.actor(self.cast.bob))

    def verifying(self, contract: Contract | None = None) -> Dispute:
        return begin_verification(self.raised(contract), by=log_in(User.Role.HR))

    def actor(self, person: Employee) -> Actor:
        return Actor(User.objects.get(employee=person))


def log_in(role: str) -> Actor:
    """The log-in of a role, made when first asked for."""
    return Actor(User.objects.filter(role=role).first() or log_in_of(role))


def shown(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return str(response.content.decode())


def digest_in(page: str) -> str:
    found = re.search(r'name="shown" value="(\w+)"', page)
    assert found, page
    return found[1]


def shares_of(stage: Stage) -> list[WantedShare]:
    return [
        WantedShare(stage.cast.alice, Decimal("0.6"), Decimal("0.6")),
        WantedShare(stage.cast.bob, Decimal("0.4"), Decimal("0.4")),
    ]


def offered(stage: Stage) -> dict[str, str]:
    alice, bob = stage.cast.alice.pk, stage.cast.bob.pk
    return {f"sales_{alice}": "60", f"sales_{bob}": "40", "note": "各让一步"}


def fresh_contract(cast: Cast, days_ago: int | None = 3) -> Contract:
    """A contract of Alice's whose first cash came some days ago; None: not yet."""
    contract = cast.firm.contract(cast.alice, signed="05-02")
    contract.client.name = "华达信企业（北京）有限公司"
    contract.client.save()
    if days_ago is not None:
        day = timezone.localdate() - dt.timedelta(days=days_ago)
        Receipt.objects.create(
            number="R-FRESH", contract=contract, received_on=day, posted_in=Month.of(day), amount=Decimal("8000.00")
        )
    return contract


def named(contract: Contract, client: str = "华达信企业(北京)有限公司") -> dict[str, str]:
    return {"contract": contract.number, "client": client}
