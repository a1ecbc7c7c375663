"""While somebody holds what others need, pages answer: who reads is served, who writes is told to try again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg2
import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.utils import timezone

from access.models import User
from monthend.models import MonthRun
from periods.models import Period
from periods.turns import MONTHS_LOCK
from rulebook.month import Month
from rulebook.selectors import plan_version_at
from tests.attacks.site import Served, answer_on, cookie_of

pytestmark = pytest.mark.slow

COMPUTE = "/admin/periods/period/compute/"
TOKEN = "t" * 32
MONTH = Month(2011, 4)
MANY = 24
TURN = ("SELECT pg_advisory_xact_lock(%s)", MONTHS_LOCK)


@contextmanager
def holding(statement: str, *values: object) -> Iterator[None]:
    """Hold what a statement takes, in a transaction of another session."""
    database = connection.settings_dict
    held = psycopg2.connect(
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"],
        host=database["HOST"],
        port=database["PORT"],
    )
    with held.cursor() as cursor:
        cursor.execute(statement, values)
    try:
        yield
    finally:
        held.close()


def form(user: User, body: bytes) -> dict[str, str]:
    return {
        "Cookie": f"{cookie_of(user)}; csrftoken={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
    }


def test_a_held_turn_keeps_no_page_from_who_reads(site: Served, hr: User) -> None:
    body = f"csrfmiddlewaretoken={TOKEN}&month={MONTH}".encode()
    with holding(*TURN), ExitStack() as stack:
        waiting = [stack.enter_context(site.sent("POST", COMPUTE, form(hr, body), body)) for _ in range(MANY)]
        assert site.get("/login/").status == 200
        assert site.get(staticfiles_storage.url("access/icon.svg")).status == 200
        assert site.get("/admin/", cookie=cookie_of(hr)).status == 200
        answers = [answer_on(connection) for connection in waiting]
    assert {answer.status for answer in answers} == {503}
    assert not Period.objects.filter(month=MONTH).exists()


def test_who_meets_it_reads_what_is_worked_on_and_sends_the_same_again(site: Served, hr: User) -> None:
    MonthRun.objects.create(month=MONTH, plan_version=plan_version_at(MONTH), started_at=timezone.now(), started_by=hr)
    body = f'csrfmiddlewaretoken={TOKEN}&month={MONTH}&reason=%3Cb%3E"'.encode()
    with holding(*TURN), site.sent("POST", COMPUTE, form(hr, body), body) as connection:
        answer = answer_on(connection)
    assert answer.status == 503
    for told in ("正在处理，请稍后再试", "正在计算2011年4月：hr", "再次提交"):
        assert told in answer.text
    assert f'<input type="hidden" name="month" value="{MONTH}">' in answer.text
    assert 'name="reason" value="&lt;b&gt;&quot;"' in answer.text
    assert TOKEN not in answer.text


def test_a_password_stands_on_no_page(site: Served) -> None:
    body = f"csrfmiddlewaretoken={TOKEN}&username=hr&password=secret".encode()
    headers = {**form(User.objects.create(username="sue"), body), "Cookie": f"csrftoken={TOKEN}"}
    with (
        holding("LOCK TABLE access_user IN ACCESS EXCLUSIVE MODE"),
        site.sent("POST", "/login/", headers, body) as connection,
    ):
        answer = answer_on(connection)
    assert (answer.status, "secret" in answer.text, "正在处理" in answer.text) == (503, False, True)


def test_a_table_that_nobody_may_read_keeps_no_static_file(site: Served, hr: User) -> None:
    cookie = cookie_of(hr)
    with holding("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE"), ExitStack() as stack:
        waiting = [
            stack.enter_context(site.sent("GET", "/admin/", {"Cookie": cookie}))
            for _ in range(settings.SALESORG_MOST_WRITERS)
        ]
        assert site.get(staticfiles_storage.url("access/icon.svg"), cookie=cookie).status == 200
        assert site.get("/login/").status == 200
        assert {answer_on(connection).status for connection in waiting} == {503}
