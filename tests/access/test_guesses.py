"""Guesses at log-ins are slowed by name, by address and by both; who knows what only the owner knows gets in."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from django.test import Client as Browser
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django.fixtures import Settings

from access.accounts.actions import AccountRefused, renew_link
from access.accounts.actions_guesses import TooSoon, begin_password, guesses_at, keep_in_mind, release
from access.accounts.devices import address_of
from access.accounts.guesses import (
    FREE,
    MOST,
    NOTABLE_OF_ADDRESS,
    NOTABLE_OF_NAME,
    PLACES,
    in_words,
    key_of_address,
    key_of_both,
    wait_after,
)
from access.accounts.known_devices import COOKIE
from access.actor import CONSOLE, Actor
from access.models import AccountEvent, Guesses, User
from salesorg.databases.clones import Clone
from tests.access.test_log_ins import set_password
from tests.access.test_second_factor import code_of
from tests.access.test_second_factor import set_up as set_up_second_factor
from tests.cast import PASSWORD, log_in_of

WRONG = "wrong"
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"
SOON = 429
Role = User.Role


@pytest.fixture
def alice(db: None) -> User:
    return User.objects.create_user("alice", password=PASSWORD)


@pytest.fixture(autouse=True)
def _settled_places(settings: Settings) -> None:
    """Counters are places that a secret chooses; under this one none of the names and addresses here share one."""
    settings.SECRET_KEY = "places-1"


def at(address: str) -> Browser:
    return Browser(REMOTE_ADDR=address)


def guess(name: str, address: str, password: str = WRONG, browser: Browser | None = None) -> int:
    """Try to log in; the status: 200 for a wrong one, 302 for who is in, 429 for one that isn't looked at."""
    return (browser or at(address)).post("/login/", {"username": name, "password": password}).status_code


def pass_time(**much: float) -> None:
    """Let time pass for everything that is counted."""
    for row in Guesses.objects.all():
        row.since -= dt.timedelta(**much)
        row.opens_at = row.opens_at and row.opens_at - dt.timedelta(**much)
        row.save()


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_many_guesses_at_a_name_from_many_addresses_are_slowed(alice: User, name: str) -> None:
    addresses = [f"198.51.100.{number}" for number in range(6)]
    answers = [guess(name, address) for address in addresses for _guess in range(4)]
    assert answers.count(200) == NOTABLE_OF_NAME + 4, "each address that is new has one more"
    assert answers.count(SOON) == 24 - NOTABLE_OF_NAME - 4
    events = AccountEvent.objects.filter(user=alice, kind=AccountEvent.Kind.GUESSED).values_list("note", flat=True)
    assert list(events) == ([str(NOTABLE_OF_NAME)] if name == "alice" else [])


def test_many_names_from_one_address_are_slowed(alice: User) -> None:
    answers = [guess(f"name{number}", HERE) for number in range(40)]
    assert answers == [200] * NOTABLE_OF_ADDRESS + [SOON] * (40 - NOTABLE_OF_ADDRESS)
    assert guess("alice", HERE, PASSWORD) == SOON
    pass_time(seconds=61)
    assert guess("alice", HERE, PASSWORD) == 302, "who came behind them waits a minute"
    assert guess("bob", ELSEWHERE) == 200


def crowd(address: str, names: int) -> None:
    """Guess once at each of many made-up names from one address, and wait as long as is stated."""
    for _wait in range(2):
        for number in range(names):
            with suppress(TooSoon):
                begin_password(f"made-up-{number}", address=address, user=None, device="")
        pass_time(seconds=61)


def test_however_much_is_guessed_from_an_address_its_colleagues_wait_a_minute_and_get_in(alice: User) -> None:
    crowd(HERE, MOST + 5)
    assert Guesses.objects.get(pk=key_of_address(HERE)).wrong > MOST
    assert guess("alice", HERE, PASSWORD) == SOON
    pass_time(seconds=61)
    assert guess("alice", HERE, PASSWORD) == 302, "a new device, no second factor"
    assert [guess("alice", HERE), guess("bob", HERE)] == [SOON, SOON], "the address is slowed as before"


def test_who_looks_after_a_log_in_sees_that_its_address_is_slowed_and_ends_that(alice: User) -> None:
    hr = log_in_of(Role.HR)
    browser, care = Browser(), f"/admin/access/user/{alice.pk}/care/"
    browser.force_login(hr)
    crowd(HERE, NOTABLE_OF_ADDRESS)
    crowd(ELSEWHERE, NOTABLE_OF_ADDRESS)
    assert HERE not in browser.get(care).content.decode(), "nobody tried this log-in there"
    assert guess("alice", HERE, PASSWORD) == SOON
    page = browser.get(care).content.decode()
    assert f"{HERE} 试的" in page
    assert "未知设备猜错" not in page, "nobody guessed at the log-in itself"
    browser.post(care, {"act": "release"})
    assert HERE not in browser.get(care).content.decode()
    assert [guess("alice", HERE, PASSWORD), guess("bob", HERE)] == [302, 200]
    assert guess("bob", ELSEWHERE) == SOON, "another address waits as before"
    assert AccountEvent.objects.get(kind=AccountEvent.Kind.RELEASED).note == HERE, "what was ended is kept"


