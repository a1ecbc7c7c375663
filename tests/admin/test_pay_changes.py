"""One log-in of human resources alone diverts no salary: what it enters of pay waits for a second person."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from access.actor import Actor
from access.history.acting import acting
from access.models import Change, User
from access.pages.notices import waiting_for
from monthend.approval.actions import submit_run
from monthend.checks import CloseRefused, lock_blockers
from monthend.models import MonthRun
from periods.models import Period
from staff.models import Department, Employee, PayConfirmation, PersonnelEvent, SharedNumber
from staff.pay.selectors import pay_changes
from staff.pay.selectors_shared_numbers import shared_numbers
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_corrections import shown_on, words
from tests.cast import log_in_of
from tests.firm import MAY, TODAY
from tests.imports.books import book_of, saved
from workbooks.company.importing import import_workbook
from workbooks.uploads.actions import keep_upload

PAGE = "/admin/staff/employee/pay-changes/"
ADD = address(PersonnelEvent, "add")
OURS = "6222020200001111224"


def divert(browser: Browser, person: Employee, account: str = OURS) -> None:
    """Type another account over a person's own."""
    given = {"name": person.name, "bank_name": "另一银行", "bank_account": account}
    given |= {"id_number": "····", "phone": "····"}
    page = browser.post(address(Employee, "change", person.pk), given | _masked(person))
    assert page.status_code == 302, words(page.content.decode())


def _masked(person: Employee) -> dict[str, str]:
    return {name: f"····{getattr(person, name)[-4:]}" for name in ("id_number", "phone")}


def computed(house: House) -> MonthRun:
    house.firm.close(MAY, lock=False)
    return MonthRun.objects.exclude(state=MonthRun.State.REPLACED).get(month=MAY)


def blockers(house: House) -> list[str]:
    return [text for text in lock_blockers(computed(house), TODAY) if "第二人" in text or "同一" in text]


def confirmed() -> QuerySet[PayConfirmation]:
    """The confirmations of kept changes; the house's own is of none."""
    return PayConfirmation.objects.filter(up_to__gt=0)


def tokens() -> list[str]:
    return [change.token for change in pay_changes()]


def confirm(browser: Browser, shown: list[str] | None = None, checked: str = "致电本人核对") -> str:
    given = {"act": "confirm", "person": tokens() if shown is None else shown, "checked": checked}
    return words(browser.post(PAGE, given, follow=True).content.decode())


def test_an_account_changed_by_one_log_in_pays_nobody(house: House) -> None:
    hr, victim = house.browse(Role.HR), house.north.closer
    divert(hr, victim)
    run = computed(house)
    with pytest.raises(CloseRefused) as refusal:
        submit_run(run.pk, today=TODAY, by=Actor(house.users[Role.HR]))
    told = next(reason for reason in refusal.value.reasons if victim.number in reason)
    assert "银行账户" in told
    assert f"{house.users[Role.FINANCE]}" in told
    assert "不能" in confirm(hr) or "录入" in confirm(hr)
    assert not confirmed()
    page = words(house.browse(Role.FINANCE).get(PAGE).content.decode())
    assert "另一银行 ····1224" in page
    assert OURS not in page
    assert "已确认" in confirm(house.browse(Role.FINANCE))
    assert not blockers(house)
    kept = confirmed().get()
    assert (kept.employee, kept.by, kept.checked) == (victim, house.users[Role.FINANCE], "致电本人核对")


@pytest.mark.parametrize("given", [{"bank_name": "另一银行"}, {"name": "另一户名"}])
def test_bank_and_holder_wait_too(house: House, given: dict[str, str]) -> None:
    person = house.north.closer
    masked = {**_masked(person), "bank_account": f"····{person.bank_account[-4:]}", "name": person.name}
    assert house.browse(Role.HR).post(address(Employee, "change", person.pk), masked | given).status_code == 302
    assert [change.employee for change in pay_changes()] == [person]


def test_a_telephone_needs_nobody(house: House) -> None:
    person = house.north.closer
    masked = {**_masked(person), "bank_account": f"····{person.bank_account[-4:]}", "name": person.name}
    house.browse(Role.HR).post(address(Employee, "change", person.pk), masked | {"phone": "13911112222"})
    assert Employee.objects.get(pk=person.pk).phone == "13911112222"
    assert not pay_changes()


def test_what_is_changed_once_more_waits_once_more(house: House) -> None:
    hr, finance, person = house.browse(Role.HR), house.browse(Role.FINANCE), house.north.closer
    divert(hr, person)
    shown = tokens()
    divert(hr, person, "6222020200003333446")
    assert "请重新查看" in confirm(finance, shown)
    assert not confirmed()
    confirm(finance)
    assert not pay_changes()
    divert(hr, person)
    assert [change.employee for change in pay_changes()] == [person]


