"""A workbook that is uploaded: read in the background, shown, confirmed, imported as shown or shown anew."""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest
from celery import current_app
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection

from access.actor import CONSOLE, Actor
from access.models import User
from access.roles import PEOPLE
from clients.models import Receipt
from monthend.close import close_month
from salesorg.databases.clones import Clone
from salesorg.state.places import ROOT
from staff.models import Employee
from tests.cast import actor_of, log_in_of
from tests.firm import APRIL
from tests.imports.books import book_of, places, raw_parts, saved, take_in, zipped
from tests.imports.company import change, company, without
from tests.monthend.test_runs import at_once
from workbooks.company.importing import ImportOutcome
from workbooks.company.importing import take_in as really_take_in
from workbooks.models import ImportBatch, Upload, UploadRow
from workbooks.notices import uploads_to_finish
from workbooks.uploads import work
from workbooks.uploads.actions import MOST_OPEN, UploadRefused, confirm_upload, keep_upload, throw_upload_away
from workbooks.uploads.actions_answers import SAMPLE
from workbooks.uploads.months import months_ahead
from workbooks.uploads.work import sweep_uploads, work_on_uploads
from workbooks.xlsx.package import UnreadableWorkbook

State = Upload.State
PATIENCE = 60


@pytest.fixture
def hr(committed_db: Clone) -> Actor:
    return actor_of(User.Role.HR)


def upload(hr: Actor, sheets: dict[str, Any]) -> Upload:
    """A workbook, uploaded and read."""
    kept = keep_upload(saved(book_of(sheets)), file_name="四月.xlsx", by=hr)
    work_on_uploads()
    kept.refresh_from_db()
    return kept


def confirm(hr: Actor, kept: Upload) -> Upload:
    """What was shown, confirmed and worked on."""
    confirm_upload(kept.pk, shown=kept.shown, by=hr)
    work_on_uploads()
    kept.refresh_from_db()
    return kept


def uploads_waiting(hr: Actor) -> list[int | str]:
    """How many are to be mended and to be confirmed, as the first page says."""
    assert hr.user is not None
    return [notice.count for notice in uploads_to_finish(hr.user)[:2]]


def told(kept: Upload, sheet: str) -> list[tuple[int, str, str, list[Any]]]:
    rows = UploadRow.objects.filter(upload=kept, sheet=sheet).order_by("pk")
    return list(rows.values_list("row", "key", "change", "differences"))


def test_what_was_uploaded_is_kept_and_shown_before_anything_is_written(hr: Actor) -> None:
    data = saved(book_of(company()))
    kept = keep_upload(data, file_name="四月.xlsx", by=hr)
    assert (kept.state, kept.uploaded_by, kept.size, len(kept.sha256)) == (State.WAITING, hr.user, len(data), 64)
    work_on_uploads()
    kept.refresh_from_db()
    assert (kept.state, kept.errors, bytes(kept.data)) == (State.READY, [], data)
    assert kept.counts["员工"] == {"added": 4, "changed": 0, "skipped": 0}
    assert (kept.sums["到款"], kept.sums["期初人员"], kept.sums["期初基金"]) == ("59000.00", "-50.00", "800.00")
    assert told(kept, "期初业绩") == [
        (2, "01·2011-03", "added", [["工号", None, "01"], ["月份", None, "2011-03"], ["业绩", None, "70000.00"]])
    ]
    assert not Employee.objects.exists()
    assert not ImportBatch.objects.exists()


def test_confirmed_it_is_imported_with_who_and_when(hr: Actor) -> None:
    kept = confirm(hr, upload(hr, company()))
    assert (kept.state, kept.confirmed_by, kept.failure) == (State.APPLIED, hr.user, "")
    assert kept.batch is not None
    assert (kept.batch.imported_by, kept.batch.sha256, kept.batch.counts) == (hr.user, kept.sha256, kept.counts)
    assert Employee.objects.count() == 4
    again = upload(hr, company())
    assert (again.state, again.counts["员工"]) == (State.READY, {"added": 0, "changed": 0, "skipped": 4})
    assert not UploadRow.objects.filter(upload=again).exists()


