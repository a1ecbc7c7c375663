"""Every page that a role reads, found by the matrix: what holds for all pages is asked of each of these."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.test import Client as Browser

from tests.admin.cast import House
from tests.admin.matrix import SHORTCUT, classified
from tests.admin.test_matrix import is_page
from tests.admin.visits import Visit

ALL = slice(None)
WHOLE = "<html"
"""Stands in every page, and in no part that a page loads."""
ALIKE = ("_history", "_delete")
"""Pages that are made of the same template whatever the model: one of each tells for all."""


@dataclass(frozen=True)
class Found:
    """What a page is called, its address, what it says, and to whom."""

    name: str
    url: str
    text: str
    reader: str


def pages(house: House, *roles: str, part: slice = ALL) -> Iterator[Found]:
    """Each page, or each of a part of them, as the first of these roles that may reads it; files are left out."""
    found, kinds = set[str](), set[str]()
    named = [(name, visits) for name, visits in classified().items() if name != "admin:logout"]
    wanted = [(name, visits) for name, visits in named if not name.endswith(SHORTCUT)][part]
    for role in roles:
        browser = house.browse(role)
        for name, visits in wanted:
            kind = next((kind for kind in ALIKE if name.endswith(kind)), name)
            if name in found or kind in kinds:
                continue
            if read := _first_read(browser, visits(house, role)):
                found.add(name)
                kinds |= {kind} & set(ALIKE)
                if WHOLE in read[1]:
                    yield Found(name, *read, role)


def _first_read(browser: Browser, visits: Iterable[Visit]) -> tuple[str, str] | None:
    """The first address that answers with something, and what it says, nothing if it is a file; None if none does."""
    for visit in visits:
        if visit.get:
            with transaction.atomic():
                response = browser.get(visit.url)
                if response.streaming:
                    b"".join(response)
                transaction.set_rollback(True)
            if response.status_code == 200:
                return visit.url, response.content.decode() if is_page(response) else ""
    return None
