"""A year's awards as a workbook, for human resources; in Chinese."""

from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.utils import timezone, translation

from access.models import User
from compensation.awards.pages import decisions_of
from compensation.models import AwardDecision
from workbooks.export.book import ReportBook, write_book
from workbooks.export.layout import Kind, ReportColumn, ReportSheet, Value, mark, money, text


@transaction.atomic
def export_awards(year: int, viewer: User, path: Path) -> None:
    """Write what is decided for a year, as far as the viewer sees it, to `path`; OSError if that can't be done."""
    with translation.override("zh-hans"):
        sheet = ReportSheet("年度奖励", _COLUMNS, [_row(decision) for decision in decisions_of(year, viewer)])
        write_book(ReportBook(f"{year}年度奖励", "未签署的不是正式结果", str(year), [sheet]), path)


_COLUMNS = (
    text("工号", 9),
    text("姓名", 10),
    mark("类别", 14),
    mark("决定", 9),
    money("已签署金额"),
    money("未签署金额"),
    text("旅游名称", 20),
    ReportColumn("原因", Kind.SENTENCE, 50),
    text("决定人", 14),
    mark("决定日期", 12),
    mark("状态", 14),
    text("第二签署人", 14),
    mark("签署日期", 12),
    mark("发放更正号", 14),
)


def _row(decision: AwardDecision) -> Sequence[Value]:
    payment = getattr(decision, "payment", None)
    is_signed = decision.state == AwardDecision.State.DONE
    return (
        decision.employee.number,
        decision.employee.name,
        decision.get_kind_display(),
        decision.get_outcome_display(),
        decision.amount if is_signed else None,
        None if is_signed else decision.amount,
        decision.travel,
        decision.reason,
        str(decision.decided_by),
        f"{timezone.localtime(decision.decided_at):%Y-%m-%d}",
        decision.get_state_display(),
        str(decision.signed_by or ""),
        f"{timezone.localtime(decision.signed_at):%Y-%m-%d}" if decision.signed_at else "",
        payment.number if payment else "",
    )
