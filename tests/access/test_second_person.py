"""A log-in that sees everybody's pay: its one-time link, in one hand, opens nothing."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django_otp.plugins.otp_totp.models import TOTPDevice

from access.accounts.actions import AccountRefused, lock_log_in, note_event, open_log_in, renew_link, save_log_in
from access.accounts.second_person import link_in_hand, reset_in_hand
from access.actor import CONSOLE, Actor
from access.models import AccountEvent, User
from access.pages.notices import waiting_for
from access.rights import NEEDS_SECOND_PERSON
from tests.access.test_log_ins import kinds, set_password
from tests.cast import PASSWORD, browse, log_in_of

Role, Kind = User.Role, AccountEvent.Kind
OPENS = "须由另一人启用"
pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> User:
    return log_in_of(Role.OPERATOR)


@pytest.fixture
def hr() -> User:
    return log_in_of(Role.HR)


def care(user: User) -> str:
    return f"/admin/access/user/{user.pk}/care/"


def link_by(maker: User, user: User) -> tuple[str, str]:
    """The page after the button, and the link on it."""
    page = browse(maker).post(care(user), {"act": "link", "recipient": "本人"}).content.decode()
    found = re.search(r"http://testserver(/welcome/[^<]+)", page)
    assert found is not None
    return page, found[1]


def is_open(user: User) -> bool:
    return User.objects.get(pk=user.pk).is_active


def gets_in(user: User) -> bool:
    answer = Browser().post("/login/", {"username": user.username, "password": PASSWORD})
    return answer.status_code == 302


def test_a_way_in_stays_in_its_makers_hand_until_it_is_used_or_void(hr: User, operator: User) -> None:
    for in_hand, made, ends in (
        (link_in_hand, Kind.LINK_MADE, {Kind.LOGGED_IN, Kind.ROLE_GIVEN}),
        (reset_in_hand, Kind.FACTOR_RESET, {Kind.LOGGED_IN}),
    ):
        for kind in (Kind.PASSWORD_SET, Kind.ROLE_GIVEN, Kind.LOGGED_IN):
            kept = note_event(hr, made, by=Actor(operator))
            assert in_hand(hr) == kept
            note_event(hr, kind, by=CONSOLE)
            assert in_hand(hr) == (None if kind in ends else kept), (made, kind)


@pytest.mark.parametrize("role", sorted(NEEDS_SECOND_PERSON))
def test_one_person_does_not_get_in(operator: User, role: str) -> None:
    user = log_in_of(role, "target")
    assert "链接生成后账号随即停用" in browse(operator).get(care(user)).content.decode()
    page, link = link_by(operator, user)
    assert "此账号已停用，经另一人启用后链接方可使用" in page
    assert not is_open(user)
    assert "账号尚未启用" in set_password(link)
    assert OPENS in browse(operator).get(care(user)).content.decode()
    browse(operator).post(care(user), {"act": "open", "reason": "本人"})
    assert not is_open(user)
    assert kinds(user) == [Kind.LINK_MADE, Kind.AWAITS]
    assert not gets_in(user)


def test_an_operator_makes_no_second_person_alone(operator: User) -> None:
    twin = User(username="twin", role=Role.OPERATOR)
    save_log_in(user=twin, by=Actor(operator))
    link = renew_link(user=twin, by=Actor(operator))
    assert "账号尚未启用" in set_password(link)
    with pytest.raises(AccountRefused, match=OPENS):
        open_log_in(user=twin, reason="x", by=Actor(operator))
    assert not is_open(twin)


def test_two_get_the_person_in(operator: User, hr: User) -> None:
    gm = log_in_of(Role.GENERAL_MANAGER)
    _page, link = link_by(operator, gm)
    page = browse(hr).get(care(gm)).content.decode()
    assert "operator于" in page, "who made the link is told to who opens"
    browse(hr).post(care(gm), {"act": "open", "reason": "本人来办"})
    assert is_open(gm)
    assert "密码已设置" in set_password(link)
    assert gets_in(gm)
    assert kinds(gm) == [Kind.LINK_MADE, Kind.AWAITS, Kind.OPENED, Kind.PASSWORD_SET], "the second factor is due"


def test_a_new_log_in_gets_its_link_first_and_is_opened_once(operator: User, hr: User) -> None:
    gm = User(username="gm", role=Role.GENERAL_MANAGER)
    save_log_in(user=gm, by=Actor(operator))
    lost, link = renew_link(user=gm, by=Actor(operator)), renew_link(user=gm, by=Actor(operator))
    open_log_in(user=gm, reason="入职", by=Actor(hr))
    assert "此链接已失效" in set_password(lost)
    assert "密码已设置" in set_password(link)
    assert gets_in(gm)


def test_a_link_that_waits_says_so_to_who_holds_it_alone(operator: User) -> None:
    gm = log_in_of(Role.GENERAL_MANAGER)
    lost, (_page, link) = link_by(operator, gm)[1], link_by(operator, gm)
    told = set_password(link)
    assert "人力资源或系统管理员" in told
    assert "再次打开此链接" in told
    for other in (lost, f"{link[:-1]}x/", link.replace(link.split("/")[2], "MQ")):
        assert "此链接已失效" in set_password(other), other
    lock_log_in(user=gm, reason="x", by=Actor(operator))
    assert "此链接已失效" in set_password(link)


def test_the_link_after_the_opening_shuts_again(operator: User, hr: User) -> None:
    gm = User(username="gm", role=Role.GENERAL_MANAGER)
    save_log_in(user=gm, by=Actor(operator))
    open_log_in(user=gm, reason="入职", by=Actor(hr))
    link_by(operator, gm)
    assert not is_open(gm)


def test_who_made_the_link_does_not_open_in_a_roundabout_way(operator: User) -> None:
    gm = log_in_of(Role.GENERAL_MANAGER)
    link_by(operator, gm)
    lock_log_in(user=gm, reason="x", by=Actor(operator))
    with pytest.raises(AccountRefused):
        open_log_in(user=gm, reason="x", by=Actor(operator))
    with pytest.raises(AccountRefused, match="请先启用"):
        renew_link(user=gm, by=Actor(operator))
    for role in (Role.SALES_MANAGER, Role.GENERAL_MANAGER):
        gm = User.objects.get(pk=gm.pk)
        gm.role = role
        save_log_in(user=gm, by=Actor(operator))
    with pytest.raises(AccountRefused):
        open_log_in(user=gm, reason="x", by=Actor(operator))


def test_a_link_that_was_used_no_longer_keeps_its_maker_from_opening(operator: User, hr: User) -> None:
    gm = log_in_of(Role.GENERAL_MANAGER)
    _page, link = link_by(operator, gm)
    open_log_in(user=gm, reason="x", by=Actor(hr))
    set_password(link)
    note_event(gm, Kind.LOGGED_IN, by=Actor(gm))
    lock_log_in(user=gm, reason="出差", by=Actor(operator))
    open_log_in(user=gm, reason="回来", by=Actor(operator))
    assert is_open(gm)


def test_a_second_factor_in_the_way_leaves_the_log_in_open(operator: User) -> None:
    finance = log_in_of(Role.FINANCE)
    device = TOTPDevice.objects.create(user=finance, name="totp", confirmed=False)
    assert "链接生成后账号随即停用" in browse(operator).get(care(finance)).content.decode(), "not confirmed"
    device.confirmed = True
    device.save()
    assert "链接生成后账号随即停用" not in browse(operator).get(care(finance)).content.decode()
    page, link = link_by(operator, finance)
    assert "启用后链接方可使用" not in page
    assert is_open(finance)
    assert "密码已设置" in set_password(link)
    assert Kind.AWAITS not in kinds(finance)


@pytest.mark.parametrize("role", [Role.SALESPERSON])
def test_of_a_branchs_log_in_hr_makes_the_link_alone(hr: User, role: str) -> None:
    user = log_in_of(role, "target")
    assert "链接生成后账号随即停用" not in browse(hr).get(care(user)).content.decode()
    _page, link = link_by(hr, user)
    assert is_open(user)
    assert "密码已设置" in set_password(link)
    assert gets_in(user)
    lock_log_in(user=user, reason="x", by=Actor(hr))
    with pytest.raises(AccountRefused, match="请先启用"):
        renew_link(user=user, by=Actor(hr))


def test_the_consoles_link_shuts_nothing() -> None:
    gm = log_in_of(Role.GENERAL_MANAGER)
    assert "密码已设置" in set_password(renew_link(user=gm, by=CONSOLE))
    assert gets_in(gm)


def test_what_waits_to_be_opened_is_on_the_first_page_of_who_may_and_says_who_that_is(operator: User, hr: User) -> None:
    twin = User.objects.create(username="twin", role=Role.HR, is_staff=True, person_key=None)
    made = User(username="new-auditor", role=Role.AUDITOR)
    save_log_in(user=made, by=Actor(operator))
    renew_link(user=made, by=Actor(operator))
    page = f"/admin/access/user/{made.pk}/change/"

    def told(viewer: User) -> list[tuple[object, str]]:
        fresh = User.objects.get(pk=viewer.pk)
        return [(one.count, one.href) for one in waiting_for(fresh) if one.text == "个账号等您启用"]

    assert told(hr) == told(twin) == [(1, care(made))]
    assert told(operator) == told(made) == told(log_in_of(Role.FINANCE)) == []
    shown = browse(operator).get(page).content.decode()
    assert f"须由另一人启用：{hr}（人力资源）、twin（人力资源）。" in shown
    assert f"{hr}（人力资源）" in browse(operator).get(care(made)).content.decode()
    assert f'href="{care(made)}">启用账号' in browse(hr).get(page).content.decode()
    others = [User(username=f"made-{number}", role=Role.FINANCE) for number in range(3)]
    few = queries(hr)
    for other in others:
        save_log_in(user=other, by=Actor(operator))
        assert told(hr) == told(twin) == [(1, care(made))], "nobody is asked before its person could come in"
    for address in (f"/admin/access/user/{others[0].pk}/change/", care(others[0])):
        assert "尚无一次性链接" in browse(operator).get(address).content.decode(), address
    waits = browse(hr).get(care(others[0])).content.decode()
    assert ("尚无一次性链接" in waits, 'value="open"' in waits) == (True, False)
    for other in others:
        renew_link(user=other, by=Actor(operator))
    lock_log_in(user=others[0], reason="不再需要", by=Actor(operator))
    assert told(hr) == [(3, "/admin/access/user/?opens=me")]
    assert browse(hr).get("/admin/access/user/?opens=me").context["cl"].result_count == 3
    assert queries(hr) == few
    open_log_in(user=made, reason="本人到场", by=Actor(hr))
    assert told(hr) == [(2, "/admin/access/user/?opens=me")]
    assert "须由另一人启用" not in browse(operator).get(page).content.decode()
    open_log_in(user=others[1], reason="本人到场", by=Actor(twin))
    User.objects.filter(pk__in=[hr.pk, twin.pk]).update(is_active=False)
    nobody = browse(operator).get(f"/admin/access/user/{others[2].pk}/change/").content.decode()
    assert "目前无人可以启用" in nobody


def test_what_waits_for_its_link_leads_to_who_makes_it_and_to_nobody_else(operator: User, hr: User) -> None:
    User.objects.filter(pk=operator.pk).update(last_name="欧阳修")
    made = User(username="made", role=Role.FINANCE)
    save_log_in(user=made, by=Actor(User.objects.get(pk=operator.pk)))
    page = f"/admin/access/user/{made.pk}/change/"
    for viewer, leads in ((hr, False), (operator, True)):
        shown = browse(viewer).get(page).content.decode()
        assert "由录入该账号并给予角色的欧阳修生成链接" in shown, "who made it is named"
        assert (care(made) in shown, "启用账号" in shown) == (leads, False)
    assert "开通" not in browse(hr).get(care(made)).content.decode()
    renew_link(user=made, by=Actor(operator))
    assert f'href="{care(made)}">启用账号' in browse(hr).get(page).content.decode()
    consoles = User.objects.create(username="consoles", role=Role.FINANCE, is_active=False)
    note_event(consoles, Kind.AWAITS, by=CONSOLE)
    told = browse(operator).get(f"/admin/access/user/{consoles.pk}/change/").content.decode()
    assert "由录入该账号的人生成链接" in told


def queries(viewer: User) -> int:
    fresh = User.objects.get(pk=viewer.pk)
    with CaptureQueriesContext(connection) as captured:
        waiting_for(fresh)
    return len(captured)
