"""A dispute raised on the phone: which contract is meant, and until when, told alike whatever there is to know."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Receipt
from disputes.models import Dispute
from tests.portal.disputed import SAYS, Stage, fresh_contract, named, shown

UNKNOWN = "没有编号与客户名称相符的合同"


def test_a_claim_on_anothers_contract_is_told_its_window_then_raised(stage: Stage) -> None:
    contract = fresh_contract(stage.cast)
    typed = {**named(contract), "contract": contract.number.lower()}
    page = stage.bob.post("/disputes/raise/", typed).content.decode()
    first = timezone.localdate() - dt.timedelta(days=3)
    for told in ("可以提出", f"首笔到款为 {first}", "提成暂扣至争议结束", "核查开始后或您提出协商方案时"):
        assert told in page, told
    assert not Dispute.objects.exists()
    sent = {**named(contract), "asked_sales": "40", "asked_commission": "", "statement": SAYS}
    page = stage.bob.post("/disputes/raise/", sent, follow=True).content.decode()
    dispute = Dispute.objects.get()
    party = dispute.parties.get(side="claimant")
    assert (party.employee, party.asked_sales, party.asked_commission) == (
        stage.cast.bob,
        Decimal("0.4000"),
        Decimal("0.4000"),
    )
    for told in (dispute.number, SAYS, "主张业绩 40%、提成 40%", "待人力资源开始核查", "Alice"):
        assert told in page, told


def test_unknown_and_hidden_contracts_are_answered_alike(stage: Stage) -> None:
    contract = fresh_contract(stage.cast)
    answers = []
    for number, client in (("K99999", "没有的公司"), (contract.number, "没有的公司")):
        page = stage.bob.post("/disputes/raise/", {"contract": number, "client": client}).content.decode()
        assert UNKNOWN in page
        answers.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(number, "?"))
    assert answers[0] == answers[1]
    addresses = ["/disputes/raise/?contract=K99999", f"/disputes/raise/?contract={contract.number}"]
    answers = [shown(stage.bob, address) for address in addresses]
    answers = [re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page) for page in answers]
    assert answers[0].replace("K99999", "?") == answers[1].replace(contract.number, "?")
    assert str(contract.client.name) not in answers[1]


def test_a_contract_in_dispute_is_told_as_any_other_is(stage: Stage) -> None:
    """To who is no party: by its page and by what is asked of the database, within the window and after it."""
    contract = fresh_contract(stage.cast)

    def told() -> tuple[str, int]:
        with CaptureQueriesContext(connection) as queries:
            page = stage.eve.post("/disputes/raise/", named(contract)).content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page), len(queries)

    told()
    before = told()
    stage.raised(contract, today=timezone.localdate())
    assert told() == before
    Receipt.objects.filter(contract=contract).update(received_on=timezone.localdate() - dt.timedelta(days=40))
    closed = told()
    Dispute.objects.update(contract=stage.contract)
    assert told() == closed


@pytest.mark.parametrize(("days_ago", "told"), [(None, "3-2.4.1：该合同尚无到款"), (40, "现已逾期；业务归成交人")])
def test_out_of_the_window_nothing_is_asked_and_nothing_taken(stage: Stage, days_ago: int | None, told: str) -> None:
    contract = fresh_contract(stage.cast, days_ago)
    page = stage.bob.post("/disputes/raise/", named(contract)).content.decode()
    assert told in page
    assert "不能提出" in page
    assert 'name="statement"' not in page
    sent = {**named(contract), "asked_sales": "40", "statement": SAYS}
    assert told in stage.bob.post("/disputes/raise/", sent).content.decode()
    assert not Dispute.objects.exists()
