"""The command says what it wrote, or why it could not, and never leaves half a file."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from periods.models import Period
from staff.models import Branch
from tests.exports.company import make_month
from tests.firm import Firm

pytestmark = pytest.mark.django_db


def run(month: str, output: Path) -> str:
    out = StringIO()
    with translation.override("zh-hans"):
        call_command("export_payroll", month, output=output, stdout=out)
    return out.getvalue()


def test_says_what_was_written_and_that_it_is_a_draft(tmp_path: Path) -> None:
    make_month()
    path = tmp_path / "五月.xlsx"
    assert run("2011-05", path).splitlines() == [
        f"2011-05：3 人的工资，应发合计 9,695.19，已写入 {path}。",
        "这是草稿：本月尚未锁定，数字仍可能变化。",
    ]
    assert [found.name for found in tmp_path.iterdir()] == ["五月.xlsx"]


@pytest.mark.parametrize("state", [Period.State.APPROVED, Period.State.LOCKED])
def test_only_a_locked_month_is_no_draft(tmp_path: Path, state: Period.State) -> None:
    make_month(state)
    assert ("草稿" in run("2011-05", tmp_path / "x.xlsx")) is (state != Period.State.LOCKED)


@pytest.mark.parametrize("month", ["2011-13", "2011-5", "九月", "2011-05-01", ""])
def test_refuses_what_is_no_month(tmp_path: Path, month: str) -> None:
    with pytest.raises(CommandError, match=f"“{month}”不是月份"):
        run(month, tmp_path / "x.xlsx")


def test_refuses_a_month_without_results(tmp_path: Path) -> None:
    make_month(Period.State.OPEN)
    for month in ("2011-05", "2011-06"):
        with pytest.raises(CommandError, match=f"2011年{month[-1]}月尚未计算"):
            run(month, tmp_path / "x.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_refuses_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    make_month()
    with pytest.raises(CommandError, match=r"文件夹 .*nowhere 不存在"):
        run("2011-05", tmp_path / "nowhere" / "x.xlsx")


def test_refuses_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    make_month()
    with pytest.raises(CommandError, match="是文件夹"):
        run("2011-05", tmp_path)


def test_says_why_a_file_cannot_be_written_and_leaves_nothing(tmp_path: Path) -> None:
    make_month()
    with pytest.raises(CommandError, match=r"无法写入 .*：File name too long"):
        run("2011-05", tmp_path / f"{'长' * 200}.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_export_leaves_the_earlier_file(tmp_path: Path) -> None:
    company = make_month()
    path = tmp_path / "x.xlsx"
    run("2011-05", path)
    before = path.read_bytes()
    company.line(
        company.receipt("R0000009", "1.00"), company.alice, "0.10", "0.10", rank="??", net_sales=1, tier_floor=0
    )
    with pytest.raises(KeyError):
        run("2011-05", path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["x.xlsx"]


def test_replaces_an_earlier_file(tmp_path: Path) -> None:
    make_month()
    path = tmp_path / "x.xlsx"
    path.write_text("old")
    run("2011-05", path)
    assert path.read_bytes().startswith(b"PK")


def test_a_branch_renamed_after_the_lock_keeps_its_name_there_also_where_nobody_is_paid(tmp_path: Path) -> None:
    firm = Firm()
    firm.sells(firm.seller("ZL"), "20000.00")
    firm.close()
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    run("2011-04", before)
    Branch.objects.update(name="改名")
    run("2011-04", after)
    assert after.read_bytes() == before.read_bytes()
