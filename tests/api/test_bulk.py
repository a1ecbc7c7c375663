"""Rows pushed by a program: taken in as a workbook's, or told what is wrong with each."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from clients.models import Client, Receipt
from salesorg.databases.clones import Clone
from staff.models import Absence, Branch, Employee
from tests.api.calling import Program, program, pushed
from tests.monthend.test_cases import WORKBOOKS
from tests.monthend.test_runs import at_once
from workbooks.models import ImportBatch

BRANCH = {"code": "B01", "name": "一分公司"}
WRONG = {"code": "B02", "name": ""}


@pytest.fixture
def crm(db: None) -> Program:
    return program()


@pytest.mark.django_db
def test_a_row_known_with_the_same_content_is_skipped_and_another_changes_it(crm: Program) -> None:
    counts = [
        crm.post("bulk/branches/", {"rows": [row]}).json()["sheets"]["branches"]
        for row in (BRANCH, BRANCH, {**BRANCH, "name": "一公司"})
    ]
    assert counts == [
        {"added": 1, "changed": 0, "skipped": 0},
        {"added": 0, "changed": 0, "skipped": 1},
        {"added": 0, "changed": 1, "skipped": 0},
    ]
    assert [branch.name for branch in Branch.objects.all()] == ["一公司"]
    batch = ImportBatch.objects.order_by("pk").first()
    assert batch is not None
    assert (batch.file_name, str(batch.imported_by)) == ("/api/v1/bulk/branches/", "crm")


@pytest.mark.django_db
def test_with_an_error_nothing_is_taken_and_each_is_told_by_sheet_row_and_field(crm: Program) -> None:
    rows = [BRANCH, WRONG, {"code": "B03", "name": "三", "colour": "red"}, {"code": ["B4"], "name": "四"}]
    answer = crm.post("bulk/branches/", {"rows": rows})
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["imported"]) == (422, False)
    assert told["type"].endswith("/rows")
    assert [(one["sheet"], one["row"], one["field"]) for one in told["errors"]] == [
        ("branches", 2, "name"), ("branches", 3, "colour"), ("branches", 4, "code"),
    ]  # fmt: skip
    assert not Branch.objects.exists()


@pytest.mark.django_db
def test_errors_are_in_the_language_that_is_asked_for(crm: Program) -> None:
    reasons = [
        crm.post("bulk/branches/", {"rows": [WRONG]}, **headers).json()["errors"][0]["reason"]
        for headers in ({}, {"Accept-Language": "fr, en;q=0.5"}, {"Accept-Language": "zh-CN"})
    ]
    assert reasons == ["不能为空", "must not be empty", "不能为空"]


@pytest.mark.django_db
def test_the_good_rows_are_taken_and_the_bad_ones_listed_at_their_places(crm: Program) -> None:
    departments = [
        {"code": "D1", "name": "销售部", "branch": "B01", "system": "sales"},
        {"code": "D2", "name": "行政部", "branch": "B09", "system": "support"},
        {"code": "D3", "name": "支持部", "branch": "B01", "system": "support"},
        {"code": "D3", "name": "支持部", "branch": "B01", "system": "later"},
    ]
    crm.post("bulk/branches/", {"rows": [BRANCH]})
    answer = crm.post("bulk/departments/?partial=true", {"rows": departments})
    told = answer.json()
    assert (answer.status_code, told["imported"]) == (200, True)
    assert told["sheets"] == {"departments": {"added": 2, "changed": 0, "skipped": 0}}
    assert sorted((one["row"], one["field"]) for one in told["errors"]) == [(2, "branch"), (4, "code"), (4, "system")]


@pytest.mark.django_db
def test_a_dry_run_tells_and_writes_nothing(crm: Program) -> None:
    told = crm.post("bulk/branches/?dry_run=true", {"rows": [BRANCH]}).json()
    assert (told["imported"], told["sheets"]["branches"]["added"]) == (False, 1)
    assert not Branch.objects.exists()


@pytest.mark.django_db
def test_what_a_row_leaves_out_stays_and_null_empties_it(crm: Program) -> None:
    company = pushed(WORKBOOKS["calm"])
    crm.post("bulk/", company)
    client = {**company["clients"][0], "is_strategic": True}
    key = {"number": client["number"], "name": client["name"], "registered_on": client["registered_on"]}
    strategic = []
    for row in (client, key, {**key, "is_strategic": False}):
        assert crm.post("bulk/clients/", {"rows": [row]}).status_code == 200
        strategic.append(Client.objects.get(number=client["number"]).is_strategic)
    assert strategic == [True, True, False]


@pytest.mark.django_db
def test_amounts_keep_every_fen_however_they_are_written(crm: Program) -> None:
    company = pushed(WORKBOOKS["calm"])
    crm.post("bulk/", company)
    receipt = company["receipts"][0]
    key = {name: receipt[name] for name in ("contract", "received_on")}
    written: list[Any] = ["1,234.50", 0.07, 19.99, 100000000.01]
    rows = [{**key, "number": f"N{place}", "amount": amount} for place, amount in enumerate(written)]
    assert crm.post("bulk/receipts/", {"rows": rows}).status_code == 200
    amounts = Receipt.objects.filter(number__startswith="N").order_by("number").values_list("amount", flat=True)
    assert list(amounts) == [Decimal("1234.50"), Decimal("0.07"), Decimal("19.99"), Decimal("100000000.01")]
    finer = crm.post("bulk/receipts/", {"rows": [{**receipt, "number": "N9", "amount": "0.071"}]})
    assert finer.json()["errors"][0]["field"] == "amount"


@pytest.mark.django_db
def test_kinds_of_absences_are_given_by_their_codes_and_others_in_words(crm: Program) -> None:
    company = pushed(WORKBOOKS["calm"])
    crm.post("bulk/", company)
    person = company["employees"][0]["number"]
    rows = [
        {"employee": person, "start": f"2011-04-{day}", "end": f"2011-04-{day}", "kind": kind}
        for day, kind in (("20", "sick"), ("21", "婚假"))
    ]
    assert crm.post("bulk/absences/", {"rows": rows}).status_code == 200
    absences = Absence.objects.filter(employee=Employee.objects.get(number=person), start__month=4, start__day__gte=20)
    assert list(absences.order_by("start").values_list("kind", "note")) == [("sick", ""), ("other", "婚假")]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("bulk/nothing/", {"rows": []}, 404),
        ("bulk/", {"nothing": []}, 400),
        ("bulk/", [], 400),
        ("bulk/branches/", {"rows": [1]}, 400),
        ("bulk/branches/", {"rows": {}}, 400),
        ("bulk/branches/", {}, 400),
        ("bulk/branches/", {"rows": [{}] * 10_001}, 413),
    ],
)
def test_a_body_that_is_none_is_refused_as_a_problem(crm: Program, path: str, body: Any, status: int) -> None:
    answer = crm.post(path, body)
    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.mark.django_db
@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"rows": [NaN]}', b"[" * 100_000])
def test_what_is_not_json_is_refused(crm: Program, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {crm.token}"}
    answer = Browser().post("/api/v1/bulk/branches/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 400


@pytest.mark.django_db
def test_a_call_sent_again_with_its_key_is_answered_as_the_first_time(crm: Program) -> None:
    first = crm.post("bulk/branches/", {"rows": [BRANCH]}, **{"Idempotency-Key": "a"})
    again = crm.post("bulk/branches/", {"rows": [BRANCH]}, **{"Idempotency-Key": "a"})
    assert first.json() == again.json()
    assert first.json()["sheets"]["branches"]["added"] == 1
    other = crm.post("bulk/branches/", {"rows": [WRONG]}, **{"Idempotency-Key": "a"})
    assert (other.status_code, other.json()["type"].rpartition("/")[2]) == (422, "idempotency-key")
    wrong = [crm.post("bulk/branches/", {"rows": [WRONG]}, **{"Idempotency-Key": "b"}) for _time in range(2)]
    assert [(one.status_code, one["Content-Type"]) for one in wrong] == [(422, "application/problem+json")] * 2
    assert wrong[0].json() == wrong[1].json()
    assert ImportBatch.objects.count() == 1


def test_one_call_at_one_moment_many_times_writes_one_set_of_rows(committed_db: Clone) -> None:
    crm = program()
    answers: Any = at_once(lambda: crm.post("bulk/branches/", {"rows": [BRANCH]}, **{"Idempotency-Key": "a"}), times=20)
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert (Branch.objects.count(), ImportBatch.objects.count()) == (1, 1)
