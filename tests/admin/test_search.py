"""The search of everything: by number, name, pinyin and initials, within reach; lists of names in pinyin order."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.actor import CONSOLE
from access.models import User
from access.pages.search import by_pinyin, search
from clients.actions import save_clients
from clients.models import BankStatement, Client, Receipt
from staff.models import Employee
from tests.admin.addresses import address
from tests.admin.cast import House
from tests.cast import log_in_of
from tests.firm import Firm
from workbooks.models import Upload

Role = User.Role
SEARCH = "/admin/search/"


def titles(user: User, words: str) -> set[str]:
    return {hit.title for kind in search(user, words) for hit in kind.hits}


def called(firm: Firm, name: str) -> Employee:
    person = firm.seller("GW")
    Employee.objects.filter(pk=person.pk).update(name=name)
    return Employee.objects.get(pk=person.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["曾庆红", "庆红", "zqh", "zengqing", "ZQH", "zeng qing", "qinghong"])
def test_a_person_is_found_by_name_pinyin_and_initials(words: str) -> None:
    firm = Firm()
    person, other = called(firm, "曾庆红"), called(firm, "王芳")
    hr = log_in_of(Role.HR)
    assert str(person) in titles(hr, words)
    assert str(other) not in titles(hr, words)


@pytest.mark.django_db
def test_a_new_name_is_found_and_the_old_one_no_more() -> None:
    firm = Firm()
    person = called(firm, "张三")
    hr = log_in_of(Role.HR)
    Employee.objects.filter(pk=person.pk).update(name="李四")
    assert not titles(hr, "zs")
    assert titles(hr, "lisi") == {f"李四 ({person.number})"}


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["%", "_", "\\", "|", "'", "%%%"])
def test_signs_stand_for_themselves(words: str) -> None:
    called(Firm(), "张三")
    hr = log_in_of(Role.HR)
    assert not titles(hr, words)


@pytest.mark.django_db
def test_names_are_sorted_as_a_chinese_list_has_them() -> None:
    firm = Firm()
    names = ["赵云", "安宁", "李夏", "连城", "单雄信", "曾巩", "Bob"]
    people = [called(firm, name) for name in names]
    in_order = Employee.objects.filter(pk__in=[person.pk for person in people]).order_by(by_pinyin(Employee))
    assert [person.name for person in in_order] == ["安宁", "Bob", "李夏", "连城", "单雄信", "曾巩", "赵云"]


def test_a_list_of_people_sorted_by_name_is_sorted_by_pinyin(house: House) -> None:
    for person, name in ((house.north.closer, "赵云"), (house.north.developer, "安宁"), (house.north.clerk, "李夏")):
        Employee.objects.filter(pk=person.pk).update(name=name)
    rows = house.browse(Role.BRANCH_GM).get(address(Employee, "changelist"), {"o": "0"}).context["cl"].result_list
    assert [row.name for row in rows if row.pk in house.north.people] == ["安宁", "李夏", "赵云"]


@pytest.mark.parametrize("role", [Role.HR, Role.BRANCH_GM, Role.OPERATOR])
def test_only_what_is_within_reach_is_found(house: House, role: str) -> None:
    far, near = Receipt.objects.filter(contract__branch=house.south.branch), house.north.closer
    receipt = far.earliest("pk")
    browser = house.browse(role)
    sees = role == Role.HR
    for words, href in (
        (receipt.number, address(Receipt, "change", receipt.pk)),
        (house.south.closer.number, address(Employee, "change", house.south.closer.pk)),
        (receipt.contract.client.name, address(Client, "change", receipt.contract.client_id)),
    ):
        page = browser.get(SEARCH, {"s": words})
        assert page.status_code == 200
        assert (f'href="{href}"' in page.content.decode()) is sees, words
    own = browser.get(SEARCH, {"s": near.number, "part": "1"}).content.decode()
    assert (str(near) in own) is (role != Role.OPERATOR)


def test_the_search_asks_few_questions(house: House) -> None:
    for role in (Role.HR, Role.BRANCH_GM):
        browser = house.browse(role)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(SEARCH, {"s": "0"}).status_code == 200
        assert len(captured) <= 20


def test_an_upload_is_found_by_its_file(house: House) -> None:
    page = house.browse(Role.HR).get(SEARCH, {"s": "ready"}).content.decode()
    assert "ready.xlsx" in page


@pytest.mark.django_db
def test_names_written_by_the_thousand_are_found() -> None:
    firm = Firm()
    given = firm.client()
    new = [
        Client(number=f"X{index}", name=f"华达信{index}", registered_on=given.registered_on) for index in range(1000)
    ]
    with CaptureQueriesContext(connection) as captured:
        save_clients(new=new, changed=[], by=CONSOLE)
    assert len(captured) < 10
    hr = log_in_of(Role.HR)
    assert "华达信777 (X777)" in titles(hr, "hdx777")


@pytest.mark.django_db
@pytest.mark.parametrize("words", ["０００１０", " 00010　", "测试　甲", "测试 甲", "ＣＳＪ", "c s j", "测\u200b试甲"])
def test_width_and_blanks_do_not_count(words: str) -> None:
    person = called(Firm(), "测试甲")
    Employee.objects.filter(pk=person.pk).update(number="00010")
    hr = log_in_of(Role.HR)
    assert titles(hr, words) == {"测试甲 (00010)"}


def test_lists_fold_width_too(house: House) -> None:
    Employee.objects.filter(pk=house.north.developer.pk).update(name="ＡＢ甲")
    wide = house.north.closer.number.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    for words, person in ((wide, house.north.closer), ("ＡＢ", house.north.developer)):
        rows = house.browse(Role.HR).get(address(Employee, "changelist"), {"q": words}).context["cl"].result_list
        assert person.pk in [row.pk for row in rows], words


def test_pages_and_lists_are_found_by_name_by_who_may_open_them(house: House) -> None:
    for role, words, href in (
        (Role.HR, "公　海", reverse("admin:clients_lapse_open_pool")),
        (Role.HR, "导入", address(Upload, "changelist")),
        (Role.FINANCE, "银行", address(BankStatement, "changelist")),
    ):
        page = house.browse(role).get(SEARCH, {"s": words, "part": "1"}).content.decode()
        assert f'href="{href}"' in page, words
    page = house.browse(Role.OPERATOR).get(SEARCH, {"s": "银行", "part": "1"}).content.decode()
    assert address(BankStatement, "changelist") not in page


def test_enter_opens_what_is_found_alone(house: House) -> None:
    person, hr = house.north.closer, house.browse(Role.HR)
    Employee.objects.filter(pk=person.pk).update(name="独一无二")
    opened = hr.get(SEARCH, {"s": "独一无二", "open": "1"})
    assert opened.headers["Location"] == address(Employee, "change", person.pk)
    assert hr.get(SEARCH, {"s": "0", "open": "1"}).status_code == 200
    assert 'name="open"' in hr.get(SEARCH, {"s": "0"}).content.decode()
