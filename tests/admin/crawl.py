"""Every page that a role reads, found by the matrix: what holds for all pages is asked of each of these."""

from collections.abc import Iterable, Iterator

from django.db import transaction
from django.test import Client as Browser

from tests.admin.cast import House
from tests.admin.matrix import classified
from tests.admin.test_matrix import is_page
from tests.admin.visits import Visit

WHOLE = b"<html"
"""Stands in every page, and in no part that a page loads."""
ALIKE = ("_history", "_delete")
"""Pages that are made of the same template whatever the model: one of each tells for all."""


def pages(house: House, *roles: str) -> Iterator[tuple[str, str, str]]:
    """What each page is called, its address and who reads it: the first of these roles that may; files are left out."""
    found, kinds = set[str](), set[str]()
    for role in roles:
        browser = house.browse(role)
        for name, visits in classified().items():
            kind = next((kind for kind in ALIKE if name.endswith(kind)), name)
            if name in found or kind in kinds or name == "admin:logout":
                continue
            url = _first_read(browser, visits(house, role))
            if url:
                found.add(name)
                kinds |= {kind} & set(ALIKE)
                yield name, url, role


def _first_read(browser: Browser, visits: Iterable[Visit]) -> str:
    """The first address that answers with a page; empty if none does."""
    for visit in visits:
        if visit.get:
            with transaction.atomic():
                response = browser.get(visit.url)
                if response.streaming:
                    b"".join(response)
                transaction.set_rollback(True)
            if response.status_code == 200 and is_page(response) and WHOLE in response.content:
                return visit.url
    return ""