def test_a_change_shows_what_stands_in_the_data_and_what_will(hr: Actor) -> None:
    take_in(company())
    Employee.objects.filter(number="01").update(phone="13900000009")
    kept = upload(hr, {"员工": change(company(), "员工", ("01",), "手机", "13700000007")["员工"]})
    assert told(kept, "员工") == [(2, "01", "changed", [["手机", "13900000009", "13700000007"]])]
    assert confirm(hr, kept).state == State.APPLIED
    assert Employee.objects.get(number="01").phone == "13700000007"


def test_errors_are_kept_beside_their_cells_and_nothing_can_be_confirmed(hr: Actor) -> None:
    kept = upload(hr, change(company(), "到款", ("R2",), "金额", "-0.001"))
    assert kept.state == State.REFUSED
    assert kept.errors == [{"sheet": "到款", "row": 4, "column": "金额", "value": "-0.001", "reason": "小数超过 2 位"}]
    for shown in ("", kept.shown):
        with pytest.raises(UploadRefused):
            confirm_upload(kept.pk, shown=shown, by=hr)
    assert not Employee.objects.exists()


def test_data_that_changed_meanwhile_is_shown_anew_and_not_written(hr: Actor) -> None:
    take_in(company())
    kept = upload(hr, {"员工": change(company(), "员工", ("01",), "手机", "13700000007")["员工"]})
    before = kept.shown
    Employee.objects.filter(number="01").update(phone="13900000009")
    kept = confirm(hr, kept)
    assert (kept.state, kept.is_shown_anew, kept.confirmed_by) == (State.READY, True, None)
    assert told(kept, "员工") == [(2, "01", "changed", [["手机", "13900000009", "13700000007"]])]
    assert Employee.objects.get(number="01").phone == "13900000009"
    with pytest.raises(UploadRefused):
        confirm_upload(kept.pk, shown=before, by=hr)
    assert confirm(hr, kept).state == State.APPLIED


def test_what_no_longer_fits_when_confirmed_is_told_as_errors(hr: Actor) -> None:
    take_in(company())
    heading = company()["到款"][0]
    kept = upload(hr, {"到款": [heading, ["R9", "K1", "2011-06-20", -5000, "R1"]]})
    assert kept.state == State.READY
    assert take_in({"到款": [heading, ["R8", "K1", "2011-06-19", -100, "R1"]]}).imported
    kept = confirm(hr, kept)
    assert (kept.state, kept.is_shown_anew, len(kept.errors)) == (State.REFUSED, True, 1)
    assert (kept.errors[0]["row"], kept.errors[0]["column"]) == (2, "金额")
    assert not UploadRow.objects.filter(upload=kept).exists()
    assert not Receipt.objects.filter(number="R9").exists()


def test_months_whose_result_it_makes_stale_are_named(hr: Actor) -> None:
    take_in(company())
    close_month(APRIL, today=dt.date(2011, 5, 2), lock=False, by=CONSOLE)
    kept = confirm(hr, upload(hr, {"到款": [company()["到款"][0], ["R9", "K1", "2011-04-20", 500, None]]}))
    assert (kept.state, kept.stale_months) == (State.APPLIED, ["2011-04"])


def test_many_workers_import_it_once(hr: Actor) -> None:
    kept = upload(hr, company())
    confirm_upload(kept.pk, shown=kept.shown, by=hr)
    at_once(work_on_uploads, times=4)
    work_on_uploads()
    kept.refresh_from_db()
    assert (kept.state, kept.starts, ImportBatch.objects.count()) == (State.APPLIED, 1, 1)
    with pytest.raises(UploadRefused):
        confirm_upload(kept.pk, shown=kept.shown, by=hr)


