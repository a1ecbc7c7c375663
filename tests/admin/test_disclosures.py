"""ID, account and telephone numbers are masked everywhere; who needs one presses a button, and that is kept."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from access.history.masking import masked
from access.history.meanwhile import LATEST
from access.models import AccountEvent, Disclosure, User
from staff.models import Employee
from tests.admin.addresses import address
from tests.admin.cast import House

Role = User.Role


def numbers_page(person: Employee) -> str:
    return f"/admin/staff/employee/{person.pk}/numbers/"


@pytest.mark.parametrize(
    ("number", "shown"), [("", ""), ("1234567", "····"), ("12345678", "····5678"), ("6222020200112233445", "····3445")]
)
def test_masked(number: str, shown: str) -> None:
    assert masked(number) == shown


@pytest.mark.parametrize("role", [Role.HR, Role.FINANCE, Role.AUDITOR])
def test_a_persons_page_shows_the_last_digits_alone(house: House, role: str) -> None:
    person = house.north.closer
    page = house.browse(role).get(address(Employee, "change", person.pk)).content.decode()
    for number in (person.id_number, person.bank_account, person.phone):
        assert masked(number) in page
        assert number not in page


def test_a_number_is_shown_once_and_that_is_kept(house: House) -> None:
    person, finance = house.south.clerk, house.browse(Role.FINANCE)
    before = Disclosure.objects.count()
    page = finance.get(numbers_page(person)).content.decode()
    assert person.bank_account not in page
    assert Disclosure.objects.count() == before
    shown = finance.post(numbers_page(person), {"field": "bank_account"})
    assert person.bank_account in shown.content.decode()
    assert person.id_number not in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    look = Disclosure.objects.latest("pk")
    assert (look.by, look.row_id, look.label, look.field, look.address) == (
        house.users[Role.FINANCE], person.pk, str(person), "bank_account", "127.0.0.1",
    )  # fmt: skip
    assert person.bank_account not in finance.get(numbers_page(person)).content.decode()
    listed = house.browse(Role.AUDITOR).get(address(Disclosure, "changelist")).content.decode()
    assert str(person) in listed
    assert "银行卡号" in listed or "银行账号" in listed


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BRANCH_GM, Role.MARKETING_DIRECTOR])
def test_nobody_else_has_them_shown(house: House, role: str) -> None:
    person, before = house.north.closer, Disclosure.objects.count()
    answer = house.browse(role).post(numbers_page(person), {"field": "id_number"})
    assert answer.status_code == 403
    assert Disclosure.objects.count() == before


def test_no_other_field_is_shown_this_way(house: House) -> None:
    before = Disclosure.objects.count()
    house.browse(Role.HR).post(numbers_page(house.north.closer), {"field": "user"})
    assert Disclosure.objects.count() == before


def test_a_form_sent_with_masked_numbers_keeps_them(house: House) -> None:
    person, hr = house.north.closer, house.browse(Role.HR)
    url = address(Employee, "change", person.pk)
    form = hr.get(url).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields if name != LATEST}
    assert sent["id_number"] == masked(person.id_number)
    hr.post(url, {**sent, "bank_name": "招商银行", "phone": "13911112222"})
    changed = Employee.objects.get(pk=person.pk)
    assert (changed.id_number, changed.bank_account) == (person.id_number, person.bank_account)
    assert (changed.bank_name, changed.phone) == ("招商银行", "13911112222")
    refused = hr.post(url, {**sent, "bank_account": "····9999"})
    assert "请输入完整号码" in refused.content.decode()
    wrong = {"id_number": "110101199003074521", "bank_account": "6222021001122334459", "phone": "138001"}
    form = hr.post(url, {**sent, **wrong}).context["adminform"].form
    assert {name: len(told) for name, told in form.errors.items()} == dict.fromkeys(wrong, 1)
    hr.post(url, {**sent, "phone": "", "bank_account": wrong["bank_account"], "is_no_card": "on"})
    assert Employee.objects.get(pk=person.pk).bank_account == wrong["bank_account"]
    hr.post(url, {**sent, "phone": "", "bank_account": ""})
    assert Employee.objects.get(pk=person.pk).bank_account == ""


@pytest.mark.parametrize("attack", ["UPDATE access_disclosure SET label = ''", "DELETE FROM access_disclosure"])
def test_a_look_can_not_be_taken_back(house: House, attack: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def test_who_takes_out_everybodys_pay_is_kept(house: House) -> None:
    file: Any = house.browse(Role.FINANCE).get("/workbooks/payroll-2011-04.xlsx")
    assert file.getvalue()
    event = AccountEvent.objects.filter(kind=AccountEvent.Kind.DOWNLOADED).latest("pk")
    assert event.user == house.users[Role.FINANCE]
    assert "2011-04" in event.note
