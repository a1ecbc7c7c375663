"""Imports in the admin: the form and what it refuses, the preview, the confirmation, files, and who may do what."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from access.actor import Actor
from access.history.acting import acting
from access.models import Change
from access.roles import PEOPLE
from clients.models import Receipt
from compensation.models import Correction
from monthend.approval.actions_transitions import record_transition
from monthend.models import MonthRun, MonthTransition
from periods.models import Period
from staff.models import Target
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_language import english
from tests.admin.test_pages import links_of, text_of
from tests.admin.test_previews import content
from tests.firm import APRIL, MAY
from tests.imports.books import book_of, saved, zipped
from tests.imports.company import Rows, company
from workbooks.export.payroll import export_payroll
from workbooks.models import ImportBatch, Upload, UploadRow
from workbooks.uploads.work import work_on_uploads
from workbooks.xlsx.package import MAX_FILE_BYTES

State = Upload.State
MOST = 20


@pytest.fixture
def hr(house: House) -> Browser:
    return house.browse(Role.HR)


@pytest.fixture
def ready(house: House) -> Upload:
    return Upload.objects.get(state=State.READY)


@pytest.fixture
def refused(house: House) -> Upload:
    return Upload.objects.get(state=State.REFUSED)


def send(browser: Browser, name: str, data: bytes) -> Any:
    return browser.post(address(Upload, "add"), {"file": SimpleUploadedFile(name, data)})


def page(upload: Upload) -> str:
    return address(Upload, "change", upload.pk)


def test_uploading_leads_to_the_page_where_the_preview_will_stand(house: House, hr: Browser) -> None:
    response = send(hr, "五月.xlsx", saved(book_of(company())))
    upload = Upload.objects.latest("pk")
    assert response.url == page(upload)
    assert (upload.file_name, upload.state, upload.uploaded_by) == ("五月.xlsx", State.WAITING, house.users[Role.HR])
    shown = hr.get(response.url).content.decode()
    assert 'hx-trigger="every 1s"' in shown
    assert "即将开始处理" in shown
    assert english(shown) == set()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("账.xls", b"x", "只能读取 .xlsx 工作簿"),
        ("账.xlsx", b"", "空"),
        ("账.xlsx", b"plain text", "不是 Excel 工作簿"),
        ("账.xlsx", b"PK nonsense", "已损坏"),
        ("账.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "密码"),
        ("账.xlsx", bytes(MAX_FILE_BYTES + 1), "文件超过 30 MB"),
    ],
)
def test_what_is_no_workbook_is_refused_at_once(hr: Browser, name: str, data: bytes, reason: str) -> None:
    before = Upload.objects.count()
    response = send(hr, name, data)
    assert response.status_code == 200
    assert reason in str(response.context["form"].errors["file"])
    assert Upload.objects.count() == before


def test_the_preview_tells_per_sheet_and_row_by_row(hr: Browser, ready: Upload) -> None:
    shown = text_of(hr, page(ready))
    assert "新增 12 行（员工 12）；修改 1 行（员工 1）；跳过 4 行（已导入过）。" in shown
    assert "确认之前不会写入任何内容。" in shown
    assert "到款 – – 1 1,234.50" in shown
    assert "手机 ····0001 → ····0002 · 银行卡号 ····1234 → ····5678" in shown
    assert "6222000000001234" not in shown
    assert "2011年4月已锁定：计入2011年5月" in shown
    assert "确认导入：新增 12，修改 1" in shown
    rows = f"{address(UploadRow, 'changelist')}?upload__id__exact={ready.pk}&sheet=员工"
    assert "全部 13 行" in shown
    assert len(hr.get(rows).context["cl"].result_list) == 13
    row = UploadRow.objects.get(upload=ready, change="changed")
    assert "····1234 ····5678" in text_of(hr, address(UploadRow, "change", row.pk))


def test_confirming_and_looking_at_what_it_did(house: House, hr: Browser) -> None:
    send(hr, "五月.xlsx", saved(book_of({"目标": [["月份", "分公司编码", "目标金额"], ["2011-05", "B1", 123456]]})))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    assert (
        hr.post(page(upload), {"shown": "something else"}, follow=True).content.decode().count("请重新核对后再确认")
        == 1
    )
    upload.refresh_from_db()
    assert upload.state == State.READY
    hr.post(page(upload), {"shown": upload.shown})
    work_on_uploads()
    shown = text_of(hr, page(upload))
    assert "已导入：修改 1 行（目标 1）。" in shown
    assert "2011年5月的结果已过时，须重新计算。" in shown
    assert address(Period, "change", Period.objects.get(month=MAY).pk) in hr.get(page(upload)).content.decode()
    batch = ImportBatch.objects.get(upload=upload)
    of_batch = hr.get(address(ImportBatch, "change", batch.pk)).content.decode()
    assert page(upload) in of_batch
    assert english(of_batch) == set()
    assert hr.post(address(Upload, "delete", upload.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("act", ["", "undo"])
def test_a_month_handed_over_after_it_was_shown_is_not_taken_back_unasked(house: House, hr: Browser, act: str) -> None:
    send(hr, "五月.xlsx", saved(book_of({"目标": [["月份", "分公司编码", "目标金额"], ["2011-05", "B1", 123456]]})))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    if act:
        hr.post(page(upload), {"shown": upload.shown})
        work_on_uploads()
        hr.post(page(upload), {"act": "ask_undo"})
        work_on_uploads()
        upload.refresh_from_db()
    state = upload.state
    shown = {"act": act, "shown": upload.undo_shown if act else upload.shown}
    run = MonthRun.objects.filter(month=MAY).latest("pk")
    run.state, run.prepared_by, run.prepared_at = MonthRun.State.SUBMITTED, house.users[Role.HR], timezone.now()
    run.save()
    assert "已提交审批的月份与页面所示不同" in hr.post(page(upload), shown, follow=True).content.decode()
    upload.refresh_from_db()
    assert upload.state == state
    assert "2011年5月由" in text_of(hr, page(upload))
    token = hr.get(page(upload)).context["takes_back"]
    assert f'name="takes_back" value="{token}"' in hr.get(page(upload)).content.decode()
    hr.post(page(upload), {**shown, "takes_back": token})
    upload.refresh_from_db()
    assert upload.state == (State.UNDO_SURE if act else State.CONFIRMED)


@pytest.mark.parametrize("act", ["", "undo"])
def test_a_month_handed_over_before_a_worker_comes_is_not_taken_back_unasked(
    house: House, hr: Browser, act: str
) -> None:
    send(hr, "五月.xlsx", saved(book_of({"目标": [["月份", "分公司编码", "目标金额"], ["2011-05", "B1", 123456]]})))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    for step in ("", "ask_undo", "undo")[: 3 if act else 1]:
        upload.refresh_from_db()
        hr.post(page(upload), {"act": step, "shown": upload.undo_shown or upload.shown})
        if step != act:
            work_on_uploads()
    run = MonthRun.objects.filter(month=MAY).latest("pk")
    if run.state == MonthRun.State.STALE:
        house.firm.close(MAY, lock=False)
        run = MonthRun.objects.filter(month=MAY).latest("pk")
    run.state, run.prepared_by, run.prepared_at = MonthRun.State.SUBMITTED, house.users[Role.HR], timezone.now()
    run.save()
    record_transition(run, MonthTransition.Kind.SUBMITTED, by=Actor(house.users[Role.HR]))
    work_on_uploads()
    run.refresh_from_db()
    assert run.state == MonthRun.State.SUBMITTED
    upload.refresh_from_db()
    assert (upload.state, upload.is_shown_anew) == (State.UNDO_SHOWN if act else State.READY, True)
    shown = text_of(hr, page(upload))
    assert "2011年5月由" in shown
    token = hr.get(page(upload)).context["takes_back"]
    hr.post(page(upload), {"act": act, "shown": upload.undo_shown if act else upload.shown, "takes_back": token})
    work_on_uploads()
    run.refresh_from_db()
    upload.refresh_from_db()
    assert (upload.state, run.state) == (State.UNDONE if act else State.APPLIED, MonthRun.State.STALE)


def test_an_import_of_a_month_not_begun_leads_to_it(house: House, hr: Browser) -> None:
    months: list[list[Any]] = [["月份", "分公司编码", "目标金额"], ["2011-06", "B1", 123456], ["2011-07", "B1", 123456]]
    send(hr, "六月.xlsx", saved(book_of({"目标": months})))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    hr.post(page(upload), {"shown": upload.shown})
    work_on_uploads()
    upload.refresh_from_db()
    assert upload.new_months == ["2011-06", "2011-07"]
    may_period = Period.objects.get(month=MAY)
    assert "前面的月份锁定后，可以计算2011年6月、2011年7月。" in text_of(hr, page(upload))
    assert address(Period, "change", may_period.pk) in hr.get(page(upload)).content.decode()


def test_a_refused_workbook_that_was_mended_leaves_what_waits(house: House, hr: Browser, refused: Upload) -> None:
    here = f"{address(Upload, 'changelist')}?state__exact=refused&answered_by__isnull=True"
    assert [row.pk for row in hr.get(here).context["cl"].result_list] == [refused.pk]
    mended = Upload.objects.exclude(pk=refused.pk).latest("pk")
    Upload.objects.filter(pk=refused.pk).update(answered_by=mended)
    assert not hr.get(here).context["cl"].result_list
    shown = text_of(hr, page(refused))
    assert f"之后重新上传了“{mended.file_name}”，以那一份为准。" in shown
    assert page(mended) in hr.get(page(refused)).content.decode()
    assert "导入文件有错误待修改" not in text_of(hr, "/admin/periods/period/waiting/")


def test_an_import_is_undone_once_its_preview_is_confirmed(hr: Browser) -> None:
    sheets: Rows = {"目标": [["月份", "分公司编码", "目标金额"], ["2011-05", "B1", 123456]]}
    send(hr, "五月.xlsx", saved(book_of(sheets)))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    before = Target.objects.get(month=MAY, branch__code="B1").amount
    hr.post(page(upload), {"shown": upload.shown})
    work_on_uploads()
    assert "撤销导入" in text_of(hr, page(upload))
    hr.post(page(upload), {"act": "ask_undo"})
    assert "即将开始处理" in text_of(hr, page(upload))
    work_on_uploads()
    upload.refresh_from_db()
    shown = hr.get(page(upload)).content.decode()
    assert "撤销后：恢复原值 1 行（目标 1）。" in shown
    assert f"123,456.00 → {before:,}" in shown
    assert "确认撤销：移除 0，恢复 1" in shown
    assert english(shown) == set()
    with CaptureQueriesContext(connection) as captured:
        hr.get(page(upload))
    assert len(captured) <= MOST
    hr.post(page(upload), {"act": "undo", "shown": "something else"})
    work_on_uploads()
    assert Target.objects.get(month=MAY, branch__code="B1").amount == 123456
    hr.post(page(upload), {"act": "keep"})
    hr.post(page(upload), {"act": "ask_undo"})
    work_on_uploads()
    hr.post(page(upload), {"act": "undo", "shown": upload.undo_shown})
    work_on_uploads()
    target = Target.objects.get(month=MAY, branch__code="B1")
    assert target.amount == before
    assert f"撤销导入 · {upload.file_name}" in text_of(hr, address(Target, "history", target.pk))
    shown = hr.get(page(upload)).content.decode()
    assert "已撤销：恢复原值 1 行（目标 1）。" in shown
    assert "撤销导入" not in shown
    assert english(shown) == set()
    assert hr.post(address(Upload, "delete", upload.pk), {"post": "yes"}).status_code == 403


def test_a_receipt_of_a_locked_month_leads_to_its_correction(house: House, hr: Browser) -> None:
    receipt = Receipt.objects.filter(posted_in=APRIL, reverses=None).select_related("contract").first()
    assert receipt is not None
    row = [receipt.number, receipt.contract.number, receipt.received_on.isoformat(), receipt.amount + 1, None]
    send(hr, "四月.xlsx", saved(book_of({"到款": [company()["到款"][0], row]})))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    assert upload.state == State.REFUSED
    way = f"{address(Correction, 'add')}?kind=amount&receipt={receipt.number}"
    assert way.replace("&", "&amp;") in links_of(hr, page(upload))
    assert "要用更正来改" in text_of(hr, page(upload))
    assert "改正红色单元格" not in text_of(hr, page(upload))
    form = hr.get(way).context["form"]
    assert (form.kind, form["receipt"].value()) == (Correction.Kind.AMOUNT, receipt.number)
    finance = house.browse(Role.FINANCE)
    assert not any(address(Correction, "add") in link for link in links_of(finance, page(upload)))


def test_a_payroll_that_was_exported_is_not_taken_in_and_leads_on(hr: Browser, house: House, tmp_path: Path) -> None:
    for month in (APRIL, MAY):
        export_payroll(month, tmp_path / "out.xlsx")
        count = Upload.objects.count()
        refused = send(hr, "工资.xlsx", (tmp_path / "out.xlsx").read_bytes())
        assert refused.status_code == 200
        shown = refused.content.decode()
        assert "这是从本系统导出的工资表" in shown
        assert f'href="{address(Period, "changelist")}"' in shown
        assert Upload.objects.count() == count


def test_what_speaks_against_undoing_stands_on_the_page(house: House, hr: Browser) -> None:
    sheets: Rows = {"目标": [["月份", "分公司编码", "目标金额"], ["2011-05", "B1", 123456]]}
    send(hr, "五月.xlsx", saved(book_of(sheets)))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    hr.post(page(upload), {"shown": upload.shown})
    work_on_uploads()
    with acting(Actor(house.users[Role.HR]), Change.Source.PAGE):
        Target.objects.filter(month=MAY, branch__code="B1").update(amount=7)
    hr.post(page(upload), {"act": "ask_undo"})
    work_on_uploads()
    shown = hr.get(page(upload)).content.decode()
    assert "不能撤销：原因逐条列在下面。" in shown
    assert "不能撤销的原因" in shown
    assert "确认撤销：" not in shown
    assert english(shown) == set()
    upload.refresh_from_db()
    assert upload.state == State.APPLIED


def test_errors_stand_beside_their_cells_and_the_marked_copy_is_offered(hr: Browser, refused: Upload) -> None:
    shown = text_of(hr, page(refused))
    assert "没有导入任何内容：共有 1 处错误。" in shown
    assert "到款 3 金额 1.234 小数超过 2 位" in shown
    marked = reverse("workbooks:marked", args=[refused.pk])
    assert marked in hr.get(page(refused)).content.decode()
    response = hr.get(marked)
    assert "refused" in response["Content-Disposition"]
    book = load_workbook(io.BytesIO(content(response)))
    assert book["到款"]["D3"].comment.text == "小数超过 2 位"
    original = content(hr.get(reverse("workbooks:upload", args=[refused.pk])))
    assert original == bytes(refused.data)


def test_only_a_workbook_with_errors_is_marked(hr: Browser, ready: Upload) -> None:
    assert hr.get(reverse("workbooks:marked", args=[ready.pk])).status_code == 404


def test_a_file_that_cant_be_read_leads_to_no_marked_copy_but_says_why(hr: Browser) -> None:
    send(hr, "坏.xlsx", zipped({"a.txt": "text"}))
    work_on_uploads()
    upload = Upload.objects.latest("pk")
    shown = text_of(hr, page(upload))
    assert upload.errors[0]["reason"] in shown
    assert "文件本身无法读取，因此没有可标注的单元格。请修复文件后重新上传。" in shown
    assert "下载标出错误的工作簿" not in shown
    assert hr.get(reverse("workbooks:marked", args=[upload.pk])).headers["Location"] == page(upload)


def test_templates_are_for_who_may_import(house: House, hr: Browser) -> None:
    form = hr.get(address(Upload, "add")).content.decode()
    for url in (reverse("workbooks:template"), reverse("workbooks:example", args=["receipts"])):
        assert url in form
        assert load_workbook(io.BytesIO(content(hr.get(url)))).sheetnames
        assert house.browse(Role.FINANCE).get(url).status_code == 403
    assert hr.get(reverse("workbooks:example", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("role", [role for role in PEOPLE if role != Role.HR])
def test_nobody_else_uploads_and_finance_has_the_files(house: House, role: str, ready: Upload, refused: Upload) -> None:
    browser = house.browse(role)
    assert send(browser, "x.xlsx", saved(book_of(company()))).status_code in (302, 403)
    assert browser.post(page(ready), {"shown": ready.shown}).status_code in (302, 403, 404)
    assert browser.post(address(Upload, "delete", ready.pk), {"post": "yes"}).status_code in (302, 403, 404)
    ready.refresh_from_db()
    assert (ready.state, Upload.objects.count()) == (State.READY, 2)
    for url in (reverse("workbooks:marked", args=[refused.pk]), reverse("workbooks:upload", args=[ready.pk])):
        response = browser.get(url)
        assert response.status_code == (200 if role == Role.FINANCE else 403), url
        content(response)
        assert Browser().get(url).status_code == 302
    if role in (Role.FINANCE, Role.AUDITOR):
        assert "确认导入" not in browser.get(page(ready)).content.decode()


def test_throwing_one_away(hr: Browser, refused: Upload) -> None:
    confirm = hr.get(address(Upload, "delete", refused.pk))
    assert confirm.status_code == 200
    assert english(confirm.content.decode()) == set()
    assert hr.post(address(Upload, "delete", refused.pk), {"post": "yes"}).status_code == 302
    assert not Upload.objects.filter(pk=refused.pk).exists()


def test_pages_ask_few_questions_whatever_is_in_the_workbook(hr: Browser, ready: Upload, refused: Upload) -> None:
    hr.get("/admin/")
    for url in (address(Upload, "changelist"), address(Upload, "add"), page(ready), page(refused)):
        with CaptureQueriesContext(connection) as captured:
            hr.get(url)
        assert len(captured) <= MOST, url
        assert not [query for query in captured if '"data"' in query["sql"]], "the file is not read to list it"
