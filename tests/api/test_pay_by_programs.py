"""What a program brings of people's pay: another account waits for a second person, hires and moves don't."""

import pytest

from access.models import User
from staff.models import Employee
from staff.pay.selectors import pay_changes
from tests.api.calling import program, pushed
from tests.cast import log_in_of
from tests.monthend.test_cases import WORKBOOKS

pytestmark = pytest.mark.django_db


def test_another_account_of_somebody_who_is_there_waits_for_a_person() -> None:
    crm, company = program(), pushed(WORKBOOKS["calm"])
    assert crm.post("bulk/", company).status_code == 200
    assert pay_changes() == []
    person = company["employees"][0]
    event = {"employee": person["number"], "date": "2011-05-01", "kind": "change_of_post", "rank": "GW"}
    moved = {**event, "department": person["department"]}
    crm.post("bulk/events/", {"rows": [moved]})
    assert pay_changes() == []
    assert crm.post("bulk/employees/", {"rows": [{**person, "bank_account": "6222020000000000009"}]}).status_code == 200
    (waiting,) = pay_changes()
    assert (waiting.employee, str(waiting.entered.by)) == (Employee.objects.get(number=person["number"]), "crm")
    finance = log_in_of(User.Role.FINANCE)
    assert waiting.may_be_confirmed_by(finance)
    assert not waiting.may_be_confirmed_by(User.objects.get(username="crm"))


def test_a_person_who_changes_it_with_the_program_is_not_the_second_one() -> None:
    crm, company = program(), pushed(WORKBOOKS["calm"])
    crm.post("bulk/", company)
    person, hr = company["employees"][0], program("hr", "hr")
    for who, account in ((crm, "6222020000000000009"), (hr, "6222020000000000017")):
        who.post("bulk/employees/", {"rows": [{**person, "bank_account": account}]})
    (waiting,) = pay_changes()
    assert not waiting.may_be_confirmed_by(User.objects.get(username="hr"))
    assert waiting.may_be_confirmed_by(log_in_of(User.Role.FINANCE))
