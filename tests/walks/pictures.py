"""The handbook's pictures, taken on the way when SALESORG_PICTURES names a folder."""

import os
from base64 import b64decode
from pathlib import Path

from playwright.sync_api import Locator, Page

from salesorg.state.places import ROOT
from tests.admin.test_browser import DESK, PHONE


def take(page: Page, name: str, at: Locator | None = None, *, on_phone: bool = False) -> None:
    """Keep what the page shows, from `at` on, as NAME.webp; on a phone, too, as NAME-phone.webp."""
    folder = os.environ.get("SALESORG_PICTURES")
    if not folder:
        return
    _take(page, ROOT / folder / f"{name}.webp", at)
    if on_phone:
        page.set_viewport_size(PHONE)
        _take(page, ROOT / folder / f"{name}-phone.webp", at)
        page.set_viewport_size(DESK)


def _take(page: Page, path: Path, at: Locator | None) -> None:
    page.wait_for_load_state("networkidle")
    if at is not None:
        at.first.evaluate("element => element.scrollIntoView({block: 'start'})")
    # Playwright itself writes no WebP, which takes a third of a PNG.
    session = page.context.new_cdp_session(page)
    picture = session.send("Page.captureScreenshot", {"format": "webp", "quality": 80})
    path.write_bytes(b64decode(picture["data"]))
    session.detach()
