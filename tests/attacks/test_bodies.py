"""Bodies are bounded by address and log-in before they are read, and nothing of them stays on the disk."""

import ast
import os
import signal
from itertools import chain

import pytest
from django.test import Client as Browser

from access.bodies import SMALL_BYTES
from access.models import User
from salesorg.state.places import ROOT
from tests.attacks.site import Served, answer_on, cookie_of, file_form
from tests.waiting import until

pytestmark = pytest.mark.slow

UPLOAD = "/admin/workbooks/upload/add/"
LARGE = 200 * 2**20
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
APPS = ("access", "clients", "compensation", "disputes", "funds", "monthend", "portal", "staff", "workbooks")
MADE_UP = "sessionid=0123456789abcdefghijklmnopqrstuv"


@pytest.mark.parametrize("path", ["/login/", UPLOAD, "/i18n/setlang/", "/pay/", "/admin/", "/nothing/here/"])
@pytest.mark.parametrize("cookie", ["", MADE_UP])
def test_nobody_has_a_large_file_read_without_a_log_in(site: Served, path: str, cookie: str) -> None:
    headers, head, _tail = file_form(LARGE)
    with site.sent("POST", path, {**headers, "Cookie": cookie}, head + bytes(8 * 2**20)) as connection:
        answer = answer_on(connection)  # while most of it has not been sent
    assert answer.status == 413
    assert "超出了这里接收的大小" in answer.text
    assert site.files == []


@pytest.mark.parametrize("cookie", ["", MADE_UP])
def test_nobody_has_a_file_read_that_only_some_may_send(site: Served, cookie: str) -> None:
    headers, head, _tail = file_form(20 * 2**20)
    with site.sent("POST", UPLOAD, {**headers, "Cookie": cookie}, head) as connection:
        answer = answer_on(connection)
    assert answer.status == 413
    assert "64.0\xa0KB" in answer.text
    assert "请先登录" in answer.text


@pytest.mark.parametrize("length", [{"Content-Length": str(LARGE)}, {"Transfer-Encoding": "chunked"}])
def test_neither_a_long_form_nor_one_that_hides_its_length_is_read(site: Served, length: dict[str, str]) -> None:
    body = b"100000\r\n" + b"a" * 2**20 + b"\r\n"
    with site.sent("POST", "/login/", {**FORM, **length}, body) as connection:
        assert answer_on(connection).status == 413


def test_who_sends_everything_before_listening_gets_the_page_too(site: Served) -> None:
    headers, head, tail = file_form(LARGE)
    with site.sent("POST", "/login/", headers, head) as connection:
        for _megabyte in range(LARGE // 2**20):
            connection.sendall(bytes(2**20))
        connection.sendall(tail)
        assert answer_on(connection).status == 413


def test_a_small_form_is_read_as_ever(site: Served) -> None:
    with site.sent("POST", "/login/", {**FORM, "Content-Length": str(SMALL_BYTES)}, b"a" * SMALL_BYTES) as connection:
        assert answer_on(connection).status == 403  # it holds no token
    with site.sent("POST", "/login/", {**FORM, "Content-Length": str(SMALL_BYTES + 1)}) as connection:
        assert answer_on(connection).status == 413


def test_who_only_looks_sends_no_file(site: Served, auditor: User) -> None:
    headers, head, _tail = file_form(20 * 2**20)
    with site.sent("POST", UPLOAD, {**headers, "Cookie": cookie_of(auditor)}, head) as connection:
        assert answer_on(connection).status == 413


def test_who_may_import_sends_a_workbook_there_and_nowhere_else(site: Served, hr: User) -> None:
    size = 20 * 2**20
    page = site.get(UPLOAD, cookie=f"{cookie_of(hr)}; csrftoken={'t' * 32}")
    assert page.status == 200
    headers, head, tail = file_form(size, token="t" * 32)
    headers["Cookie"] = f"{cookie_of(hr)}; csrftoken={'t' * 32}"
    with site.sent("POST", UPLOAD, headers, head + bytes(size) + tail) as connection:
        answer = answer_on(connection)
    assert (answer.status, "不是 Excel 工作簿" in answer.text) == (200, True)
    assert site.files == []
    for path in ("/login/", "/admin/workbooks/importbatch/", "/admin/staff/employee/add/"):
        with site.sent("POST", path, headers, head) as connection:
            assert answer_on(connection).status == 413
    too_much, head, _tail = file_form(40 * 2**20)
    with site.sent("POST", UPLOAD, {**too_much, "Cookie": headers["Cookie"]}, head) as connection:
        assert "31.0\xa0MB" in answer_on(connection).text


def test_of_who_hangs_up_nothing_stays(site: Served, hr: User) -> None:
    headers, head, _tail = file_form(20 * 2**20)
    with site.sent("POST", UPLOAD, {**headers, "Cookie": cookie_of(hr)}, head + bytes(5 * 2**20)):
        pass
    assert site.answers()
    assert site.files == []


def test_what_a_killed_worker_was_writing_is_removed_by_the_next(site: Served) -> None:
    killed = site.workers[0]
    (folder,) = (site.var / "temporary").glob(f"{killed}-*")
    (folder / "payroll.xlsx").write_bytes(b"somebody's pay")
    assert folder.stat().st_mode & 0o077 == 0
    os.kill(killed, signal.SIGKILL)
    until(lambda: not folder.exists())
    assert site.files == []


@pytest.mark.django_db
@pytest.mark.parametrize(("count", "file"), [(101, '; filename="f"'), (1010, "")])
def test_more_files_or_fields_than_any_form_has_are_refused_with_a_page(client: Browser, count: int, file: str) -> None:
    part = f'--b\r\nContent-Disposition: form-data; name="a"{file}\r\n\r\n\r\n'
    answer = client.post("/login/", part * count + "--b--\r\n", content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "超出了这里接收的大小" in answer.content.decode()


def test_every_view_that_reads_files_says_how_large_and_from_whom() -> None:
    readers = [
        (path.name, view.name, [ast.unparse(mark) for mark in view.decorator_list])
        for path in chain.from_iterable(ROOT.glob(f"{app}/**/*.py") for app in APPS)
        for view in ast.walk(ast.parse(path.read_text()))
        if isinstance(view, ast.FunctionDef) and view.returns and "Response" in ast.unparse(view.returns)
        if "request.FILES" in ast.unparse(view)
    ]
    assert len(readers) >= 6
    assert [reader for reader in readers if not any(mark.startswith("takes_files(") for mark in reader[2])] == []
