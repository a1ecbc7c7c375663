"""The pages of plans and drafts in a browser: on a desk and on a phone, light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from rulebook.models import PlanDraft
from tests.admin.addresses import address
from tests.admin.cast import Role
from tests.admin.conftest import ServedHouse
from tests.admin.test_browser import DESK, PALE, PHONE, QUIET, TOO_WIDE, page_of
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NARROW = {**PHONE, "width": 360}
LAW = "/admin/rulebook/planversion/law/"


@pytest.fixture
def sessions(served_house: ServedHouse) -> dict[str, str]:
    """The director and the general manager are logged in, in the house of two branches."""
    roles = (Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER)
    return {role: served_house.house.browse(role).cookies["sessionid"].value for role in roles}


@pytest.fixture
def draft(sessions: dict[str, str]) -> str:
    """The address of the draft that the director began for July."""
    return address(PlanDraft, "change", PlanDraft.objects.get().pk)


@pytest.fixture
def browser(draft: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def test_pages_fit_and_can_be_read(
    served_house: ServedHouse, sessions: dict[str, str], draft: str, browser: Browser
) -> None:
    addresses = {
        "draft": draft,
        "form": draft.replace("change", "edit"),
        "list": address(PlanDraft, "changelist"),
        "begin": address(PlanDraft, "add"),
        "law": LAW,
        "article": f"{LAW}1-4.1/",
        "decision": "/admin/rulebook/interpretation/add/?article=1-4.1",
    }
    for viewport, scheme in ((NARROW, "dark"), (DESK, "light")):
        page = page_of(browser, served_house.url, sessions[Role.MARKETING_DIRECTOR], viewport, scheme)  # type: ignore[arg-type]
        for name, path in addresses.items():
            page.goto(served_house.url + path)
            assert not page.evaluate(TOO_WIDE), (name, viewport["width"])
            assert page.evaluate(PALE) == [], (name, scheme)
