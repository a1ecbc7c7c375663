"""One firm for all walks, of which each file has a copy, and a browser in which anybody of it is logged in."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from access.models import User
from salesorg.databases.clones import Databases, connected_to
from tests.admin.test_browser import DESK, QUIET
from tests.made_once import made_once
from tests.prerequisites import chromium
from tests.serving import served
from tests.walks.company import make_company

Visit = Callable[[str], Page]


@pytest.fixture(scope="session")
def company(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a database in which the company is, as nobody has walked in it yet."""
    with made_once(databases, django_db_blocker, make_company) as made:
        yield made.database


@pytest.fixture(scope="module")
def walked(company: str, databases: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The name of a file's own copy; what a walk does there stays for those after it in the file."""
    with django_db_blocker.unblock(), databases.clone(of=company) as copy:
        yield copy.name


@pytest.fixture
def site(walked: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address at which the company's site is served."""
    with django_db_blocker.unblock(), connected_to(walked), served() as server:
        yield str(server.url)


@pytest.fixture
def sessions(site: str) -> dict[str, str]:
    """Everybody's session by user name; begun before the browser, whose loop and Django's database don't mix."""
    return {user.username: _session_of(user) for user in User.objects.filter(is_staff=True)}


@pytest.fixture
def browser(sessions: dict[str, str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # The browser's own words, such as beside a field for a file, are in its language, not the page's.
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=QUIET, env={**os.environ, "LANGUAGE": "zh_CN"}
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(site: str, sessions: dict[str, str], browser: Browser) -> Iterator[Visit]:
    """Opens the first page as somebody sees it, by user name; what goes wrong in a page fails the walk at its end."""
    wrong: list[str] = []

    def opened(name: str) -> Page:
        context = browser.new_context(viewport=DESK, color_scheme="light", locale="zh-CN")
        context.add_cookies([{"name": "sessionid", "value": sessions[name], "url": site}])
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.goto(f"{site}/admin/")
        return page

    yield opened
    assert wrong == []


def _session_of(user: User) -> str:
    browser = Client()
    browser.force_login(user)
    return browser.cookies["sessionid"].value
