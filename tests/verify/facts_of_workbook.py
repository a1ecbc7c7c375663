"""Read an import workbook straight into the facts of the recomputation, past the importer and the database."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import openpyxl

from monthend.verify.facts import (
    Absence,
    Cash,
    Claim,
    Client,
    Contract,
    Department,
    EventKind,
    Facts,
    FundName,
    OpeningLot,
    OpeningSales,
    OpeningState,
    PersonnelEvent,
    Receipt,
    Target,
    Weight,
)
from rulebook.month import Month
from rulebook.plan import Plan

Row = dict[str, object]

KINDS = {"异岗": EventKind.CHANGE_OF_POST, "调动": EventKind.TRANSFER, "离岗": EventKind.DEPARTURE}
FUNDS = {"客户交往": FundName.CLIENT_RELATIONS, "公司活动": FundName.COMPANY_ACTIVITY}
PROTECTED = ("病假", "产假", "工伤")


def read_facts(path: Path, plans: tuple[Plan, ...]) -> Facts:
    """The facts of a workbook; the firm goes live in the month of its first target."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    sheets = {sheet.title: list(_rows(sheet.iter_rows(values_only=True))) for sheet in book.worksheets}
    book.close()
    targets = tuple(
        Target(_month(row["月份"]), _text(row["分公司编码"]), _amount(row["目标金额"])) for row in sheets["目标"]
    )
    return Facts(
        first_month=min(target.month for target in targets),
        plans=plans,
        branches=tuple(_text(row["编码"]) for row in sheets["分公司"]),
        departments=tuple(_department(row) for row in sheets["部门"]),
        people=tuple(_text(row["工号"]) for row in sheets["员工"]),
        events=tuple([_hire(row) for row in sheets["员工"]] + [_event(row) for row in sheets["异动"]]),
        clients=tuple(_client(row) for row in sheets["客户"]),
        contracts=tuple(_contract(row) for row in sheets["合同"]),
        cash=Cash.of([_receipt(row) for row in sheets["到款"]]),
        targets=targets,
        weights=tuple(
            Weight(_month(row["月份"]), _text(row["工号"]), _amount(row["权重"])) for row in sheets["支持奖金权重"]
        ),
        claims=tuple(_claim(row) for row in sheets["基金支出"]),
        opening_states=tuple(_opening_state(row) for row in sheets.get("期初人员", [])),
        opening_sales=tuple(
            OpeningSales(_text(row["工号"]), _month(row["月份"]), _amount(row["业绩"]))
            for row in sheets.get("期初业绩", [])
        ),
        opening_lots=tuple(_opening_lot(row, plans) for row in sheets.get("期初基金", [])),
        absences=tuple(
            Absence(_text(row["工号"]), _day(row["开始"]), _day(row["结束"]), row["类型"] in PROTECTED)
            for row in sheets.get("请假", [])
        ),
    )


def _rows(rows: Iterator[tuple[object, ...]]) -> Iterator[Row]:
    headers = [str(header) for header in next(rows)]
    for row in rows:
        if any(value is not None for value in row):
            yield dict(zip(headers, row, strict=True))


def _department(row: Row) -> Department:
    return Department(_text(row["编码"]), _text(row["分公司编码"]), row["系统"] == "销售")


def _hire(row: Row) -> PersonnelEvent:
    return PersonnelEvent(
        person=_text(row["工号"]),
        date=_day(row["入职日期"]),
        kind=EventKind.HIRED,
        department=_text(row["部门编码"]),
        rank=_optional(row["职级编码"]),
        base_salary=_optional_amount(row["基本工资"]),
    )


def _event(row: Row) -> PersonnelEvent:
    return PersonnelEvent(
        person=_text(row["工号"]),
        date=_day(row["日期"]),
        kind=KINDS[_text(row["类型"])],
        department=_optional(row["新部门编码"]),
        rank=_optional(row["新职级编码"]),
        base_salary=_optional_amount(row["新基本工资"]),
    )


def _client(row: Row) -> Client:
    return Client(
        _text(row["编号"]), _optional(row["归属工号"]), _optional(row["转介绍客户编号"]), _day(row["登记日期"])
    )


def _contract(row: Row) -> Contract:
    return Contract(
        number=_text(row["编号"]),
        client=_text(row["客户编号"]),
        signed_on=_day(row["签订日期"]),
        closer=_text(row["成交工号"]),
        assistant=_optional(row["协助工号"]),
    )


def _receipt(row: Row) -> Receipt:
    return Receipt(
        number=_text(row["流水号"]),
        contract=_text(row["合同编号"]),
        received_on=_day(row["到账日期"]),
        posted_in=Month.of(_day(row["到账日期"])),
        amount=_amount(row["金额"]),
        reverses=_optional(row["冲销流水号"]),
    )


def _claim(row: Row) -> Claim:
    return Claim(
        number=_text(row["单号"]),
        branch=_text(row["分公司编码"]),
        fund=FUNDS[_text(row["基金"])],
        date=_day(row["日期"]),
        amount=_amount(row["金额"]),
        client=_optional(row["客户编号"]),
    )


def _opening_state(row: Row) -> OpeningState:
    return OpeningState(
        person=_text(row["工号"]),
        brought=_optional_amount(row.get("结转")) or Decimal("0.00"),
        cycle_start=None if row.get("周期起始月") is None else _month(row["周期起始月"]),
        threshold_streak=int(_amount(row.get("临界连续月数") or 0)),
        reinstatement_rank=_optional(row.get("复级职级编码")),
    )


def _opening_lot(row: Row, plans: tuple[Plan, ...]) -> OpeningLot:
    fund, month = FUNDS[_text(row["基金"])], _month(row["计提月份"])
    in_order = sorted(plans, key=lambda plan: plan.effective_from)
    plan = next((plan for plan in reversed(in_order) if plan.effective_from <= month.first), in_order[0])
    usable = plan.client_relations if fund == FundName.CLIENT_RELATIONS else plan.company_activity
    return OpeningLot(_text(row["分公司编码"]), fund, month, _amount(row["余额"]), usable.usable_months)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _day(value: object) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else dt.date.fromisoformat(str(value))


def _month(value: object) -> Month:
    return Month.parse(str(value))


def _amount(value: object) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))


def _optional_amount(value: object) -> Decimal | None:
    return None if value is None else _amount(value)
