"""The ways in: each role's side bar, what stands beside a list, and every list found by its name."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.models import User
from access.pages.search import pages_called
from access.rights import Right, may
from access.roles import PEOPLE
from salesorg.navigation import SIDE_BARS
from salesorg.ways import all_ways, family_of
from staff.models import Employee, Post
from tests.admin.addresses import address
from tests.admin.cast import House

Role = User.Role
SEARCH = "/admin/search/"
SHOWN: dict[str, str] = {
    Role.HR: "首页 导入工作簿 月结 工资单 考核复核 员工 人员异动 孤儿单池 争议 年度目标",
    Role.SALES_MANAGER: "首页 孤儿单池 孤儿单交接 客户 客户跟进 公海 年度目标 月结 工资单 员工",
    Role.BRANCH_GM: "首页 孤儿单池 客户 本月权重 年度目标 月结 工资单 员工 代理人 年度评优",
    Role.MARKETING_DIRECTOR: "首页 月结 工资单 考核复核 职级调整 员工 孤儿单池 争议 方案草稿 基本法",
    Role.GENERAL_MANAGER: "首页 方案草稿 考核复核 职级调整 确认发薪信息 年度评优 争议 月结 工资单 员工",
    Role.FINANCE: "首页 到款 银行对账 月结 工资单 确认发薪信息 员工 基金支出 变更记录",
    Role.AUDITOR: "首页 变更记录 敏感号码查看 账号记录 月结 工资单 到款 员工 基本法 方案草稿",
    Role.OPERATOR: "首页 登录账号 令牌 账号记录",
}
MOST = 10
MOST_QUERIES = 20


class Links(HTMLParser):
    """The addresses that a page links to, in order, with what each link says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found.append((dict(attrs).get("href") or "", ""))

    def handle_data(self, data: str) -> None:
        if self.found and data.strip():
            href, said = self.found[-1]
            self.found[-1] = (href, said + data.strip())


def test_every_role_that_enters_has_a_side_bar() -> None:
    assert set(SHOWN) == set(SIDE_BARS) == set(PEOPLE) - {Role.SALESPERSON}


@pytest.mark.parametrize("role", SHOWN)
def test_the_side_bar_leads_where_the_role_works(house: House, role: str) -> None:
    browser = house.browse(role)
    home = browser.get("/admin/")
    items = [item for group in home.context["sidebar_navigation"] for item in group["items"]]
    assert " ".join(str(item["title"]) for item in items) == SHOWN[role]
    assert len(items) <= MOST
    shown = Links(home.content.decode()).found

    for item in items:
        assert any(href == item["link"] and str(item["title"]) in said for href, said in shown)
        there = browser.get(item["link"], follow=True)
        assert there.status_code == 200, item["title"]
        with CaptureQueriesContext(connection) as captured:
            browser.get(there.request["PATH_INFO"])
        assert len(captured) <= MOST_QUERIES, item["title"]


@pytest.mark.parametrize("role", SHOWN)
def test_every_list_is_found_by_its_name(house: House, role: str) -> None:
    user = house.users[role]
    for model in admin.site._registry:
        found = pages_called(user, str(model._meta.verbose_name_plural))
        is_found = address(model, "changelist") in [hit.href for kind in found for hit in kind.hits]
        assert is_found == may(user, Right.VIEW, model), model._meta.label


def test_a_list_is_found_by_what_people_call_it_and_by_its_own_name(house: House) -> None:
    browser = house.browse(Role.HR)
    here = reverse("admin:staff_personnelevent_changelist")
    for words in ("人员异动", "人员", "异动", "员 异"):
        assert here in browser.get(SEARCH, {"s": words, "part": "1"}).content.decode(), words


def test_what_is_called_just_so_comes_first(house: House) -> None:
    page = house.browse(Role.HR).get(SEARCH, {"s": "目标", "part": "1"}).content.decode()
    said = [said for _href, said in Links(page).found]
    assert said[:3] == ["outlined_flag目标", "flag年度目标", "person_check个人目标"]


@pytest.mark.parametrize("role", SHOWN)
def test_every_list_stands_beside_one_that_belongs_to_it(house: House, role: str) -> None:
    """From the first page each list is three clicks away at most: a place, and twice what stands beside."""
    user = house.users[role]
    near = {way for _title, places in SIDE_BARS[role] for way in places}
    for _click in range(2):
        near |= {beside for way in near if way.is_open_to(user) for beside in family_of(way)}
    assert [way.title for way in all_ways() if way.is_open_to(user) and way not in near] == []


def test_every_registered_list_has_one_way() -> None:
    lists = Counter(way.rows for way in all_ways() if not way.page)
    assert {model for model, count in lists.items() if count > 1} == set()
    assert set(lists) == set(admin.site._registry)


def test_no_two_ways_are_called_the_same() -> None:
    titles = Counter(way.title for way in all_ways())
    assert [title for title, count in titles.items() if count > 1] == []


def test_a_list_leads_to_those_of_its_work(house: House) -> None:
    page = house.browse(Role.FINANCE).get(address(Employee, "changelist")).content.decode()
    beside = page[page.index('<nav class="beside"') : page.index("</nav>", page.index('<nav class="beside"'))]
    assert [said for _href, said in Links(beside).found] == [
        "员工", "人员异动", "职级调整", "确认发薪信息", "请假", "职级考核明细",
        "职级记录", "任职记录", "发薪信息确认记录", "共用号码", "期初人员", "期初业绩", "分公司", "部门",
    ]  # fmt: skip
    assert beside.count("aria-current") == 1


@pytest.mark.parametrize(
    ("role", "page", "lit"),
    [
        (Role.HR, "admin:staff_employee_changelist", "员工"),
        (Role.HR, "admin:staff_post_changelist", "员工"),
        (Role.HR, "admin:clients_contract_changelist", "孤儿单池"),
        (Role.HR, "admin:compensation_award_years", "年度目标"),
        (Role.FINANCE, "admin:clients_contract_changelist", "到款"),
        (Role.MARKETING_DIRECTOR, "admin:compensation_award_years", "工资单"),
        (Role.HR, "admin:index", "首页"),
    ],
)
def test_the_side_bar_tells_where_one_is(house: House, role: str, page: str, lit: str) -> None:
    shown = house.browse(role).get(reverse(page), follow=True)
    items = [item for group in shown.context["sidebar_navigation"] for item in group["items"]]
    assert [str(item["title"]) for item in items if item["active"]] == [lit]


def test_a_list_is_called_what_the_side_bar_calls_it(house: House) -> None:
    browser = house.browse(Role.HR)
    for url in (address(Post, "changelist"), reverse("admin:staff_personnelevent_changelist")):
        page = browser.get(url).content.decode()
        title = "人员异动" if "personnelevent" in url else "任职记录"
        assert f"<title> {title} |" in " ".join(page.split())