def test_neither_a_word_left_out_nor_the_own_account_nor_another_role_confirms(house: House) -> None:
    divert(house.browse(Role.HR), house.north.closer)
    assert "如何核对" in confirm(house.browse(Role.FINANCE), checked=" ")
    Employee.objects.filter(user=house.users[Role.FINANCE]).update(user=None)
    Employee.objects.filter(pk=house.north.closer.pk).update(user=house.users[Role.FINANCE])
    confirm(house.browse(Role.FINANCE))
    assert not confirmed()
    for role in (Role.MARKETING_DIRECTOR, Role.AUDITOR, Role.BRANCH_GM, Role.OPERATOR, Role.SALESPERSON):
        given = {"act": "confirm", "person": tokens(), "checked": "x"}
        assert house.browse(role).post(PAGE, given).status_code in (302, 403)
    assert not confirmed()
    confirm(house.browse(Role.GENERAL_MANAGER))
    assert confirmed().count() == 1


def join(browser: Browser, department: int, **given: object) -> None:
    told = {"number": "90001", "name": "影子", "date": "2011-05-01", "department": department, **given}
    page = browser.post(f"{ADD}?kind=hired", {"step": "look", **told}, follow=True).content.decode()
    browser.post(f"{ADD}?kind=hired", {"step": "confirm", "shown": shown_on(page), **told})


def test_a_hire_and_a_base_salary_wait(house: House) -> None:
    hr, office = house.browse(Role.HR), house.firm.office
    join(hr, office.pk, base_salary="90000")
    [hired] = pay_changes()
    assert (hired.employee.number, hired.what) == ("90001", "新入职")
    assert any("90,000.00" in line for line in hired.lines)
    assert any("90001" in text for text in blockers(house))
    confirm(house.browse(Role.FINANCE))
    move = {"person": "90001", "date": "2011-05-20", "department": house.firm.south_office.pk, "base_salary": "95000"}
    page = hr.post(f"{ADD}?kind=transfer", {"step": "look", **move}, follow=True).content.decode()
    hr.post(f"{ADD}?kind=transfer", {"step": "confirm", "shown": shown_on(page), **move})
    [raised] = pay_changes()
    assert raised.what == "基本薪酬"
    assert not pay_changes(until=dt.date(2011, 5, 19))
    assert len(pay_changes(until=dt.date(2011, 5, 20))) == 1


def test_a_base_salary_that_was_confirmed_is_not_taken_back_by_one(house: House) -> None:
    hr, finance, clerk = house.browse(Role.HR), house.browse(Role.FINANCE), house.north.clerk
    move = {
        "person": clerk.number,
        "date": "2011-05-20",
        "department": house.firm.south_office.pk,
        "base_salary": "999",
    }
    page = hr.post(f"{ADD}?kind=transfer", {"step": "look", **move}, follow=True).content.decode()
    hr.post(f"{ADD}?kind=transfer", {"step": "confirm", "shown": shown_on(page), **move})
    hr.post(
        address(PersonnelEvent, "delete", PersonnelEvent.objects.get(employee=clerk, date="2011-05-20").pk),
        {"post": "yes"},
    )
    assert not pay_changes(), "what nobody confirmed never counted"
    page = hr.post(f"{ADD}?kind=transfer", {"step": "look", **move}, follow=True).content.decode()
    hr.post(f"{ADD}?kind=transfer", {"step": "confirm", "shown": shown_on(page), **move})
    confirm(finance)
    hr.post(
        address(PersonnelEvent, "delete", PersonnelEvent.objects.get(employee=clerk, date="2011-05-20").pk),
        {"post": "yes"},
    )
    [cut] = pay_changes()
    assert (cut.employee, cut.lines) == (clerk, ["撤销：自 2011-05-20 起：基本工资 999.00"])
    assert any(clerk.number in text for text in blockers(house))
    assert not pay_changes(until=dt.date(2011, 5, 19))
    confirm(hr)
    assert pay_changes()
    confirm(finance)
    assert not pay_changes()


def import_ghost(house: House, by: Actor) -> Employee:
    """A support employee of 90,000 with the closer's account and ID number."""
    victim = Employee.objects.get(pk=house.north.closer.pk)
    columns = ["工号", "姓名", "部门编码", "入职日期", "基本工资", "身份证号", "开户行", "银行卡号"]
    ghost = [
        "90002",
        "影子",
        Department.objects.get(pk=house.firm.office.pk).code,
        "2011-05-01",
        90000,
        victim.id_number,
        "行",
        victim.bank_account,
    ]
    outcome = import_workbook(saved(book_of({"员工": [columns, ghost]})), file_name="新人.xlsx", by=by)
    assert outcome.imported, outcome.errors
    return Employee.objects.get(number="90002")


