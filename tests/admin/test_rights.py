"""What each role may do: month results are read, inputs written by who answers for them, in months still open."""

import re
from decimal import Decimal

import pytest
from django.db.models import Model

from access.models import Change, User
from clients.models import Client
from compensation.models import (
    Adjustment,
    BasePayLine,
    CommissionLine,
    Credit,
    Payslip,
    SupportPool,
    SupportShare,
    SupportWeight,
)
from funds.models import ClaimDecision, FundClaim, FundLot, FundMovement
from monthend.models import MonthRun, MonthStep
from monthend.preview.models import PreviewBranch, PreviewLine
from periods.models import Period
from staff.models import Absence, Branch, Department, Employee, RankAssessment, Target
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.cast import browse
from tests.firm import APRIL, JUNE, MAY
from workbooks.models import ImportBatch, ImportedRow, ParallelLine, UploadRow

RESULTS: tuple[type[Model], ...] = (
    Payslip, CommissionLine, Adjustment, Credit, BasePayLine, SupportPool, SupportShare, RankAssessment, FundLot,
    FundMovement,
    ClaimDecision, PreviewLine, PreviewBranch, MonthRun, MonthStep, Period, ImportBatch, ImportedRow, UploadRow,
    ParallelLine,
)  # fmt: skip
LOCKED = "已锁定，其中的内容不能再改"


@pytest.mark.parametrize("role", [Role.HR, Role.BRANCH_GM, Role.FINANCE, Role.GENERAL_MANAGER])
def test_month_results_are_read_only(house: House, role: str) -> None:
    browser = house.browse(role)
    for model in RESULTS:
        row = model._default_manager.earliest("pk")
        assert browser.get(address(model, "add")).status_code == 403, model
        assert browser.post(address(model, "add"), {}).status_code == 403, model
        assert browser.post(address(model, "change", row.pk), {"amount": "1"}).status_code in (403, 404), model
        assert browser.post(address(model, "delete", row.pk), {"post": "yes"}).status_code in (403, 404), model
        assert model._default_manager.filter(pk=row.pk).exists()


def test_only_hr_sets_targets_and_only_for_open_months(house: House) -> None:
    form = {"month": "2011-12", "branch": house.north.branch.pk, "amount": "1234.50"}
    for role in (Role.FINANCE, Role.BRANCH_GM, Role.AUDITOR, Role.GENERAL_MANAGER):
        assert house.browse(role).post(address(Target, "add"), form).status_code == 403
    hr = house.browse(Role.HR)
    assert hr.post(address(Target, "add"), form).status_code == 302
    target = Target.objects.get(amount=Decimal("1234.50"))
    assert str(target.month) == "2011-12"
    locked = hr.post(address(Target, "add"), {**form, "month": "2011-03"})
    assert LOCKED in locked.content.decode()
    assert hr.post(address(Target, "change", target.pk), {"amount": "2000"}).status_code == 302
    target.refresh_from_db()
    assert target.amount == 2000
    assert hr.post(address(Target, "delete", target.pk), {"post": "yes"}).status_code == 302
    assert not Target.objects.filter(pk=target.pk).exists()


def test_a_locked_months_target_stands(house: House) -> None:
    target = Target.objects.get(month=APRIL, branch=house.north.branch)
    hr = house.browse(Role.HR)
    assert hr.get(address(Target, "change", target.pk)).status_code == 200
    assert hr.post(address(Target, "change", target.pk), {"amount": "1"}).status_code == 403
    assert hr.post(address(Target, "delete", target.pk), {"post": "yes"}).status_code == 403
    target.refresh_from_db()
    assert target.amount != 1


def test_a_wrong_month_is_told(house: House) -> None:
    form = {"month": "2011-13", "branch": house.north.branch.pk, "amount": "1"}
    page = house.browse(Role.HR).post(address(Target, "add"), form)
    assert "2011-13" in page.content.decode()
    assert "不是月份" in page.content.decode()


