"""Every change of what people enter is kept: who, when, from where, before and after; and nobody can alter that."""

import datetime as dt
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from access.actor import Actor
from access.history.acting import acting
from access.history.reading import Reading, label_of
from access.history.tracking import tracked_models
from access.models import Change, User
from access.reach import within_reach
from access.roles import PEOPLE
from clients.models import Receipt
from periods.bulk import update_rows
from staff.models import Absence, Employee
from tests.admin.addresses import address
from tests.cast import log_in_of
from tests.firm import Firm, on

Role, Kind, Source = User.Role, Change.Kind, Change.Source
pytestmark = pytest.mark.django_db


def kept(row: Receipt | Employee | Absence | User) -> list[Change]:
    """What was kept of a record, the latest first."""
    return list(Change.objects.filter(model=row._meta.label_lower, row_id=row.pk))


def test_a_change_is_kept_with_who_where_from_and_both_values() -> None:
    firm, hr = Firm(), log_in_of(Role.HR)
    receipt = firm.sells(firm.seller("GW"), "1000.00", "04-10")
    receipt.amount = Decimal("900.00")
    with acting(Actor(hr), Source.IMPORT, origin="四月'到款%.xlsx", origin_id=7):
        update_rows(Receipt, [receipt], ["amount", "received_on"])
    changed, added = kept(receipt)
    assert (changed.kind, changed.by, changed.source, changed.origin, changed.origin_id, changed.label) == (
        Kind.CHANGED, hr, Source.IMPORT, "四月'到款%.xlsx", 7, receipt.number,
    )  # fmt: skip
    assert (changed.before, changed.after) == ({"amount": 1000.0}, {"amount": 900.0})
    assert (added.kind, added.by, added.source, added.before, added.after) == (
        Kind.ADDED, None, Source.CONSOLE, None, None,
    )  # fmt: skip
    assert [line.was + " → " + line.becomes for line in Reading([changed], hr).lines(changed)] == ["1,000.00 → 900.00"]


def test_what_is_written_as_it_stands_is_no_change() -> None:
    firm = Firm()
    receipt = firm.sells(firm.seller("GW"), "1000.00", "04-10")
    update_rows(Receipt, [receipt], ["amount", "received_on"])
    assert [change.kind for change in kept(receipt)] == [Kind.ADDED]


def test_what_is_removed_is_kept_whole() -> None:
    firm, hr = Firm(), log_in_of(Role.HR)
    absence = Absence.objects.create(
        employee=firm.seller("GW"), start=on("07-01"), end=on("07-02"), kind=Absence.Kind.SICK
    )
    pk = absence.pk
    with acting(Actor(hr), Source.PAGE, origin="/admin/"):
        absence.delete()
    gone = Change.objects.get(model="staff.absence", row_id=pk, kind=Kind.REMOVED)
    assert gone.before is not None
    assert gone.before["start"] == "2011-07-01"
    assert "2011-07-02" in Reading([gone], hr).sentence(gone)


def test_the_inner_actor_holds_and_nobody_is_left_over() -> None:
    firm, hr, director = Firm(), log_in_of(Role.HR), log_in_of(Role.MARKETING_DIRECTOR)
    person = firm.seller("GW")
    with acting(Actor(hr), Source.PAGE):
        Employee.objects.filter(pk=person.pk).update(name="甲")
        with acting(Actor(director), Source.TASK, origin="x"):
            Employee.objects.filter(pk=person.pk).update(name="乙")
        Employee.objects.filter(pk=person.pk).update(name="丙")
    Employee.objects.filter(pk=person.pk).update(name="丁")
    assert [change.by for change in kept(person)[:4]] == [None, hr, director, hr]


def test_numbers_are_kept_masked_and_passwords_never() -> None:
    firm = Firm()
    person = firm.seller("GW")
    person.id_number, person.bank_account, person.phone = "110101199001011234", "6222020200112233445", "123"
    person.save()
    changed = kept(person)[0]
    assert changed.after == {"id_number": "····1234", "bank_account": "····3445", "phone": "····"}
    user = log_in_of(Role.HR)
    user.set_password("correct-horse-9")
    user.save()
    assert [change.kind for change in kept(user)] == [Kind.ADDED]
    user.role = Role.AUDITOR
    user.save()
    assert kept(user)[0].after == {"role": "auditor"}