def test_an_imported_ghost_blocks_until_a_second_person_agreed_to_all_of_it(house: House) -> None:
    hr = Actor(house.users[Role.HR])
    ghost = import_ghost(house, hr)
    found = blockers(house)
    assert sum("90002" in text for text in found) == 3, found
    finance, general = house.browse(Role.FINANCE), house.browse(Role.GENERAL_MANAGER)
    confirm(finance)
    assert len(blockers(house)) == 2
    for shared in shared_numbers():
        given = {"act": "decide", "key": shared.key, "reason": ""}
        assert "原因" in words(finance.post(PAGE, given, follow=True).content.decode())
        finance.post(PAGE, given | {"reason": "夫妻共用"})
        assert SharedNumber.objects.get(key=shared.key).decided_by == house.users[Role.FINANCE]
        finance.post(PAGE, {"act": "agree", "key": shared.key})
        assert SharedNumber.objects.get(key=shared.key).agreed_by is None
    assert len(blockers(house)) == 2
    for shared in shared_numbers():
        general.post(PAGE, {"act": "agree", "key": shared.key})
    assert not blockers(house)
    third = Employee.objects.get(pk=house.south.closer.pk)
    Employee.objects.filter(pk=third.pk).update(bank_account=ghost.bank_account)
    assert [third.number in text for text in blockers(house)] == [True]


def test_who_brought_a_workbook_is_no_second_person_for_what_another_had_imported(house: House) -> None:
    colleague = log_in_of(Role.HR, "colleague")
    file = saved(book_of({"员工": [["工号"]]}))
    kept = keep_upload(file, file_name="新人.xlsx", by=Actor(colleague))
    with acting(Actor(house.users[Role.HR]), Change.Source.IMPORT, origin=kept.file_name, origin_id=kept.pk):
        Employee.objects.filter(pk=house.north.closer.pk).update(bank_account=OURS)
    [change] = pay_changes()
    assert change.hands == [house.users[Role.HR], colleague]
    assert not change.may_be_confirmed_by(colleague)
    assert change.may_be_confirmed_by(house.users[Role.FINANCE])


def test_what_the_console_imports_counts_as_agreed(house: House) -> None:
    import_ghost(house, Actor(None))
    assert not pay_changes()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("110101199003074514", "１１０１０１１９９００３０７４５１４"),
        ("110101199003074514", "110101 19900307-4514"),
        ("110101900307451", "110101199003074514"),
        ("11010119900307889X", "11010119900307889x"),
    ],
)
def test_one_id_number_is_known_however_it_is_written(house: House, one: str, other: str) -> None:
    Employee.objects.filter(pk=house.north.closer.pk).update(id_number=one)
    Employee.objects.filter(pk=house.south.closer.pk).update(id_number=other)
    assert len(blockers(house)) == 1


def test_two_numbers_that_differ_are_two(house: House) -> None:
    Employee.objects.filter(pk=house.north.closer.pk).update(id_number="110101900307451")
    Employee.objects.filter(pk=house.south.closer.pk).update(id_number="110101199003074522")
    assert not blockers(house)


def test_it_waits_on_the_first_page_of_who_can_confirm(house: House) -> None:
    divert(house.browse(Role.HR), house.north.closer)

    def told(role: str) -> list[object]:
        user = User.objects.get(pk=house.users[role].pk)
        return [notice.count for notice in waiting_for(user) if notice.href == PAGE]

    assert (told(Role.FINANCE), told(Role.GENERAL_MANAGER)) == ([1], [1])
    assert (told(Role.HR), told(Role.AUDITOR), told(Role.MARKETING_DIRECTOR)) == ([], [], [])


def test_the_month_leads_who_can_confirm_there(house: House) -> None:
    divert(house.browse(Role.HR), house.north.closer)
    run = computed(house)
    page = address(Period, "change", Period.objects.get(month=run.month).pk)
    way = f"{PAGE}?person={house.north.closer.pk}"
    assert way in house.browse(Role.FINANCE).get(page).content.decode()
    assert way not in house.browse(Role.MARKETING_DIRECTOR).get(page).content.decode()


def test_the_page_asks_the_database_as_often_for_many_as_for_one(house: House) -> None:
    hr, finance = house.browse(Role.HR), house.browse(Role.FINANCE)
    divert(hr, house.north.closer)
    finance.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as one:
        finance.get(PAGE)
    divert(hr, house.south.closer, "6222020200005555665")
    import_ghost(house, Actor(house.users[Role.HR]))
    with CaptureQueriesContext(connection) as many:
        finance.get(PAGE)
    assert len(one) <= 20
    assert len(many) <= 20


def test_the_database_refuses_one_person_in_both_places(house: House) -> None:
    hr = house.users[Role.HR]
    now = dt.datetime(2011, 5, 1, tzinfo=dt.UTC)
    with pytest.raises(IntegrityError), transaction.atomic():
        SharedNumber.objects.create(
            kind="account", key="0", people="1, 2", reason="x", decided_by=hr, decided_at=now, agreed_by=hr
        )
