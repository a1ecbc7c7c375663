"""Previews in the admin: the form and what it refuses, the result side by side, who may do what, the workbook."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Sum
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from access.roles import PEOPLE
from clients.history.actions import rebuild_histories
from compensation.models import Payslip
from monthend.preview.models import Preview, PreviewBranch, PreviewLine
from monthend.preview.work import work_on_previews
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.wording import amount_text
from salesorg.databases.clones import Clone
from staff.models import Employee
from tests.admin.addresses import address, page_of
from tests.admin.cast import House, Role
from tests.admin.test_language import english
from tests.admin.test_pages import text_of
from tests.cast import log_in_of
from tests.firm import APRIL, MAY, Firm
from tests.plans import PLAN_TEXT

FORM = {"first_month": "2011-04", "last_month": "2011-05", "plan": "in_force"}


@pytest.fixture
def hr(house: House) -> Browser:
    return house.browse(Role.HR)


@pytest.fixture
def preview(house: House) -> Preview:
    return Preview.objects.get()


def ask(browser: Browser, **form: Any) -> Any:
    return browser.post(address(Preview, "add"), {**FORM, **form})


def content(response: Any) -> bytes:
    """All that a page or a file holds; read to its end, a file is closed."""
    return b"".join(response.streaming_content) if response.streaming else bytes(response.content)


def newest() -> Preview:
    return Preview.objects.latest("pk")


def test_the_form_offers_the_months_with_their_states(hr: Browser) -> None:
    page = hr.get(address(Preview, "add"))
    fields = page.context["form"].fields
    assert [str(label) for _month, label in fields["first_month"].choices] == [
        "2011年4月 · 已锁定",
        "2011年5月 · 已计算",
    ]
    assert [month for month, _label in fields["last_month"].choices] == ["2011-04", "2011-05"]
    assert "100,000.00" in page.content.decode(), "the targets of the month due stand beside the fields"
    assert "code: GW" in page.context["form"]["plan_text"].value()


def test_asking_leads_to_the_page_where_the_result_will_stand(house: House, hr: Browser) -> None:
    response = ask(hr)
    preview = newest()
    assert response.url == address(Preview, "change", preview.pk)
    assert (preview.first_month, preview.last_month, preview.plan_text, preview.targets) == (APRIL, MAY, "", {})
    assert (preview.state, preview.asked_by) == (Preview.State.WAITING, house.users[Role.HR])
    page = hr.get(response.url).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert "等待开始计算" in page
    assert english(page) == set()


def test_targets_and_a_version(house: House, hr: Browser) -> None:
    version = PlanVersion.objects.get()
    targets = {f"target_{house.north.branch.pk}": "60000.5", f"target_{house.south.branch.pk}": ""}
    ask(hr, plan="version", plan_version=version.pk, plan_text="not looked at", **targets)
    preview = newest()
    assert (preview.plan_version, preview.plan_text, preview.targets) == (version, version.text, {"B1": "60000.5"})


def test_a_plan_as_text_or_as_a_file(hr: Browser) -> None:
    text = PLAN_TEXT.replace('"0.10"', '"0.09"', 1)
    ask(hr, plan="text", plan_text=text.replace("\n", "\r\n"))
    assert newest().plan_text == text
    ask(hr, plan="text", plan_text="", plan_file=SimpleUploadedFile("plan.yaml", b"\xef\xbb\xbf" + text.encode()))
    assert newest().plan_text == text


def test_what_is_wrong_with_a_plan_stands_beside_it(house: House, hr: Browser) -> None:
    text = PLAN_TEXT.replace('monthly_quota: "20000.00"', 'monthly_quota: "many"')
    for form in ({"plan_text": text}, {"plan_file": SimpleUploadedFile("plan.yaml", text.encode())}):
        page = ask(hr, plan="text", **form)
        assert page.status_code == 200
        assert page.context["form"].errors["plan_text"] == ["ranks.levels[0].monthly_quota: “many”不是数字"]
        assert page.context["form"]["plan_text"].value() == text, "it can be mended where it stands"
    assert Preview.objects.count() == 1


@pytest.mark.parametrize(
    ("form", "field", "reason"),
    [
        ({"first_month": "2011-05", "last_month": "2011-04"}, "last_month", "止月早于起月"),
        ({"first_month": "2012-05"}, "first_month", "选择一个有效的选项"),
        ({"first_month": "2011-4"}, "first_month", "选择一个有效的选项"),
        ({"plan": "other"}, "plan", "选择一个有效的选项"),
        ({"plan": "version"}, "plan_version", "请选择一个版本"),
        ({"plan": "text", "plan_text": " "}, "plan_text", "请填写方案文本"),
        ({"plan": "text", "plan_file": b"\xff\xfe"}, "plan_file", "UTF-8"),
        ({"plan": "text", "plan_file": b"x" * 400_001}, "plan_file", "太长"),
        ({"target": "0"}, "target", "大于或等于"),
        ({"target": "1.234"}, "target", "小数最多 2 位"),
        ({"target": "much"}, "target", "请按 1234.56 或 1,234.56 的格式填写数字"),
    ],
)
def test_what_can_not_be_asked_is_told(
    house: House, hr: Browser, form: dict[str, Any], field: str, reason: str
) -> None:
    key = f"target_{house.north.branch.pk}"
    given = {key if name == "target" else name: value for name, value in form.items()}
    if isinstance(given.get("plan_file"), bytes):
        given["plan_file"] = SimpleUploadedFile("plan.yaml", given["plan_file"])
    page = ask(hr, **given)
    assert reason in str(page.context["form"].errors[key if field == "target" else field])
    assert english(page.content.decode()) <= {"UTF"}
    assert Preview.objects.count() == 1


def test_it_begins_with_what_an_earlier_one_supposed(hr: Browser, preview: Preview, house: House) -> None:
    form = hr.get(address(Preview, "add"), {"like": preview.pk}).context["form"]
    assert (form["first_month"].value(), form["last_month"].value()) == ("2011-04", "2011-05")
    assert (form["plan"].value(), form["plan_text"].value()) == ("text", preview.plan_text)
    assert form[f"target_{house.north.branch.pk}"].value() == Decimal("50000.00")
    assert hr.get(address(Preview, "add"), {"like": "x"}).status_code == 200
    of_month = hr.get(address(Preview, "add"), {"month": "2011-04"}).context["form"]
    assert of_month["first_month"].value() == "2011-04"


def test_a_months_page_offers_to_suppose_it_otherwise(house: House) -> None:
    url = address(Period, "change", Period.objects.get(month=APRIL).pk)
    door = f"{address(Preview, 'add')}?month=2011-04"
    assert door in house.browse(Role.HR).get(url).content.decode()
    assert door not in house.browse(Role.FINANCE).get(url).content.decode()


def test_the_result_tells_in_a_sentence_and_side_by_side(hr: Browser, preview: Preview, house: House) -> None:
    lines = PreviewLine.objects.filter(preview=preview)
    difference = lines.aggregate(sum=Sum("difference"))["sum"]
    assert difference > 0
    people = lines.exclude(difference=0).values("employee").distinct().count()
    url = address(Preview, "change", preview.pk)
    page = text_of(hr, url)
    supposed = "改动后的方案和其他目标（1 家分公司）"
    sentence = f"若2011年4月至2011年5月按{supposed}计算：应发合计增加 {amount_text(difference)} 元，涉及 {people} 人。"
    assert sentence in page
    assert f"+{amount_text(difference)}" in page
    official = Payslip.objects.aggregate(sum=Sum("gross"))["sum"]
    assert f"{amount_text(official)} {amount_text(official + difference)} +{amount_text(difference)}" in page
    assert "提成档位 智慧顾问 0.00 起 8% · 40,000.00 起 10%" in page
    assert english(hr.get(url).content.decode()) == set()


def test_figures_lead_to_the_lines_and_these_to_the_payslip(hr: Browser, preview: Preview, house: House) -> None:
    page = hr.get(address(Preview, "change", preview.pk)).content.decode()
    of_closer = f"?preview__id__exact={preview.pk}&amp;employee__id__exact={house.north.closer.pk}"
    listed = address(PreviewLine, "changelist") + of_closer
    assert listed in page
    rows = hr.get(listed.replace("&amp;", "&")).context["cl"].queryset
    assert {row.employee for row in rows} == {house.north.closer}
    line = rows.get(month=APRIL)
    shown = hr.get(address(PreviewLine, "change", line.pk)).content.decode()
    slip = Payslip.objects.get(month=APRIL, employee=house.north.closer)
    for target in (slip, house.north.closer, preview):
        assert page_of(target) in shown
    assert english(shown) == set()


def test_lines_are_listed_by_the_largest_difference_and_filtered(hr: Browser, preview: Preview) -> None:
    def listed(**filters: str) -> list[PreviewLine]:
        return list(
            hr.get(address(PreviewLine, "changelist"), {"preview__id__exact": str(preview.pk), **filters})
            .context["cl"]
            .result_list
        )

    sizes = [abs(line.difference) for line in listed()]
    assert sizes == sorted(sizes, reverse=True)
    assert 0 < len(listed(differs="pay")) < len(sizes)
    assert all(line.difference for line in listed(differs="pay"))
    assert listed(differs="rank") == []
    assert len(listed(month="2011-04")) < len(listed())


def test_whom_it_leaves_out_and_what_it_is_compared_with_is_told(hr: Browser, preview: Preview) -> None:
    Preview.objects.update(problems=[f"员工{number}没有基本工资" for number in range(25)], computed_from=MAY)
    page = text_of(hr, address(Preview, "change", preview.pk))
    assert "员工0没有基本工资" in page
    assert "另有 5 项" in page
    assert "2011年5月起尚无正式结果" in page


def test_a_failure_is_told_with_its_reason(hr: Browser, preview: Preview) -> None:
    Preview.objects.update(state=Preview.State.FAILED, failure="没有这样的方案")
    page = hr.get(address(Preview, "change", preview.pk)).content.decode()
    assert "无法计算：没有这样的方案" in page
    assert "every 2s" not in page
    assert reverse("workbooks:preview", args=[preview.pk]) not in page


@pytest.mark.parametrize("role", PEOPLE)
def test_company_wide_roles_read_and_three_ask(house: House, preview: Preview, role: str) -> None:
    reads = role in (Role.HR, Role.FINANCE, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.AUDITOR)
    asks = role in (Role.HR, Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER)
    browser = house.browse(role)
    for url in (address(Preview, "change", preview.pk), reverse("workbooks:preview", args=[preview.pk])):
        response = browser.get(url)
        assert (response.status_code == 200) is reads, url
        content(response)
    assert (browser.get(address(Preview, "add")).status_code == 200) is asks
    assert (ask(browser).status_code == 302 and Preview.objects.count() == 2) is asks
    if reads:
        page = browser.get(address(Preview, "change", preview.pk)).content.decode()
        assert (address(Preview, "add") in page) is asks
        assert (address(Preview, "delete", preview.pk) in page) is (role == Role.HR)


def test_who_asked_throws_it_away_with_its_lines(house: House, hr: Browser, preview: Preview) -> None:
    url = address(Preview, "delete", preview.pk)
    assert house.browse(Role.GENERAL_MANAGER).post(url, {"post": "yes"}).status_code == 403
    page = hr.get(url).content.decode()
    assert english(page) == set()
    assert str(house.north.closer) not in page, "a preview has thousands of lines"
    assert hr.post(url, {"post": "yes"}).status_code == 302
    assert not Preview.objects.exists()
    assert not PreviewLine.objects.exists()
    assert not PreviewBranch.objects.exists()


def sheets(browser: Browser, preview: Preview) -> dict[str, list[tuple[Any, ...]]]:
    response = browser.get(reverse("workbooks:preview", args=[preview.pk]))
    book = load_workbook(BytesIO(content(response)))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_the_workbook_has_what_the_page_has(hr: Browser, preview: Preview) -> None:
    book = sheets(hr, preview)
    assert list(book) == ["假设", "按月", "合计", "职级", "分公司", "人员", "方案"]
    head, *people = book["人员"]
    total = people.pop()
    assert len(people) == PreviewLine.objects.filter(preview=preview).count()
    difference = PreviewLine.objects.filter(preview=preview).aggregate(sum=Sum("difference"))["sum"]
    columns = {name: index for index, name in enumerate(head)}
    assert Decimal(str(total[columns["应发差额"]])) == difference
    by_column = sum(
        Decimal(str(row[columns["应发合计（假设）"]])) - Decimal(str(row[columns["应发合计（现状）"]]))
        for row in people
    )
    assert by_column == difference
    told = [row[1] for row in book["假设"]]
    assert any(f"应发合计增加 {amount_text(difference)} 元" in str(text) for text in told)
    assert any("40,000.00 起 11%" in str(text) for text in told)
    assert ("B1" in str(book["假设"])) or ("北方" in str(book["假设"]))
    assert len(book["分公司"]) == 1 + 2 * 2 + 1
    assert "\n".join(str(row[0] or "") for row in book["方案"][1:]) == preview.plan_text.rstrip("\n")


def test_no_name_becomes_a_formula(hr: Browser, preview: Preview, house: House) -> None:
    Employee.objects.filter(pk=house.north.closer.pk).update(name="=1+1")
    book = load_workbook(BytesIO(content(hr.get(reverse("workbooks:preview", args=[preview.pk])))))
    cells = [cell for row in book["人员"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_an_unfinished_one_has_no_workbook(hr: Browser) -> None:
    ask(hr)
    assert hr.get(reverse("workbooks:preview", args=[newest().pk])).status_code == 404


@pytest.mark.slow
def test_queries_do_not_grow_with_people_branches_and_months(committed_db: Clone) -> None:
    firm = Firm()
    hr = log_in_of(Role.HR)
    browser = Browser()
    browser.force_login(hr)

    def queries() -> dict[str, int]:
        preview = newest()
        urls = {
            "list": address(Preview, "changelist"),
            "page": address(Preview, "change", preview.pk),
            "form": address(Preview, "add") + f"?like={preview.pk}",
            "lines": address(PreviewLine, "changelist"),
            "line": address(PreviewLine, "change", PreviewLine.objects.latest("pk").pk),
            "branches": address(PreviewBranch, "changelist"),
            "workbook": reverse("workbooks:preview", args=[preview.pk]),
        }
        found = {}
        for name, url in urls.items():
            with CaptureQueriesContext(connection) as captured:
                response = browser.get(url)
                assert response.status_code == 200, url
                content(response)
            found[name] = len(captured)
        return found

    def preview_of(branches: list[str]) -> None:
        Preview.objects.create(
            first_month=APRIL, last_month=MAY, plan_text=PLAN_TEXT.replace('"0.06"', '"0.05"'), asked_by=hr,
            targets=dict.fromkeys(branches, "1000.00"), asked_at=datetime(2011, 6, 1, tzinfo=UTC),
        )  # fmt: skip
        rebuild_histories()
        work_on_previews()
        assert newest().state == Preview.State.DONE

    firm.sells(firm.seller(), "10000.00")
    preview_of(["North"])
    queries()
    few = queries()
    for _number in range(12):
        firm.sells(firm.seller(), "10000.00")
        firm.sells(firm.seller(department=firm.south_sales), "10000.00", "05-10")
    preview_of(["North", "South"])
    many = queries()
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}
    assert max(many.values()) <= 40