def test_waits_grow_and_the_right_password_forgets_the_own_wrong_ones(alice: User) -> None:
    assert [guess("alice", HERE) for _guess in range(6)] == [200] * 5 + [SOON]
    answer = at(HERE).post("/login/", {"username": "alice", "password": PASSWORD})
    assert answer.status_code == SOON
    assert "请在 1 分钟" in answer.content.decode() or "秒后再试" in answer.content.decode()
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    pass_time(seconds=61)
    assert [guess("alice", HERE), guess("alice", HERE)] == [200, SOON]
    pass_time(seconds=61)
    assert guess("alice", HERE) == SOON, "two minutes now"
    pass_time(seconds=61)
    assert guess("alice", HERE, PASSWORD) == 302
    assert [guess("alice", HERE) for _guess in range(4)] == [200] * 4
    minutes = [wait_after(wrong) / dt.timedelta(minutes=1) for wrong in range(3, 12)]
    assert minutes == [0, 0, 1, 2, 4, 8, 15, 15, 15]


def test_a_colleague_at_the_same_address_gets_in_on_a_known_device_and_on_a_new_one(alice: User) -> None:
    User.objects.create_user("bob", password=PASSWORD)
    known = at(HERE)
    assert guess("bob", HERE, PASSWORD, known) == 302
    known.post("/logout/")
    for _guess in range(6):
        guess("alice", HERE)
    assert guess("bob", HERE, PASSWORD, known) == 302
    assert guess("bob", HERE, PASSWORD) == 302


def test_on_a_known_device_the_owner_gets_in_however_much_is_guessed_elsewhere(alice: User) -> None:
    known = at(HERE)
    assert guess("alice", HERE, PASSWORD, known) == 302
    cookie = known.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    known.post("/logout/")
    hammer(alice, MOST + 5)
    assert guess("alice", HERE, PASSWORD, known) == 302
    known.post("/logout/")
    assert [guess("alice", HERE, "wrong", known) for _guess in range(6)] == [200] * 5 + [SOON], "its own are slowed"
    other = at(HERE)
    other.cookies[COOKIE] = f"{cookie.value}x"
    User.objects.create_user("bob", password=PASSWORD)
    assert guess("bob", HERE, PASSWORD, known) == 302, "known to one log-in, not to another"


def hammer(user: User, times: int) -> None:
    """Guess wrongly at a name, each time from another address."""
    for number in range(times):
        address = f"192.0.2.{number}"
        keep_in_mind(user, begin_password(user.username, address=address, user=user, device=""), address=address)


def test_after_a_hundred_a_password_alone_opens_nothing_on_an_unknown_device(alice: User) -> None:
    hammer(alice, MOST - 1)
    assert guess("alice", HERE, PASSWORD) == 302, "the last one"
    hammer(alice, 1)
    refused = at(HERE).post("/login/", {"username": "alice", "password": PASSWORD})
    wrong = at(ELSEWHERE).post("/login/", {"username": "alice", "password": "wrong"})
    assert (refused.status_code, wrong.status_code) == (200, 200)
    assert "今天" in refused.content.decode()
    pages = [answer.content.decode().partition('id="wrong"')[2].partition("</p>")[0] for answer in (refused, wrong)]
    assert pages[0] == pages[1], "nothing tells the right one from a wrong one"
    fresh = Browser()
    link = renew_link(user=alice, by=CONSOLE)
    set_password(link, "another-horse-9", browser=fresh)
    assert guess("alice", HERE, "another-horse-9", fresh) == 302, "who has a new link is known"
    pass_time(days=1)
    assert guess("alice", ELSEWHERE, "another-horse-9") == 302


