"""Log-ins: made by HR, given by the operator, set by one-time links, locked and opened; each step is kept."""

import datetime as dt
import re

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from access.accounts.actions import AccountRefused, lock_log_in, open_log_in, renew_link, save_log_in
from access.accounts.actions_second_factor import reset_second_factor
from access.accounts.one_time_links import one_time_link
from access.actor import CONSOLE, Actor
from access.models import AccountEvent, User
from staff.log_ins.actions import lock_log_ins_of_leavers, make_log_ins
from staff.models import Employee
from tests.admin.addresses import address
from tests.cast import PASSWORD, browse, log_in_of
from tests.firm import Firm

Role, Kind = User.Role, AccountEvent.Kind
LOG_INS = "/admin/staff/employee/log-ins/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def hr() -> User:
    return log_in_of(Role.HR)


@pytest.fixture
def operator() -> User:
    return log_in_of(Role.OPERATOR)


def kinds(user: User) -> list[str]:
    return list(AccountEvent.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def set_password(path: str, password: str = PASSWORD, browser: Browser | None = None) -> str:
    """Follow a one-time link and send a password; the page at the end."""
    browser = browser or Browser()
    form = browser.get(path, follow=True)
    at = form.redirect_chain[-1][0] if form.redirect_chain else path
    sent = browser.post(at, {"new_password1": password, "new_password2": password}, follow=True)
    return sent.content.decode()


def test_hr_makes_log_ins_of_many_and_each_sets_a_password_by_link(hr: User) -> None:
    firm = Firm()
    people = [firm.seller(), firm.seller(), firm.clerk()]
    page = browse(hr).get(LOG_INS).content.decode()
    assert [person.name in page for person in people] == [True, True, False], "the office is made one by one"
    chosen = {"people": [person.pk for person in people[:2]], "role": Role.SALESPERSON.value}
    answer = browse(hr).post(LOG_INS, chosen)
    assert "no-store" in answer.headers["Cache-Control"]
    links = re.findall(r"http://testserver(/welcome/[^<]+)", answer.content.decode())
    assert len(links) == 2
    user = Employee.objects.get(pk=people[0].pk).user
    assert user is not None
    assert (user.username, user.role, user.is_staff) == (people[0].number, Role.SALESPERSON, False)
    assert "密码已设置" in set_password(links[0])
    answer = Browser().post("/login/", {"username": user.username, "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert kinds(user) == [
        Kind.MADE,
        Kind.ROLE_GIVEN,
        Kind.LINKED,
        Kind.LINK_MADE,
        Kind.PASSWORD_SET,
        Kind.LOGGED_IN,
    ]


def test_hr_makes_one_log_in_from_the_persons_page(hr: User) -> None:
    firm = Firm()
    clerk = firm.clerk()
    page = browse(hr).get(address(Employee, "change", clerk.pk)).content.decode()
    door = f"{LOG_INS}?person={clerk.pk}"
    assert door in page
    browse(hr).post(door, {"people": [clerk.pk], "role": Role.BRANCH_GM.value})
    user = User.objects.get(username=clerk.number)
    assert (user.role, user.is_staff) == (Role.BRANCH_GM, True)
    assert address(User, "change", user.pk) in browse(hr).get(address(Employee, "change", clerk.pk)).content.decode()


@pytest.mark.parametrize("role", [Role.HR, Role.FINANCE, Role.OPERATOR, Role.AUDITOR, Role.GENERAL_MANAGER])
def test_hr_gives_the_branches_roles_alone(hr: User, role: str) -> None:
    person = Firm().seller()
    browse(hr).post(LOG_INS, {"people": [person.pk], "role": role})
    assert not User.objects.exclude(pk=hr.pk).exists()
    with pytest.raises(AccountRefused):
        make_log_ins(employees=[person], role=role, by=Actor(hr))


def test_who_has_a_log_in_gets_no_second(hr: User) -> None:
    firm = Firm()
    one, other = firm.seller(), firm.seller()
    log_in_of(Role.SALESPERSON, other.number)
    with pytest.raises(AccountRefused, match=other.number):
        make_log_ins(employees=[one, other], role=Role.SALESPERSON, by=Actor(hr))
    assert not User.objects.filter(username=one.number).exists()


def test_a_link_works_once_and_the_latest_alone(hr: User) -> None:
    user = log_in_of(Role.SALESPERSON)
    first = renew_link(user=user, by=Actor(hr))
    latest = renew_link(user=user, by=Actor(hr))
    assert "此链接已失效" in set_password(first)
    assert "密码已设置" in set_password(latest)
    assert "此链接已失效" in set_password(latest)
    again = renew_link(user=user, by=Actor(hr))
    assert "没有要求重设" in Browser().get(again, follow=True).content.decode()


def test_who_opens_a_link_reads_who_made_it_and_for_whom_and_can_end_it(hr: User) -> None:
    user = log_in_of(Role.SALESPERSON)
    care = f"/admin/access/user/{user.pk}/care/"
    browse(hr).post(care, {"act": "link", "recipient": " "})
    assert kinds(user) == [], "a link goes to somebody"
    slips = browse(hr).post(care, {"act": "link", "recipient": "王芳，当面"}).content.decode()
    (link,) = re.findall(r"http://testserver(/welcome/[^<]+)", slips)
    browser = Browser()
    opened = browser.get(link, follow=True)
    page = opened.content.decode()
    assert "hr" in page
    assert "王芳，当面" in page
    assert "没有要求重设" not in page, "nothing is set anew"
    assert "不能与现在的密码相同" not in page
    ended = browser.post(opened.redirect_chain[-1][0], {"turn_down": "1"}).content.decode()
    assert "链接已作废" in ended
    assert "此链接已失效" in set_password(link)
    assert kinds(user) == [Kind.LINK_MADE, Kind.LINK_REFUSED]
    told = "个登录账号的一次性链接到了别人手里"
    assert told in browse(hr).get(reverse("admin:periods_period_waiting")).content.decode()
    assert told in browse(log_in_of(Role.OPERATOR)).get("/admin/").content.decode()
    renew_link(user=user, by=Actor(hr), recipient="王芳")
    assert told not in browse(hr).get(reverse("admin:periods_period_waiting")).content.decode()


def test_a_link_ends_after_its_days(hr: User, monkeypatch: pytest.MonkeyPatch) -> None:
    user = log_in_of(Role.SALESPERSON)
    path = renew_link(user=user, by=Actor(hr))
    later = dt.datetime.now() + dt.timedelta(days=3, minutes=1)  # noqa: DTZ005  as the signer counts
    monkeypatch.setattr("access.accounts.one_time_links.signer._now", lambda: later)
    assert "此链接已失效" in set_password(path)


def test_a_link_of_a_locked_log_in_opens_nothing(hr: User) -> None:
    user = log_in_of(Role.SALESPERSON)
    path = renew_link(user=user, by=Actor(hr))
    lock_log_in(user=user, reason="停职", by=Actor(hr))
    assert "此链接已失效" in set_password(path)


def test_a_new_link_ends_the_old_password_and_who_is_in(hr: User) -> None:
    user = User.objects.create_user("alice", password=PASSWORD)
    browser = Browser()
    browser.post("/login/", {"username": "alice", "password": PASSWORD})
    assert browser.get("/pay/").status_code == 200
    renew_link(user=user, by=Actor(hr))
    assert browser.get("/pay/").headers["Location"].startswith("/login/")


def test_a_locked_log_in_is_out_at_the_next_page_and_opened_again(hr: User) -> None:
    user = log_in_of(Role.SALES_MANAGER)
    browser = browse(user)
    assert browser.get("/admin/").status_code == 200
    care = f"/admin/access/user/{user.pk}/care/"
    browse(hr).post(care, {"act": "lock", "reason": "手机丢失"})
    assert browser.get("/admin/", follow=True).redirect_chain[-1][0].startswith("/login/")
    assert "手机丢失" in browse(hr).get(address(User, "change", user.pk)).content.decode()
    browse(hr).post(care, {"act": "open", "reason": "找到了"})
    user.refresh_from_db()
    assert user.is_active


def test_nobody_looks_after_the_own_log_in_nor_hr_after_the_companys(hr: User, operator: User) -> None:
    finance = log_in_of(Role.FINANCE)
    for by, user in ((hr, hr), (operator, operator), (hr, finance), (hr, operator), (finance, hr)):
        with pytest.raises(AccountRefused):
            renew_link(user=user, by=Actor(by))
        with pytest.raises(AccountRefused):
            lock_log_in(user=user, reason="x", by=Actor(by))
        with pytest.raises(AccountRefused):
            reset_second_factor(user=user, reason="x", by=Actor(by))


def test_the_operator_makes_a_log_in_that_another_opens(hr: User, operator: User) -> None:
    form = {"username": "newcomer", "last_name": "王", "first_name": "", "email": "", "role": "finance"}
    assert browse(operator).post(address(User, "add"), form).status_code == 302
    newcomer = User.objects.get(username="newcomer")
    assert (newcomer.is_active, newcomer.is_staff, newcomer.has_usable_password()) == (False, True, False)
    with pytest.raises(AccountRefused):
        open_log_in(user=newcomer, reason="", by=Actor(operator))
    open_log_in(user=newcomer, reason="入职", by=Actor(hr))
    assert kinds(newcomer) == [Kind.MADE, Kind.ROLE_GIVEN, Kind.OPENED]


def test_a_name_is_one_field_and_each_page_leads_back(operator: User) -> None:
    clerk = log_in_of(Role.AUDITOR)
    User.objects.filter(pk=clerk.pk).update(last_name="欧阳", first_name="修")
    browser, change = browse(operator), address(User, "change", clerk.pk)
    page = browser.get(change).content.decode()
    assert 'value="欧阳修"' in page
    assert 'name="first_name"' not in page
    form = {"username": clerk.username, "last_name": "欧阳文忠", "email": "", "role": clerk.role}
    assert browser.post(change, form).status_code == 302
    clerk.refresh_from_db()
    assert (clerk.last_name, clerk.first_name) == ("欧阳文忠", "")
    care = f"/admin/access/user/{clerk.pk}/care/"
    for answer in (browser.get(care), browser.post(care, {"act": "link", "recipient": "当面"})):
        assert answer.context["way_back"].href == change
        assert f'<a href="{change}">' in answer.content.decode()


def test_an_operator_can_make_nobody_hr_alone(operator: User) -> None:
    clerk = log_in_of(Role.SALES_MANAGER)
    form = {"username": clerk.username, "last_name": "", "first_name": "", "email": "", "role": "hr"}
    browse(operator).post(address(User, "change", clerk.pk), form)
    clerk.refresh_from_db()
    assert (clerk.role, clerk.is_active) == (Role.HR, False)
    assert browse(operator).post(f"/admin/access/user/{clerk.pk}/care/", {"act": "open"}).status_code == 302
    clerk.refresh_from_db()
    assert not clerk.is_active
    browse(operator).post(address(User, "change", operator.pk), {**form, "username": "operator"})
    operator.refresh_from_db()
    assert operator.role == Role.OPERATOR


def test_one_hand_holds_no_whole_log_in(operator: User) -> None:
    finance = log_in_of(Role.FINANCE)
    renew_link(user=finance, by=Actor(operator))
    with pytest.raises(AccountRefused):
        reset_second_factor(user=finance, reason="x", by=Actor(operator))
    other = log_in_of(Role.OPERATOR, "other")
    reset_second_factor(user=finance, reason="手机丢失", by=Actor(other))
    with pytest.raises(AccountRefused):
        renew_link(user=finance, by=Actor(other))


def test_who_left_is_locked_from_the_first_day_gone() -> None:
    firm = Firm()
    stays, goes, returns = firm.seller(), firm.seller(), firm.seller()
    for person in (stays, goes, returns):
        person.user = log_in_of(Role.SALESPERSON, person.number)
        person.save()
    firm.leave(goes, "06-15")
    firm.leave(returns, "06-15")
    assert lock_log_ins_of_leavers(dt.date(2011, 6, 14)) == 0
    assert lock_log_ins_of_leavers(dt.date(2011, 6, 15)) == 2
    assert lock_log_ins_of_leavers(dt.date(2011, 6, 16)) == 0
    assert not User.objects.get(username=goes.number).is_active
    assert User.objects.get(username=stays.number).is_active
    assert kinds(User.objects.get(username=goes.number)) == [Kind.LEFT]


def test_events_are_only_ever_added(hr: User) -> None:
    user = log_in_of(Role.SALESPERSON)
    lock_log_in(user=user, reason="x", by=Actor(hr))
    for change in (AccountEvent.objects.all().delete, lambda: AccountEvent.objects.update(note="y")):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()


def test_the_auditor_reads_what_happened_and_does_nothing(hr: User) -> None:
    auditor, user = log_in_of(Role.AUDITOR), log_in_of(Role.SALESPERSON)
    lock_log_in(user=user, reason="停职", by=Actor(hr))
    assert "停职" in browse(auditor).get(address(AccountEvent, "changelist")).content.decode()
    assert browse(auditor).post(f"/admin/access/user/{user.pk}/care/", {"act": "open"}).status_code == 403
    assert browse(auditor).post(address(User, "change", user.pk), {"role": "hr"}).status_code == 403


def test_the_console_makes_the_first_log_ins() -> None:
    user = User(username="first", role=Role.OPERATOR)
    save_log_in(user=user, by=CONSOLE)
    assert user.is_active
    assert "密码已设置" in set_password(one_time_link(user))
    assert timezone.now() - AccountEvent.objects.filter(user=user)[0].at < dt.timedelta(minutes=1)
