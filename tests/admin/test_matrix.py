"""Every role, and a stranger, asks for every address of the site and sends to it: who may is let in, and nobody reads
what lies beyond. What is asked for is read on the way: how many queries each page takes."""

import io
import zipfile
from collections.abc import Callable, Collection, Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client as Browser
from django.urls import resolve
from django.views.generic import RedirectView

from access.roles import PEOPLE
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.matrix import classified, patterns
from tests.admin.own_pages import PUBLIC
from tests.admin.secrets import masked_numbers, secrets_of
from tests.admin.visits import Visit

pytestmark = [pytest.mark.slow, pytest.mark.long]
SENT = {"post": "yes", "amount": "1", "name": "x", "role": "hr", "month": "2011-05", "act": "lock", "run": "1"}
MOST_QUERIES = 20
OF_THE_SESSION = ("django_session", "last_login", "django_content_type")
READ_BY_BROWSERS = ("text/html", "application/json", "text/javascript")
OF_TRANSACTIONS = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


def test_every_address_is_classified() -> None:
    assert set(patterns()) - set(classified()) == set(), "say in own_pages.py who may ask for these"
    assert set(classified()) - set(patterns()) == set(), "these are gone"


def test_every_shortcut_is_django_s_own_so_that_one_tells_for_all() -> None:
    """A redirection, behind the administration's own door, and nothing that a model puts in its place."""
    for model in admin.site._registry:
        found: Any = resolve(f"{address(model, 'changelist')}1/").func
        assert (found.view_class, found.__code__.co_qualname, found.model_admin.admin_site) == (
            RedirectView,
            "ModelAdmin.get_urls.<locals>.wrap.<locals>.wrapper",
            admin.site,
        ), model


@pytest.mark.parametrize("role", PEOPLE)
def test_a_role_gets_what_is_its_own_and_nothing_else(house: House, role: str) -> None:
    ContentType.objects.get_for_models(*apps.get_models())  # read once by a process, on whatever page comes first
    secrets, wrong = secrets_of(house, role), list[str]()
    browser = house.browse(role)
    logged_in = browser.cookies.output(header="", sep=";")
    for name, visits in classified().items():
        for visit in visits(house, role):
            for method, may in (("GET", visit.get), ("POST", visit.post)):
                browser.cookies = SimpleCookie(logged_in)
                wrong += (
                    f"{name}: {method} {visit.url} {what}" for what in asked(browser, method, visit, may, secrets)
                )
    assert not wrong, "\n".join(["", *wrong])


def test_a_stranger_gets_nothing(house: House) -> None:
    secrets, wrong = secrets_of(house, None), list[str]()
    browser = Browser()
    for name, visits in classified().items():
        for visit in visits(house, Role.AUDITOR):
            for method in ("GET", "POST"):
                may = method in PUBLIC.get(name, ())
                wrong += (
                    f"{name}: {method} {visit.url} {what}" for what in asked(browser, method, visit, may, secrets)
                )
    assert not wrong, "\n".join(["", *wrong])


def asked(browser: Browser, method: str, visit: Visit, may: bool | None, secrets: Collection[str]) -> Iterator[str]:
    """Ask for an address, or send to it, and take back what it does; what was wrong with the answer."""
    written, queries = list[str](), list[str]()
    with transaction.atomic(), connection.execute_wrapper(noting(written, queries)):
        response = browser.generic(method, visit.url) if method == "GET" else browser.post(visit.url, SENT)
        text = text_of(response)
        transaction.set_rollback(True)
    if not fits(response, may):
        yield f"answers {response.status_code} {response.headers.get('Location', '')}"
    if written and not may:
        yield f"writes {written[0][:90]}"
    if method == "GET" and is_page(response) and len(queries) > MOST_QUERIES:
        yield f"takes {len(queries)} queries"
    if is_file(response) and method == "GET" and not any('INTO "access_accountevent"' in each for each in written):
        yield "hands out a file and keeps nowhere who took it"
    unmasked = masked_numbers() if is_file(response) and may else ()
    if told := [secret for secret in secrets if secret in text and secret not in unmasked]:
        yield f"tells {sorted(told)[:4]}"


def fits(response: HttpResponseBase, may: bool | None) -> bool:
    """Whether the status is that of who may, who may not, or of a request that nobody makes here."""
    is_door = response.status_code == 302 and response.headers["Location"].startswith(("/login/?", "/admin/login/?"))
    match may:
        case True:
            return response.status_code in (200, 302) and not is_door
        case False:
            return is_door or response.status_code in (403, 404, 405)
    return response.status_code in (403, 404, 405) or is_door


def is_page(response: HttpResponseBase) -> bool:
    """Whether it is read in the browser, and no file."""
    return response.headers.get("Content-Type", "").startswith("text/html")


def is_file(response: HttpResponseBase) -> bool:
    """Whether it is a file to keep, which people's whole numbers may stand in for who may have it."""
    is_read_there = response.headers.get("Content-Type", "").startswith(READ_BY_BROWSERS)
    return "Content-Disposition" in response.headers or (response.status_code == 200 and not is_read_there)


def noting(written: list[str], queries: list[str]) -> Callable[..., object]:
    """Note every statement that changes anything but the session, and every query.

    That a session is in use is written once a minute, on whatever page that falls.
    """

    def note(execute: Callable[..., object], sql: object, *args: object) -> object:
        is_write = str(sql).startswith(("INSERT", "UPDATE", "DELETE"))
        is_of_session = is_write and any(word in str(sql) for word in OF_THE_SESSION)
        if is_write and not is_of_session:
            written.append(str(sql))
        if not str(sql).startswith(OF_TRANSACTIONS) and not is_of_session:
            queries.append(str(sql))
        return execute(sql, *args)

    return note


def text_of(response: HttpResponseBase) -> str:
    """What an answer says; a workbook's cells."""
    content = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(part).decode(errors="replace") for part in book.namelist())
    return str(content.decode(errors="replace"))