def test_who_has_the_second_factor_gets_in_from_anywhere_at_once(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(role=Role.FINANCE, is_staff=True)
    set_up_second_factor(alice)
    hammer(alice, MOST + 5)
    browser = at(ELSEWHERE)
    assert guess("alice", ELSEWHERE, PASSWORD, browser) == 302
    assert browser.get("/").headers["Location"].startswith("/second-factor/")
    assert COOKIE not in browser.cookies, "known once the code was right"
    assert browser.post("/second-factor/", {"code": code_of(alice, 1)}).status_code == 302
    assert COOKIE in browser.cookies


def test_codes_are_slowed_by_log_in_whatever_the_address_but_not_on_a_known_device(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(role=Role.FINANCE, is_staff=True)
    known = Browser()
    set_up_second_factor(alice)
    guess("alice", HERE, PASSWORD, known)
    assert known.post("/second-factor/", {"code": code_of(alice, 1)}).status_code == 302
    known.post("/logout/")
    answers = []
    for number in range(7):
        browser = at(f"192.0.2.{number}")
        guess("alice", f"192.0.2.{number}", PASSWORD, browser)
        answers.append(browser.post("/second-factor/", {"code": "000000"}).status_code)
    assert answers == [200] * 5 + [SOON] * 2
    assert browser.post("/second-factor/", {"code": code_of(alice, 1)}).status_code == SOON
    guess("alice", HERE, PASSWORD, known)
    assert known.post("/second-factor/", {"code": "000000"}).status_code == 200
    TOTPDevice.objects.update(last_t=-1)
    assert known.post("/second-factor/", {"code": code_of(alice)}).status_code == 302


def test_a_new_password_ends_known_devices(alice: User) -> None:
    known = at(HERE)
    guess("alice", HERE, PASSWORD, known)
    hammer(alice, MOST)
    alice.set_password("another-horse-9")
    alice.save()
    known.post("/logout/")
    assert guess("alice", HERE, "another-horse-9", known) == 200


def test_the_old_password_is_no_easier_to_guess_in_a_browser_left_open(alice: User) -> None:
    browser = Browser()
    browser.force_login(alice)
    form = {"old_password": "wrong", "new_password1": "another-horse-9", "new_password2": "another-horse-9"}
    assert [browser.post("/password/", form).status_code for _guess in range(6)] == [200] * 5 + [SOON]


def test_who_looks_after_the_log_in_sees_it_and_ends_the_waits(alice: User) -> None:
    hr = log_in_of(Role.HR)
    finance = log_in_of(Role.FINANCE)
    browser = Browser()
    browser.force_login(hr)
    care = f"/admin/access/user/{alice.pk}/care/"
    assert "密码猜错" not in browser.get(care).content.decode()
    for _guess in range(4):
        guess("alice", HERE)
    assert "密码猜错" not in browser.get(care).content.decode()
    guess("alice", HERE)
    assert "密码猜错" in browser.get(care).content.decode(), "the first wait begins"
    hammer(alice, MOST)
    page = browser.get(care).content.decode()
    assert "密码猜错" in page
    assert "192.0.2.99" in page
    assert "个登录账号" in browser.get(reverse("admin:periods_period_waiting")).content.decode()
    with pytest.raises(AccountRefused):
        release(user=alice, by=Actor(finance))
    browser.post(care, {"act": "release"})
    assert guesses_at(alice) is None
    assert guess("alice", HERE, PASSWORD) == 302
    assert AccountEvent.objects.filter(user=alice, kind=AccountEvent.Kind.RELEASED, by=hr).exists()


@pytest.mark.django_db
def test_what_is_counted_is_bounded_and_holds_nothing_that_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PLACES <= 2**18
    monkeypatch.setattr("access.accounts.guesses.PLACES", 8)
    for number in range(60):
        try:
            begin_password(f"my-password-{number}", address=f"2001:db8:{number}::1", user=None, device="")
        except TooSoon:
            continue
    assert Guesses.objects.count() <= 3 * 8
    assert not Guesses.objects.filter(name__contains="password").exists()


def test_addresses_count_as_those_who_have_them() -> None:
    assert key_of_both("a", "2001:db8::1") == key_of_both("A", "2001:db8::2:1")
    assert key_of_both("a", "::ffff:203.0.113.9") == key_of_both("a", HERE)
    assert key_of_both("a", "2001:db8:0:1::1") != key_of_both("a", "2001:db8::1")
    assert in_words(dt.timedelta(seconds=61)) in ("62 秒", "61 秒")
    assert in_words(dt.timedelta(seconds=121)) == "3 分钟"


@pytest.mark.parametrize(("behind", "address"), [(False, HERE), (True, ELSEWHERE)])
def test_what_a_client_says_of_its_address_counts_for_nothing(settings: Settings, behind: bool, address: str) -> None:
    settings.SALESORG_BEHIND_PROXY = behind
    request = at(HERE).get("/login/", headers={"x-forwarded-for": f"192.0.2.1, {ELSEWHERE}"}).wsgi_request
    assert address_of(request) == address
    garbled = at(HERE).get("/login/", headers={"x-forwarded-for": "here, there"}).wsgi_request
    assert address_of(garbled) == HERE


def test_guesses_at_once_are_no_more_than_one_by_one(committed_db: Clone) -> None:
    def is_looked_at(_number: int) -> bool:
        try:
            begin_password("alice", address=HERE, user=None, device="")
            return True
        except TooSoon:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(is_looked_at, range(24))) == FREE + 1
    assert Guesses.objects.get(pk=key_of_both("alice", HERE)).wrong == FREE + 1