def test_a_branch_manager_takes_back_no_weight_of_their_own_nor_what_is_locked_or_anothers(house: House) -> None:
    of_april = SupportWeight.objects.get(month=APRIL, employee=house.north.clerk)
    of_may = SupportWeight.objects.get(month=MAY, employee=house.north.clerk)
    of_south = SupportWeight.objects.get(month=MAY, employee=house.south.clerk)
    manager = house.browse(Role.BRANCH_GM)
    for row, answer in ((of_april, 403), (of_south, 404), (of_may, 302)):
        assert manager.post(address(SupportWeight, "delete", row.pk), {"post": "yes"}).status_code == answer
        assert SupportWeight.objects.filter(pk=row.pk).exists()
    assert manager.get(address(SupportWeight, "add")).status_code == 403


def test_a_branch_manager_outside_the_pool_takes_back_weights_of_the_own_branch_in_open_months(house: House) -> None:
    user = house.users[Role.SALES_MANAGER]
    User.objects.filter(pk=user.pk).update(role=Role.BRANCH_GM)
    manager = browse(User.objects.get(pk=user.pk))
    weights = SupportWeight.objects.filter(employee=house.north.clerk)
    for month, answer in ((APRIL, 403), (MAY, 302)):
        row = weights.get(month=month)
        assert manager.post(address(SupportWeight, "delete", row.pk), {"post": "yes"}).status_code == answer
    assert [row.month for row in weights] == [APRIL]


def test_hr_keeps_people_clients_absences_and_claims(house: House) -> None:
    hr, person = house.browse(Role.HR), Employee.objects.get(pk=house.north.closer.pk)
    details = {"name": "王新", "phone": "13800000000", "user": house.users[Role.SALESPERSON].pk}
    assert hr.post(address(Employee, "change", person.pk), details).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.phone) == ("王新", "13800000000")
    client = Client.objects.earliest("pk")
    assert hr.post(address(Client, "change", client.pk), {"name": "新名", "is_strategic": "on"}).status_code == 302
    client.refresh_from_db()
    assert (client.name, client.is_strategic) == ("新名", True)
    leave = {"employee": person.pk, "kind": "sick", "start": "2011-08-01", "end": "2011-08-05", "note": ""}
    assert hr.post(address(Absence, "add"), leave).status_code == 302
    locked = {**leave, "start": "2011-04-04", "end": "2011-04-05"}
    assert LOCKED in hr.post(address(Absence, "add"), locked).content.decode()
    claim = {"number": "F-new", "branch": house.north.branch.pk, "fund": "client_relations", "purpose": "拜访"}
    dated = {**claim, "date": "2011-06-03", "amount": "50", "client": client.pk}
    assert hr.post(address(FundClaim, "add"), dated).status_code == 302
    again = FundClaim.objects.get(number="F-new")
    assert LOCKED in hr.post(address(FundClaim, "change", again.pk), {**dated, "date": "2011-04-03"}).content.decode()
    assert hr.post(address(FundClaim, "delete", again.pk), {"post": "yes"}).status_code == 302


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"end": "2011-07-31"}, "结束日期早于开始日期"),
        ({"start": "2011-07-05"}, "这段时间里已有请假"),
        ({"start": "1911-08-01"}, "日期不在 1950 年至 2100 年之间"),
        ({"start": "2011-02-31"}, "输入一个有效的日期"),
    ],
)
def test_a_form_says_what_is_wrong(house: House, change: dict[str, str], reason: str) -> None:
    leave = {"employee": house.north.closer.pk, "kind": "sick", "start": "2011-08-01", "end": "2011-08-05", "note": ""}
    page = house.browse(Role.HR).post(address(Absence, "add"), {**leave, **change})
    assert reason in page.content.decode()
    assert Absence.objects.filter(employee=house.north.closer).count() == 1


def test_dates_and_months_are_picked_with_the_browsers_own_calendar(house: House) -> None:
    hr = house.browse(Role.HR)
    leave = Absence.objects.earliest("pk")
    page = hr.get(address(Absence, "change", leave.pk)).content.decode()
    assert re.search(r'<input type="date" name="end" value="2011-07-09"', page)
    assert '<input type="month" name="month"' in hr.get(address(Target, "add")).content.decode()