def test_what_a_worker_died_over_is_begun_again_and_given_up_at_last(hr: Actor) -> None:
    kept = upload(hr, company())
    confirm_upload(kept.pk, shown=kept.shown, by=hr)
    Upload.objects.update(state=State.APPLYING, starts=work.MOST_STARTS - 1)
    assert sweep_uploads()
    work_on_uploads()
    kept.refresh_from_db()
    assert (kept.state, kept.starts) == (State.APPLIED, work.MOST_STARTS)
    assert not sweep_uploads()
    other = keep_upload(saved(book_of(company())), file_name="五月.xlsx", by=hr)
    Upload.objects.filter(pk=other.pk).update(state=State.READING, starts=work.MOST_STARTS)
    work_on_uploads()
    other.refresh_from_db()
    assert other.state == State.FAILED
    assert str(work.MOST_STARTS) in other.failure


def test_losing_the_database_while_writing_leaves_nothing_and_it_begins_again(
    hr: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = upload(hr, company())
    confirm_upload(kept.pk, shown=kept.shown, by=hr)

    def lost(*args: Any, **options: Any) -> ImportOutcome:
        really_take_in(*args, **options)
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as broken:
        broken.setattr(work, "take_in", lost)
        with pytest.raises(OperationalError):
            work_on_uploads()
    kept.refresh_from_db()
    assert (kept.state, ImportBatch.objects.count(), Employee.objects.count()) == (State.APPLYING, 0, 0)
    work_on_uploads()
    kept.refresh_from_db()
    assert (kept.state, Employee.objects.count()) == (State.APPLIED, 4)


def test_a_failure_is_kept_and_the_next_one_read(hr: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (keep_upload(saved(book_of(company())), file_name=name, by=hr) for name in ("a.xlsx", "b.xlsx"))
    results = iter([ValueError("broken on purpose"), None])

    def fails_once(*args: Any, **options: Any) -> ImportOutcome:
        if problem := next(results):
            raise problem
        return really_take_in(*args, **options)

    monkeypatch.setattr(work, "take_in", fails_once)
    work_on_uploads()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.failure) == (State.FAILED, "ValueError: broken on purpose")
    assert second.state == State.READY


def test_the_page_hears_which_sheet_is_read(hr: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(work, "_tell", lambda upload, title: heard.append(title))
    upload(hr, company())
    assert heard == [*company(), ""]


def test_only_hr_uploads_confirms_and_throws_away(hr: Actor) -> None:
    kept = upload(hr, company())
    for role in set(PEOPLE) - {User.Role.HR}:
        actor = actor_of(role)
        with pytest.raises(PermissionDenied):
            keep_upload(b"PK", file_name="x.xlsx", by=actor)
        with pytest.raises(PermissionDenied):
            confirm_upload(kept.pk, shown=kept.shown, by=actor)
        with pytest.raises(PermissionDenied):
            throw_upload_away(kept, by=actor)


def test_a_mended_workbook_answers_the_refused_ones_before_it_however_it_is_named(hr: Actor) -> None:
    wrong = change(company(), "到款", ("R2",), "金额", "-0.001")
    other = {"目标": [company()["目标"][0], *([f"2011-0{month}", "B1", 0] for month in (7, 8, 9))]}
    first, unlike, second = upload(hr, wrong), upload(hr, other), upload(hr, wrong)
    waiting = Upload.objects.filter(state=State.REFUSED, answered_by=None)
    assert set(waiting.all()) == {unlike, second}
    mended = keep_upload(saved(book_of(company())), file_name="改好了.xlsx", by=hr)
    work_on_uploads()
    assert (set(waiting.all()), uploads_waiting(hr)) == ({unlike}, [1, 1])
    throw_upload_away(mended, by=hr)
    assert set(waiting.all()) == {unlike, second}
    first.refresh_from_db()
    assert first.answered_by == second
    assert len(first.sample) == SAMPLE or 0 < len(first.sample) == sum(len(rows) - 1 for rows in company().values())


def test_of_a_workbook_that_cannot_be_read_the_name_tells_what_mends_it(hr: Actor) -> None:
    broken = zipped({**raw_parts("<worksheet", title="员工")})
    for name in ("四月.xlsx", "五月.xlsx"):
        keep_upload(broken, file_name=name, by=hr)
    work_on_uploads()
    keep_upload(saved(book_of(company())), file_name="四月（标出错误） (2).xlsx", by=hr)
    work_on_uploads()
    waiting = Upload.objects.filter(state=State.REFUSED, answered_by=None)
    assert [one.file_name for one in waiting] == ["五月.xlsx"]


def test_an_import_of_months_not_begun_leads_to_the_first(hr: Actor) -> None:
    kept = confirm(hr, upload(hr, company()))
    assert kept.new_months == ["2011-04", "2011-05", "2011-06"]
    finance = log_in_of(User.Role.FINANCE)
    assert hr.user is not None
    assert [months_ahead(kept, user).to_compute for user in (hr.user, finance)] == [APRIL, None]
    close_month(APRIL, today=dt.date(2011, 5, 2), lock=False, by=CONSOLE)
    ahead = months_ahead(kept, hr.user)
    assert (ahead.to_compute, [link.text for link in ahead.links]) == (None, ["前往2011年4月"])
    assert ahead.sentences == ["前面的月份锁定后，可以计算2011年5月、2011年6月。"]


def test_what_is_no_workbook_is_refused_at_the_door_and_too_many_wait(hr: Actor) -> None:
    for data in (b"", b"PK nonsense", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with pytest.raises(UnreadableWorkbook):
            keep_upload(data, file_name="x.xlsx", by=hr)
    assert not Upload.objects.exists()
    for _number in range(MOST_OPEN):
        keep_upload(saved(book_of(company())), file_name="x.xlsx", by=hr)
    with pytest.raises(UploadRefused):
        keep_upload(saved(book_of(company())), file_name="x.xlsx", by=hr)


def test_what_a_cell_holds_can_be_kept_whatever_it_is(hr: Actor) -> None:
    kept = upload(hr, change(company(), "员工", ("01",), "姓名", "甲_x0000_乙"))
    assert kept.state == State.REFUSED
    assert kept.errors[0]["value"] == "甲�乙"


def test_thrown_away_it_is_gone_unless_it_was_imported(hr: Actor) -> None:
    kept = upload(hr, company())
    throw_upload_away(kept, by=hr)
    assert not Upload.objects.exists()
    assert not UploadRow.objects.exists()
    imported = confirm(hr, upload(hr, company()))
    with pytest.raises(UploadRefused):
        throw_upload_away(imported, by=hr)


def test_a_sheet_of_ours_that_comes_back_is_passed_over(hr: Actor) -> None:
    kept = upload(hr, without() | {"导入错误": [["表"], ["员工"]], "别的": [["x"]]})
    assert [warning["sheet"] for warning in kept.warnings] == ["别的"]


@pytest.fixture
def worker(committed_db: Clone) -> Iterator["subprocess.Popen[bytes]"]:
    """A Celery worker of this database's own."""
    prefix = settings.CELERY_BROKER_TRANSPORT_OPTIONS["global_keyprefix"]
    command = [sys.executable, "-m", "celery", "--app", "salesorg.celery", "--quiet", "worker", "--pool", "solo"]
    environment = os.environ | committed_db.environment | {"SALESORG_QUEUE_PREFIX": prefix}
    current_app.control.purge()
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    connection.close()
    yield process
    process.terminate()
    process.wait(PATIENCE)


@pytest.mark.slow
def test_a_worker_reads_and_imports_it(hr: Actor, worker: "subprocess.Popen[bytes]") -> None:
    """Without weights: to a process of its own the log-in is nobody's."""
    kept = keep_upload(saved(book_of(without("支持奖金权重"))), file_name="四月.xlsx", by=hr)
    wait_until(kept, State.READY)
    confirm_upload(kept.pk, shown=kept.shown, by=hr)
    wait_until(kept, State.APPLIED)
    assert Employee.objects.count() == 4


def wait_until(kept: Upload, state: str) -> None:
    end = time.monotonic() + PATIENCE
    while kept.state != state:
        assert time.monotonic() < end, kept.state
        connection.close()
        kept.refresh_from_db()


def test_the_places_are_those_of_the_command(hr: Actor) -> None:
    wrong = change(company(), "到款", ("R2",), "金额", "x")
    kept = upload(hr, wrong)
    assert [(one["sheet"], one["row"], one["column"]) for one in kept.errors] == places(take_in(wrong))
