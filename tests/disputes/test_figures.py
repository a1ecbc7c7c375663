"""The figures of disputes over a period: counted within reach, each a door to what it counts (3-2.3)."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import User
from tests.cast import browse, log_in_of
from tests.disputes.case import Case, user_of
from tests.disputes.rows import ended, raised

pytestmark = pytest.mark.django_db
Role = User.Role
FIGURES = "/admin/disputes/dispute/figures/"
PERIOD = {"first": "2011-05-01", "last": "2011-06-30"}


def figures_on(page: str, row: str) -> dict[str, tuple[str, str]]:
    """The figures of a row by the heads of their columns, each with where it leads to."""
    line = next(line for line in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL) if re.search(rf">\s*{row}\s*<", line))
    cells = re.findall(r'data-label="([^"]+)"[^>]*>\s*(?:<a href="([^"]+)">)?([^<]+)', line)
    return {label: (told.strip(), href.replace("&amp;", "&")) for label, href, told in cells}


def listed_at(browser: Browser, href: str) -> set[str]:
    return set(re.findall(r"Z2011-\w{5}|D0\d{3}", browser.get(href).content.decode().split('id="result_list"')[-1]))


def test_they_count_what_was_raised_in_the_period_and_lead_there(db: None) -> None:
    case = Case()
    dispute = case.raised()
    complaint, late = raised("2011-05-09"), ended(raised("2011-05-09"), on="2011-05-26")
    ended(raised("2011-05-09"), on="2011-05-17")
    raised("2011-07-01")
    hr = browse(user_of(case.hr))
    page = hr.get(FIGURES, PERIOD).content.decode()
    north, without = figures_on(page, "North"), figures_on(page, "不涉及合同")
    labels = ["提出", "未结", "已驳回", "平均工作日", "已逾期", "逾期率"]
    assert [north[label][0] for label in labels] == ["1", "1", "–", "–", "1", "100%"]
    assert [without[label][0] for label in labels] == ["3", "1", "2", "9.5", "2", "66.7%"]
    assert listed_at(hr, north["提出"][1]) == {dispute.number}
    assert listed_at(hr, without["已逾期"][1]) == {complaint.number, late.number}
    assert listed_at(hr, without["未结"][1]) == {complaint.number}
    assert figures_on(page, "内部争议")["提出"][0] == "1"


def test_a_manager_counts_the_own_branchs_and_who_sees_none_has_no_page(db: None) -> None:
    case = Case()
    case.raised()
    raised("2011-05-09")
    managers = case.log_in(case.firm.clerk(department=case.firm.south_office), Role.BRANCH_GM)
    elsewhere = log_in_of(Role.SALES_MANAGER, "elsewhere")
    page = browse(user_of(managers)).get(FIGURES, PERIOD).content.decode()
    assert figures_on(page, "North")["提出"][0] == "1"
    assert "不涉及合同" not in page
    assert "该期间没有您可以看到的争议" in browse(elsewhere).get(FIGURES, PERIOD).content.decode()
    for role in (Role.FINANCE, Role.OPERATOR):
        assert browse(log_in_of(role)).get(FIGURES).status_code == 403


def test_they_take_few_queries_and_tell_a_wrong_period(db: None) -> None:
    hr = browse(log_in_of(Role.HR))
    raised(timezone.localdate().isoformat())
    hr.get(FIGURES)
    with CaptureQueriesContext(connection) as captured:
        page = hr.get(FIGURES).content.decode()
    assert len(captured) <= 12
    assert figures_on(page, "不涉及合同")["提出"][0] == "1"
    wrong = hr.get(FIGURES, {"first": "2011-06-01", "last": "2011-05-01"})
    assert (wrong.status_code, "结束日期早于开始日期" in wrong.content.decode()) == (200, True)
