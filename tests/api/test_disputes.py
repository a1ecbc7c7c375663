"""Disputes by calls: raised in time, found, ruled on, settled, withdrawn and reversed, each by whom it is for."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, OperationalError
from django.test import Client as Browser
from django.utils import timezone

from access.actor import CONSOLE
from access.models import User
from access.refusals import EffectChanged
from api.actions import make_token
from api.problems import answer_problem
from clients.models import Receipt
from compensation.models import Adjustment
from disputes.models import Dispute
from tests.api.calling import V1, Program, program
from tests.disputes.case import Case
from tests.disputes.pictures import jpeg
from tests.firm import Firm

pytestmark = pytest.mark.django_db


def paid(days_ago: int) -> Case:
    """A contract whose first cash came so many days ago, and counts in April."""
    case = Case(Firm())
    Receipt.objects.update(received_on=timezone.localdate() - dt.timedelta(days=days_ago))
    return case


@pytest.fixture
def case() -> Case:
    """It was paid three days ago, and April is locked."""
    case = paid(3)
    case.firm.close()
    return case


def calls(actor: Any) -> Program:
    return Program(make_token(user=User.objects.get(pk=actor.user.pk), name="x", branch=None, days=1, by=CONSOLE))


def raise_one(case: Case, who: Program | None = None) -> Any:
    asks = {"sales_shares": {case.claimant.number: "40.00", case.closer.number: "60.00"}}
    body = {
        "contract": case.contract.number, "claimant": case.claimant.number, "asks": asks, "statement": "是我谈成的",
    }  # fmt: skip
    return (who or calls(case.claimants)).post("disputes/", body)


def shares(case: Case, claimant: str = "40.00", closer: str = "60.00") -> dict[str, Any]:
    return {"text": "证据充分", "sales_shares": {case.claimant.number: claimant, case.closer.number: closer}}


def test_a_dispute_goes_from_claim_to_ruling_and_back(case: Case) -> None:
    told = raise_one(case)
    assert told.status_code == 201, told.content
    number = told.json()["number"]
    assert told.json()["state"] == "raised"
    assert told.json()["appeal_until"] > str(timezone.localdate())
    assert [one["asked_sales"] for one in told.json()["parties"] if one["side"] == "claimant"] == ["40.00"]
    hr, director, gm = calls(case.hr), calls(case.director), calls(case.gm)
    assert director.post(f"disputes/{number}/findings/", shares(case)).status_code == 422
    assert hr.post(f"disputes/{number}/findings/", shares(case)).json()["state"] == "verifying"
    assert director.get(f"disputes/{number}/").json()["findings"] == []
    shown = director.post(f"disputes/{number}/findings/?preview=true", shares(case)).json()
    moved = {one["employee"]: one["amount"] for one in shown["people"]}
    assert (shown["preview"], shown["total"], sorted(moved)) == (
        True,
        "0.00",
        sorted([case.claimant.number, case.closer.number]),
    )
    assert Dispute.objects.get(number=number).state == "verifying"
    ruled = director.post(f"disputes/{number}/findings/", shares(case)).json()
    assert (ruled["state"], ruled["rulings"][0]["sales_shares"][case.claimant.number]) == ("decided", "40.00")
    assert {row.employee.number: f"{row.amount:.2f}" for row in Adjustment.objects.all()} == moved
    assert hr.post(f"disputes/{number}/reverse/", {"reason": "新证据"}).status_code == 403
    back = gm.post(f"disputes/{number}/reverse/?preview=true", {"reason": "新证据"}).json()
    assert {one["employee"]: one["amount"] for one in back["people"]} == {
        person: amount[1:] if amount.startswith("-") else f"-{amount}" for person, amount in moved.items()
    }
    assert gm.post(f"disputes/{number}/reverse/", {"reason": "新证据"}).status_code == 200
    assert sum(row.amount for row in Adjustment.objects.filter(employee=case.claimant)) == 0


def test_findings_that_differ_go_to_the_general_manager(case: Case) -> None:
    number = raise_one(case).json()["number"]
    hr, director, gm = calls(case.hr), calls(case.director), calls(case.gm)
    hr.post(f"disputes/{number}/findings/", shares(case))
    assert gm.post(f"disputes/{number}/ruling/", shares(case)).status_code == 422
    assert director.post(f"disputes/{number}/findings/", shares(case, "30.00", "70.00")).json()["state"] == "verifying"
    assert hr.post(f"disputes/{number}/ruling/", shares(case)).status_code == 403
    ruled = gm.post(f"disputes/{number}/ruling/", {**shares(case), "owner": case.claimant.number}).json()
    assert (ruled["state"], ruled["rulings"][0]["source"], ruled["rulings"][0]["owner"]) == (
        "decided", "gm", case.claimant.number,
    )  # fmt: skip


def test_a_settlement_holds_once_both_have_confirmed_it(case: Case) -> None:
    number = raise_one(case).json()["number"]
    claimant, closer = calls(case.claimants), calls(case.closers)
    offer = {"sales_shares": {case.claimant.number: "50.00", case.closer.number: "50.00"}, "note": "各半"}
    assert calls(case.hr).post(f"disputes/{number}/settlement/", offer).status_code == 403
    assert claimant.post(f"disputes/{number}/settlement/", offer).status_code == 201
    shown = closer.post(f"disputes/{number}/settlement/confirm/?preview=true").json()
    assert [one["employee"] for one in shown["people"]] == [case.closer.number]
    assert closer.post(f"disputes/{number}/settlement/confirm/").json()["state"] == "settled"
    assert Adjustment.objects.count() == 2


def test_a_claim_is_withdrawn_by_who_raised_it(case: Case) -> None:
    number = raise_one(case).json()["number"]
    assert calls(case.closers).post(f"disputes/{number}/withdraw/", {"reason": "x"}).status_code == 403
    assert calls(case.claimants).post(f"disputes/{number}/withdraw/", {}).status_code == 422
    assert calls(case.claimants).post(f"disputes/{number}/withdraw/", {"reason": "误会"}).json()["state"] == "withdrawn"


@pytest.mark.article("3-2.4.1")
@pytest.mark.parametrize(("days_ago", "name"), [(40, "appeal-window-closed"), (-1, "appeal-window-not-open")])
def test_out_of_the_window_it_is_refused_with_the_article_and_the_dates(days_ago: int, name: str) -> None:
    case = paid(days_ago)
    refused = raise_one(case)
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (422, name)
    assert "3-2.4.1" in refused.json()["detail"]
    assert (str(Receipt.objects.get().received_on) in refused.json()["detail"]) is (days_ago > 0)


def test_evidence_is_brought_with_a_file(case: Case) -> None:
    number, who = raise_one(case).json()["number"], calls(case.claimants)
    given = {"kind": "visit", "happened_on": "2011-04-01", "note": "拜访", "file": SimpleUploadedFile("a.jpg", jpeg())}
    headers = {"Authorization": f"Bearer {who.token}"}
    answer = Browser().post(f"{V1}disputes/{number}/evidence/", given, headers=headers)
    assert answer.status_code == 201, answer.content
    assert answer.json()["evidence"] == [
        {"kind": "visit", "happened_on": "2011-04-01", "note": "拜访", "file_name": "a.jpg"}
    ]
    assert calls(case.closers).get(f"disputes/{number}/").json()["evidence"] == []
    wrong = Browser().post(f"{V1}disputes/{number}/evidence/", {**given, "kind": "dream"}, headers=headers)
    assert wrong.json()["errors"][0]["field"] == "kind"


def test_who_is_no_party_learns_of_no_dispute() -> None:
    case = paid(3)
    number = raise_one(case).json()["number"]
    bystander = case.firm.seller(department=case.firm.south_sales)
    stranger, crm = calls(case.log_in(bystander)), program()
    assert stranger.all("disputes/") == []
    known, unknown = stranger.get(f"disputes/{number}/"), stranger.get("disputes/Z2026-9999/")
    assert (known.status_code, known.content) == (404, unknown.content)
    for act in ("findings", "ruling", "settlement", "settlement/confirm", "withdraw", "reverse"):
        answers = [stranger.post(f"disputes/{one}/{act}/", {"reason": "x"}) for one in (number, "Z2026-9999")]
        assert answers[0].status_code in (403, 404)
        assert answers[0].content == answers[1].content
    assert crm.get("disputes/").status_code == 403
    asks = {"contract": case.contract.number, "claimant": case.claimant.number, "statement": "x"}
    assert crm.post("disputes/", asks).status_code == 403
    assert stranger.post("disputes/", asks).status_code == 403


def test_before_verification_the_other_side_does_not_learn_who_claims(case: Case) -> None:
    number = raise_one(case).json()["number"]
    told = calls(case.closers).get(f"disputes/{number}/").json()
    assert ([one["employee"] for one in told["parties"]], told["statement"]) == ([case.closer.number], "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sales_shares", {"00001": "50.001"}), ("sales_shares", {"00001": None}), ("sales_shares", []),
        ("sales_shares", {"99999": "50.00"}), ("sales_shares", {"00001": "x"}), ("text", ""), ("owner", "99999"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_by_its_field(case: Case, field: str, value: Any) -> None:
    number = raise_one(case).json()["number"]
    refused = calls(case.hr).post(f"disputes/{number}/findings/", {**shares(case), field: value})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


def test_a_partys_token_reads_no_finding_that_its_page_does_not_show(case: Case) -> None:
    number = raise_one(case).json()["number"]
    for who in (case.hr, case.director):
        calls(who).post(f"disputes/{number}/findings/", shares(case))
    assert calls(case.claimants).get(f"disputes/{number}/").json()["findings"] == []
    assert len(calls(case.hr).get(f"disputes/{number}/").json()["findings"]) == 2


@pytest.mark.parametrize("path", ["disputes/%00/", "disputes/?state=%00", "months/2011-04/payslips/?branch=%00"])
def test_a_character_that_is_none_is_refused_in_an_address(case: Case, path: str) -> None:
    headers = {"Authorization": f"Bearer {calls(case.hr).token}"}
    assert Browser().get(f"{V1}{path}", headers=headers).status_code == 400


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_a_character_that_is_none_is_refused_in_a_body(case: Case, text: str) -> None:
    number = raise_one(case).json()["number"]
    for path, body in (
        (f"disputes/{number}/withdraw/", {"reason": text}),
        ("bulk/branches/", {"rows": [{"code": text}]}),
    ):
        who = calls(case.claimants) if "withdraw" in path else program()
        assert who.post(path, body, **{"Idempotency-Key": "k"}).status_code == 400


def test_what_others_hold_is_told_as_that_and_what_changed_meanwhile_too() -> None:
    told = {type(one): answer_problem(one, {}) for one in (OperationalError(), EffectChanged(None), DataError())}
    assert {kind.__name__: answer.status_code for kind, answer in told.items()} == {
        "OperationalError": 503, "EffectChanged": 409, "DataError": 422,
    }  # fmt: skip
    assert told[OperationalError]["Retry-After"] == "2"


def test_whose_a_contract_in_dispute_is_comes_by_no_file() -> None:
    case = paid(3)
    number = raise_one(case).json()["number"]
    contract = case.contract
    row = {
        "number": contract.number, "client": contract.client.number, "signed_on": str(contract.signed_on),
        "amount": f"{contract.amount:.2f}", "closer": case.closer.number,
    }  # fmt: skip
    crm = program()
    refused = crm.post("bulk/contracts/", {"rows": [{**row, "closer": case.claimant.number}]})
    assert refused.status_code == 422
    assert [(one["field"], number in one["reason"]) for one in refused.json()["errors"]] == [("closer", True)]
    assert crm.post("bulk/contracts/", {"rows": [{**row, "amount": f"{contract.amount + 1:.2f}"}]}).status_code == 200
    calls(case.claimants).post(f"disputes/{number}/withdraw/", {"reason": "x"})
    assert crm.post("bulk/contracts/", {"rows": [{**row, "closer": case.claimant.number}]}).status_code == 200
