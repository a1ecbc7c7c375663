"""What the house was sent as files: workbooks, an old payroll, a statement of the bank."""

import datetime as dt
from decimal import Decimal

from access.actor import Actor
from access.models import User
from clients.bank.actions import ReadLine, keep_statement
from clients.bank.selectors_amounts import PresentAmounts
from clients.models import Receipt
from compensation.models import Payslip
from tests.firm import APRIL
from tests.imports.books import book_of, saved
from tests.imports.company import company
from workbooks.models import ParallelLine, ParallelRun, Upload, UploadRow


def upload(hr: User) -> None:
    """Workbooks of HR: one that waits for the confirmation, one with a mistake."""
    told = {"sheet": "到款", "row": 3, "column": "金额", "value": "1.234", "reason": "小数超过 2 位"}
    for state, errors, shown in ((Upload.State.READY, [], "0" * 64), (Upload.State.REFUSED, [told], "")):
        upload = Upload.objects.create(
            file_name=f"{state}.xlsx",
            sha256="0" * 64,
            data=saved(book_of(company())),
            size=2_048,
            language="zh-hans",
            uploaded_at=dt.datetime(2011, 6, 1, tzinfo=dt.UTC),
            uploaded_by=hr,
            state=state,
            counts={
                "员工": {"added": 12, "changed": 1, "skipped": 3},
                "到款": {"added": 0, "changed": 0, "skipped": 1},
            },
            sums={"到款": "1234.50"},
            errors=errors,
            warnings=[{**told, "value": "2011-04-30", "reason": "2011年4月已锁定：计入2011年5月"}],
            shown=shown,
        )
    upload = Upload.objects.get(state=Upload.State.READY)
    changed = [["手机", "13800000001", "13800000002"], ["银行卡号", "6222000000001234", "6222000000005678"]]
    added = [["工号", None, "0009"], ["姓名", None, "王新"]]
    UploadRow.objects.bulk_create(
        UploadRow(upload=upload, sheet="员工", row=row, key=f"{row:04}", change=change, differences=differences)
        for row, change, differences in [(2, "changed", changed), *((row, "added", added) for row in range(3, 15))]
    )


def run_in_parallel(hr: User) -> None:
    """What an old payroll paid in April: the north's closer less commission, the others as here; and a stranger."""
    uploaded_at = dt.datetime(2011, 6, 1, tzinfo=dt.UTC)
    run = ParallelRun.objects.create(
        month=APRIL, file_name="旧工资.xlsx", sha256="0" * 64, uploaded_at=uploaded_at, uploaded_by=hr
    )
    slips = list(Payslip.objects.filter(month=APRIL).select_related("employee").order_by("employee__number"))
    for slip in slips:
        less = Decimal("100.00") if slip == slips[0] else Decimal(0)
        ParallelLine.objects.create(
            run=run,
            number=slip.employee.number,
            employee=slip.employee,
            gross=slip.gross - less,
            commission=slip.commission - less,
        )
    ParallelLine.objects.create(run=run, number="X-9", gross=Decimal("1.00"))


def ask_the_bank(finance: User) -> None:
    """April at the bank: a line for each receipt but the last, one of them with another payer, interest, rent."""
    receipts = list(Receipt.objects.filter(posted_in=APRIL).select_related("contract__client").order_by("number"))
    present = PresentAmounts.read()
    lines = [
        ReadLine(
            row=row,
            day=receipt.received_on,
            amount=present.of(receipt),
            payer="王代付" if row == 2 else receipt.contract.client.name,
            purpose="培训费",
            reference=f"20110400{row:04}",
        )
        for row, receipt in enumerate(receipts[:-1], start=2)
    ]
    for row, amount, purpose in ((90, "1200.34", "结息款项"), (91, "-8000.56", "四月房租")):
        lines.append(ReadLine(row, dt.date(2011, 4, 20), Decimal(amount), "", purpose, f"20110400{row:04}"))
    keep_statement(lines, data=b"April", file_name="四月流水.xlsx", account="工行基本户", days=3, by=Actor(finance))