@pytest.mark.roles
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE access_change SET by_id = NULL",
        "DELETE FROM access_change",
        "TRUNCATE access_change",
        "INSERT INTO access_change (at, model, row_id, label, kind, source, origin)"
        " VALUES (now(), 'clients.receipt', 1, 'R1', 'changed', 'page', '')",
        "ALTER TABLE clients_receipt DISABLE TRIGGER tracked_update",
        "DROP TRIGGER tracked_update ON clients_receipt",
        "SET session_replication_role = replica",
        "SELECT track_table('access_change', 'x', 'c.id')",
    ],
)
def test_nobody_alters_what_is_kept(attack: str) -> None:
    firm = Firm()
    firm.sells(firm.seller("GW"), "1000.00", "04-10")
    before = list(Change.objects.values_list())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert list(Change.objects.values_list()) == before


@pytest.mark.roles
def test_a_changed_key_hides_nothing() -> None:
    firm = Firm()
    firm.seller("GW")
    absence = Absence.objects.create(
        employee=firm.seller("GW"), start=on("07-01"), end=on("07-02"), kind=Absence.Kind.SICK
    )
    Absence.objects.filter(pk=absence.pk).update(id=absence.pk + 10_000)
    assert kept(absence)[0].kind == Kind.REMOVED
    assert Change.objects.get(model="staff.absence", row_id=absence.pk + 10_000).kind == Kind.ADDED


def test_every_tracked_model_has_its_triggers_and_no_other_table_has() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'tracked\\_%'")
        tables = {name for (name,) in cursor.fetchall()}
    assert tables == {one.model._meta.db_table for one in tracked_models()}


def test_a_page_keeps_who_was_logged_in() -> None:
    firm, hr = Firm(), log_in_of(Role.HR)
    person, browser = firm.seller("GW"), Browser()
    browser.force_login(hr)
    sent = browser.post(address(Absence, "add"), {
        "employee": person.pk, "kind": "sick", "start": "2011-07-01", "end": "2011-07-03", "note": "",
    })  # fmt: skip
    assert sent.status_code == 302
    absence = Absence.objects.get()
    assert [(change.by, change.source) for change in kept(absence)] == [(hr, Source.PAGE)]


def test_the_log_is_for_who_answers_for_the_books() -> None:
    firm = Firm()
    firm.sells(firm.seller("GW"), "1000.00", "04-10")
    users = {role: log_in_of(role) for role in PEOPLE}
    seen = {role: within_reach(user, Change.objects.all()).count() for role, user in users.items()}
    assert seen[Role.HR] == seen[Role.AUDITOR] > seen[Role.FINANCE] > 0
    assert {role for role, count in seen.items() if count} == {Role.HR, Role.AUDITOR, Role.FINANCE}
    assert not within_reach(AnonymousUser(), Change.objects.all()).exists()


def test_the_log_takes_as_many_questions_for_many_kinds_as_for_few() -> None:
    firm, auditor = Firm(), log_in_of(Role.AUDITOR)
    for _turn in range(3):
        receipt = firm.sells(firm.seller("GW"), "1000.00", "04-10")
        Receipt.objects.filter(pk=receipt.pk).update(received_on=dt.date(2011, 4, 11))
    browser = Browser()
    browser.force_login(auditor)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address(Change, "changelist")).status_code == 200
    assert len(captured) <= 20


def test_a_record_that_is_gone_is_called_what_it_was_called() -> None:
    firm, hr = Firm(), log_in_of(Role.HR)
    receipt = firm.sells(firm.seller("GW"), "1000.00", "04-10")
    contract, other = receipt.contract, firm.sells(firm.seller("GW"), "10.00", "04-11").contract
    Receipt.objects.filter(pk=receipt.pk).update(contract=other)
    contract.delete()
    moved = kept(receipt)[0]
    assert [(line.was, line.becomes) for line in Reading([moved], hr).lines(moved)] == [(contract.number, str(other))]


def test_codes_in_what_a_record_is_called_read_as_their_words() -> None:
    assert label_of("compensation.awarddecision", "甲 (00001) 2011 champion") == "甲 (00001) 2011 销售冠军"
    assert label_of("clients.receipt", "R0000001") == "R0000001"
