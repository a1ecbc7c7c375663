"""The pages of imports in a browser: on a desk and on a phone, light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.admin.addresses import address
from tests.admin.cast import Role
from tests.admin.conftest import ServedHouse
from tests.admin.test_browser import DESK, PALE, PHONE, QUIET, TOO_WIDE, page_of
from tests.prerequisites import chromium
from workbooks.models import ParallelLine, ParallelRun, Upload, UploadRow

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def session(served_house: ServedHouse) -> str:
    """HR is logged in, in the house of two branches."""
    return served_house.house.browse(Role.HR).cookies["sessionid"].value


@pytest.fixture
def addresses(session: str) -> dict[str, str]:
    ready, refused = Upload.objects.get(state=Upload.State.READY), Upload.objects.get(state=Upload.State.REFUSED)
    return {
        "list": address(Upload, "changelist"),
        "form": address(Upload, "add"),
        "preview": address(Upload, "change", ready.pk),
        "errors": address(Upload, "change", refused.pk),
        "rows": address(UploadRow, "changelist"),
        "parallel run": address(ParallelRun, "change", ParallelRun.objects.get().pk),
        "parallel form": address(ParallelRun, "add"),
        "old pay": address(ParallelLine, "change", ParallelLine.objects.earliest("pk").pk),
        "row": address(UploadRow, "change", UploadRow.objects.earliest("pk").pk),
    }


@pytest.fixture
def browser(addresses: dict[str, str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        browser.close()


def test_pages_fit_and_can_be_read(
    served_house: ServedHouse, session: str, addresses: dict[str, str], browser: Browser
) -> None:
    for viewport, scheme in ((PHONE, "dark"), (DESK, "light")):
        page = page_of(browser, served_house.url, session, viewport, scheme)
        for name, path in addresses.items():
            page.goto(served_house.url + path)
            assert not page.evaluate(TOO_WIDE), (name, viewport["width"])
            assert page.evaluate(PALE) == [], (name, scheme)
