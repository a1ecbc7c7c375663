"""Contents of uploads, attempts and sessions end with their terms; who imported what stays."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from access.models import Guesses
from salesorg.retention import forget
from tests.admin.cast import House, Role
from tests.admin.test_pages import text_of
from tests.admin.test_uploads import page
from workbooks.models import Upload, UploadRow

State = Upload.State
DAY = dt.timedelta(days=1)


def aged(days: float) -> dt.datetime:
    """Have all uploads been made this many days ago; returns now."""
    now = timezone.now()
    Upload.objects.update(uploaded_at=now - dt.timedelta(days=days), done_at=now - dt.timedelta(days=days))
    return now


def test_a_file_is_whole_to_the_last_day_and_empty_after_it(house: House) -> None:
    rows = UploadRow.objects.count()
    forget(aged(89.9))
    assert (Upload.objects.filter(data=b"").count(), UploadRow.objects.count()) == (0, rows)
    assert forget(aged(90.1))[0].count == 2
    assert rows > 0
    assert (Upload.objects.exclude(data=b"").count(), UploadRow.objects.count()) == (0, 0)
    assert forget(timezone.now())[0].count == 0


def test_what_was_wrong_stays_without_what_stood_there(house: House) -> None:
    refused, ready = Upload.objects.get(state=State.REFUSED), Upload.objects.get(state=State.READY)
    assert refused.errors[0]["value"] == "1.234"
    forget(aged(91))
    refused.refresh_from_db()
    ready.refresh_from_db()
    assert (refused.errors[0]["value"], refused.errors[0]["column"]) == (None, "金额")
    assert (ready.state, refused.uploaded_by) == (State.FAILED, house.users[Role.HR])
    hr = house.browse(Role.HR)
    for upload in (refused, ready):
        shown = text_of(hr, page(upload))
        assert "文件及其各行已于" in shown
        for button in ("下载标出错误的工作簿", "下载上传的文件", "确认导入"):
            assert button not in shown
        for kind in ("", "-marked"):
            answer = hr.get(f"/workbooks/upload-{upload.pk}{kind}.xlsx")
            assert answer.status_code in (302, 404)


def test_what_is_being_worked_on_stays(house: House) -> None:
    Upload.objects.filter(state=State.READY).update(state=State.WAITING)
    assert forget(aged(400))[0].count == 1


@pytest.mark.django_db
def test_attempts_and_sessions_end(capsys: pytest.CaptureFixture[str]) -> None:
    now = timezone.now()
    for days in (29.9, 30.1):
        moment = now - dt.timedelta(days=days)
        Guesses.objects.create(key=str(days), since=moment, at=moment)
    for key, end in (("old", now - DAY), ("new", now + DAY)):
        Session.objects.create(session_key=key, expire_date=end)
    call_command("forget")
    assert Guesses.objects.count() == 1
    assert list(Session.objects.values_list("pk", flat=True)) == ["new"]
    assert "登录尝试：已删除 1 条（保留 30 天）。" in capsys.readouterr().out