def test_hr_keeps_branches_and_departments(house: House) -> None:
    hr = house.browse(Role.HR)
    assert hr.post(address(Branch, "add"), {"code": "B3", "name": "西方"}).status_code == 302
    west = Branch.objects.get(code="B3")
    assert hr.post(address(Branch, "change", west.pk), {"code": "changed", "name": "西部"}).status_code == 302
    west.refresh_from_db()
    assert (west.code, west.name) == ("B3", "西部")
    form = {"code": "B3-S", "name": "销售", "branch": west.pk, "system": "sales", "function": ""}
    assert hr.post(address(Department, "add"), form).status_code == 302
    department = Department.objects.get(code="B3-S")
    appointed = {"name": "销售一部", "function": "", "manager": house.north.closer.pk}
    assert hr.post(address(Department, "change", department.pk), appointed).status_code == 302
    department.refresh_from_db()
    assert (department.name, department.manager) == ("销售一部", house.north.closer)


def test_private_details_are_for_those_who_need_them(house: House) -> None:
    Employee.objects.filter(pk=house.north.closer.pk).update(
        id_number="110101199001011234", bank_account="6222020200007777"
    )
    page = address(Employee, "change", house.north.closer.pk)
    for role, sees in (
        (Role.FINANCE, True),
        (Role.AUDITOR, True),
        (Role.BRANCH_GM, False),
        (Role.GENERAL_MANAGER, False),
    ):
        text = house.browse(role).get(page).content.decode()
        assert ("····1234" in text) is sees, role
        assert "110101199001011234" not in text, role
        assert ("····7777" in text) is sees, role
        assert "6222020200007777" not in text, role


def test_changes_are_kept_in_the_history(house: House) -> None:
    target = Target.objects.get(month=JUNE, branch=house.north.branch)
    hr = house.browse(Role.HR)
    hr.post(address(Target, "change", target.pk), {"amount": "777"})
    change = Change.objects.filter(model="staff.target", row_id=target.pk).latest("pk")
    assert (change.by, change.source) == (house.users[Role.HR], Change.Source.PAGE)
    page = hr.get(address(Target, "history", target.pk)).content.decode()
    assert "u-hr" in page
    assert "777.00" in page


@pytest.mark.parametrize(
    ("role", "model", "field"),
    [(Role.HR, Absence, "employee"), (Role.HR, Department, "manager")],
)
def test_what_is_no_records_key_is_told_and_breaks_no_form(
    house: House, role: str, model: type[Model], field: str
) -> None:
    browser = house.browse(role)
    url = address(model, "add")
    assert browser.get(url, {field: "x"}).status_code == 200
    answer = browser.post(url, {field: "x"})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


@pytest.mark.parametrize(
    ("role", "model", "asked"),
    [
        (Role.SALES_MANAGER, Employee, "id_number__startswith=1"),
        (Role.BRANCH_GM, Employee, "awards__isnull=0"),
        (Role.BRANCH_GM, Employee, "user__password__startswith=p"),
        (Role.MARKETING_DIRECTOR, Employee, "phone=13800000000"),
        (Role.MARKETING_DIRECTOR, Employee, "bank_name=招商银行"),
        (Role.BRANCH_GM, Employee, "email=li@example.com"),
        (Role.BRANCH_GM, Employee, "email__in=li@example.com"),
        (Role.BRANCH_GM, Employee, "user__isnull=1"),
        (Role.BRANCH_GM, Employee, "user=1"),
        (Role.BRANCH_GM, Employee, "user_id__exact=1"),
        (Role.BRANCH_GM, Employee, "rank_now__regex=^G"),
        (Role.MARKETING_DIRECTOR, Payslip, "bank_account__startswith=6"),
        (Role.MARKETING_DIRECTOR, Payslip, "employee__id_number=1"),
        (Role.AUDITOR, User, "password__startswith=pbkdf2"),
        (Role.AUDITOR, User, "password=pbkdf2"),
        (Role.AUDITOR, Client, "phone=13800000000"),
        (Role.AUDITOR, Employee, "name__regex=("),
    ],
)
def test_no_address_narrows_a_list_by_a_secret_or_by_what_is_out_of_reach(
    house: House, role: str, model: type[Model], asked: str
) -> None:
    listing = address(model, "changelist")
    browser = house.browse(role)
    assert browser.get(listing).status_code == 200
    assert browser.get(f"{listing}?{asked}").status_code in (302, 400)


@pytest.mark.parametrize("asked", ["month=2011-04", "carried__lt=0", "branch__id__exact=1"])
def test_addresses_of_the_site_itself_narrow_lists(house: House, asked: str) -> None:
    browser = house.browse(Role.MARKETING_DIRECTOR)
    assert browser.get(f"{address(Payslip, 'changelist')}?{asked}").status_code == 200
