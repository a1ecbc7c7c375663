"""The first page: what waits for each role, and the latest month in pictures."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from access.models import User
from access.pages.links import listed
from access.roles import PEOPLE
from compensation.models import Payslip, SupportPool
from disputes.notices import dispute_notices
from monthend.notices import months_to_pay, unpaid_months
from monthend.page.charts import charts
from monthend.page.home import duties
from periods.models import Period
from rulebook.wording import amount_text
from staff.models import RankAssessment
from tests.admin.cast import House
from tests.cast import log_in_of
from tests.firm import APRIL, MAY, Firm
from tests.locking import lock_empty
from tests.replacing import replace_row
from workbooks.models import Upload

Role = User.Role
MOST_QUERIES = 20
PARTS = (
    "/admin/",
    "/admin/periods/period/waiting/",
    "/admin/disputes/dispute/waiting/",
    "/admin/periods/period/charts/",
)
STAFF = sorted(set(PEOPLE) - {Role.SALESPERSON, Role.OPERATOR})


@pytest.mark.parametrize("role", STAFF)
def test_no_part_takes_many_queries(house: House, role: str) -> None:
    browser = house.browse(role)
    assert max(asked(browser, url) for url in PARTS) <= MOST_QUERIES


def asked(browser: Browser, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def test_each_role_is_told_what_it_can_do(house: House) -> None:
    Upload.objects.update(state=Upload.State.REFUSED)
    told = {role: {notice.text for notice in duties(house.users[role]).waiting} for role in STAFF}
    assert "个导入文件有错误待修改" in told[Role.HR]
    assert "个月已锁定，未标记发放" in told[Role.FINANCE]
    assert all("个导入文件有错误待修改" not in told[role] for role in STAFF if role != Role.HR)
    assert told[Role.AUDITOR] == set()


@pytest.mark.parametrize("role", STAFF)
def test_a_count_leads_to_as_many_rows(house: House, role: str) -> None:
    browser, told = house.browse(role), duties(house.users[role])
    for notice in [*told.waiting, *told.of_month, *dispute_notices(house.users[role])]:
        page = browser.get(notice.href)
        assert page.status_code == 200
        if "cl" in page.context and isinstance(notice.count, int):
            assert page.context["cl"].result_count == notice.count, notice


@pytest.mark.django_db
def test_finance_is_led_to_every_month_to_be_paid() -> None:
    for month in (APRIL, MAY):
        lock_empty(month)
    finance = log_in_of(Role.FINANCE, "finance-x")
    (notice,) = months_to_pay(finance)
    assert notice.count == 2
    assert notice.href == listed(Period, paid="no")
    assert list(unpaid_months(Period.objects.order_by("month")).values_list("month", flat=True)) == [APRIL, MAY]


def test_a_branch_sees_its_own_in_the_pictures(house: House) -> None:
    whole, north = charts(house.users[Role.HR]), charts(house.users[Role.BRANCH_GM])
    assert whole is not None
    assert north is not None
    assert {row.branch for row in whole.attained} == {"北方", "南方"}
    assert {row.branch for row in north.attained} == {"北方"}
    assert {row.cells[0].text for row in north.funds.rows} <= {"北方"}
    slips = Payslip.objects.filter(month=APRIL).exclude(rank="")
    assert whole.sales_table.total is not None
    assert whole.sales_table.total.cells[1].text == amount_text(sum(slips.values_list("sales", flat=True), Decimal(0)))


@pytest.mark.django_db
def test_attainment_stands_beside_the_edges_of_the_plan() -> None:
    firm = Firm()
    firm.target(firm.north, "100000.00")
    firm.sells(firm.seller("GW"), "64999.99")
    firm.close(lock=False)
    shown = charts(director())
    assert shown is not None
    assert [edge.text for edge in shown.edges] == ["65%", "75%", "80%", "85%", "100%"]
    south, north = sorted(shown.attained, key=lambda row: row.text)
    assert (north.branch, north.text, north.is_short) == ("North", "64.99%", True)
    assert (south.text, south.width) == ("0.00%", Decimal(0))
    replace_row(SupportPool.objects.get(branch=firm.north), sales="65000.00")
    again = charts(director())
    assert again is not None
    assert next(row for row in again.attained if row.branch == "North").is_short is False


@pytest.mark.django_db
def test_columns_stand_on_each_other_and_negative_sums_have_no_height() -> None:
    firm = Firm()
    low, high = firm.seller("GW"), firm.seller("ZL")
    firm.sells(low, "30000.00")
    firm.sells(high, "10000.00")
    firm.close(lock=False)
    shown = charts(director())
    assert shown is not None
    (column,) = shown.sales
    assert sum(piece.height for piece in column.pieces) == 1
    assert min(piece.top for piece in column.pieces) == 0
    for below, above in zip(column.pieces, column.pieces[1:], strict=False):
        assert above.top + above.height == below.top
    Payslip.objects.filter(employee=low).update(sales="-30000.00")
    again = charts(director())
    assert again is not None
    assert [piece.height for piece in again.sales[0].pieces] == [1]
    assert again.sales[0].words.endswith("-20,000.00")


@pytest.mark.django_db
def test_the_ranks_tell_who_moves_on() -> None:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "60000.00")
    firm.seller("ZL")
    firm.close(lock=False)
    shown = charts(director())
    assert shown is not None
    moving = RankAssessment.objects.filter(outcome="promoted").count()
    assert sum(level.rising for level in shown.pyramid) == moving == 1
    assert sum(level.people for level in shown.pyramid) == 2
    assert shown.threshold_now == "50%"


def director() -> User:
    return User.objects.get_or_create(username="d", role=Role.MARKETING_DIRECTOR, is_staff=True)[0]
