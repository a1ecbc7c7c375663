"""Disputes of the demo's two salespeople: one due in two working days, one settled, one ruled on in a locked month."""

import datetime as dt
import io
from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Min
from openpyxl import Workbook

from access.actor import Actor
from access.models import User
from clients.models import Contract
from compensation.corrections.effects_rulings import WantedShare
from disputes.actions import begin_verification, raise_dispute, state_answer
from disputes.clock.rules import DAY, deadline, working_days_left
from disputes.clock.selectors import resolution_working_days, work_calendar
from disputes.deciding.actions import confirm_ruling, give_finding
from disputes.deciding.actions_offers import confirm_offer, make_offer
from disputes.deciding.effects import effect_of_offer, effect_of_waiting
from disputes.deciding.rules import Desk
from disputes.evidence.actions import Sent, bring_evidence
from disputes.models import Dispute, Evidence
from disputes.wanted import Claim, WantedFinding, WantedOffer
from salesorg.demo.months import DemoMonths, day_of
from staff.models import Employee

FIRST, SECOND = "sales", "sales2"
DAYS_LEFT = 2
RULED = "K000175"
"""The second salesperson's, signed and paid at the end of the last locked month."""


def dispute_deals(months: DemoMonths, today: dt.date) -> None:
    """All three, raised in the order of their days; before the open month is computed, which takes them in."""
    _rule(months, today)
    raised = _raised_before(today)
    _settle(raised, today)
    _leave_open(raised)


def _rule(months: DemoMonths, today: dt.date) -> None:
    """Two findings that agree: a fifth of a deal of the last locked month goes to who brought the client."""
    first, second = _person(FIRST), _person(SECOND)
    raised = day_of(months.open, 28)
    contract = Contract.objects.get(number=RULED)
    dispute = _claimed(contract, FIRST, "0.3", raised, "该客户由我介绍并陪同首次拜访，签约前的两次方案也由我修改。")
    _bring(dispute, FIRST, Evidence.Kind.VISIT, contract.signed_on - 6 * DAY, "与对方一同首次拜访客户", raised)
    dispute = begin_verification(dispute, by=_by("hr"))
    state_answer(dispute, second, statement="首次拜访确由对方陪同，报价、签约和收款由我完成。", by=_by(SECOND))
    shares = _shares((second, "0.8"), (first, "0.2"))
    for name, desk, reasons in (
        ("hr", Desk.HR, "拜访记录显示申诉人介绍并陪同首次拜访；后续由成交人完成。"),
        ("director", Desk.MARKETING, "双方陈述一致：介绍和首次拜访属申诉人，其余属成交人。"),
    ):
        give_finding(dispute, WantedFinding(reasons, shares, second), desk=desk, by=_by(name))
    confirm_ruling(dispute, shown=effect_of_waiting(dispute).digest, today=today, by=_by("hr"))


def _settle(raised: dt.date, today: dt.date) -> None:
    """The first salesperson offers a share of an own deal, to which the second agrees."""
    first, second = _person(FIRST), _person(SECOND)
    contract = _latest_of(first, raised)
    dispute = _claimed(contract, SECOND, "0.5", raised, "我先联系该客户并报价，对方在我外出培训期间签约。")
    begin_verification(dispute, by=_by("hr"))
    wanted = WantedOffer(_shares((first, "0.7"), (second, "0.3")), note="你先联系，我签约并收款，按七三分。")
    offer = make_offer(dispute, wanted, by=_by(FIRST))
    confirm_offer(offer, shown=effect_of_offer(offer).digest, today=today, by=_by(SECOND))


def _leave_open(raised: dt.date) -> None:
    """Both sides have spoken; human resources and the marketing director are to find."""
    contract = _latest_of(_person(SECOND), raised)
    dispute = _claimed(contract, FIRST, "0.4", raised, "我邀请该客户参加讲座并多次电话联系，客户因此签约。")
    signed = contract.signed_on
    calls = [(signed - 5 * DAY, "电话", "介绍产品，约定讲座"), (signed - 2 * DAY, "电话", "确认报价")]
    _bring(dispute, FIRST, Evidence.Kind.CONTACT, signed - 2 * DAY, "两次电话联系", raised, _book(calls))
    _bring(dispute, FIRST, Evidence.Kind.SEMINAR, signed - 3 * DAY, "客户签到的讲座邀请", raised)
    dispute = begin_verification(dispute, by=_by("hr"))
    state_answer(dispute, _person(SECOND), statement="客户由我登记并一直跟进，讲座之前已谈妥报价。", by=_by(SECOND))
    _bring(dispute, SECOND, Evidence.Kind.PROTECTION, contract.client.registered_on, "客户保护登记", raised)


def _raised_before(today: dt.date) -> dt.date:
    """The latest day worked of which a dispute is due in so many working days."""
    days = [today - number * DAY for number in range(60)]
    calendar, term = work_calendar(days[-1]), resolution_working_days(today)
    left = {day: working_days_left(today, deadline(day, term, calendar).due_on, calendar) for day in days}
    return next(day for day in days if calendar.is_worked(day) and left[day] == DAYS_LEFT)


def _latest_of(person: Employee, day: dt.date) -> Contract:
    """The person's contract whose first cash came last, up to a day."""
    paid = Contract.objects.filter(closer=person).annotate(first_cash=Min("receipts__received_on"))
    return paid.filter(first_cash__lte=day).select_related("client").latest("first_cash", "number")


def _claimed(contract: Contract, name: str, share: str, day: dt.date, statement: str) -> Dispute:
    asked = Decimal(share)
    claim = Claim(contract, _person(name), statement, asked, asked)
    return raise_dispute(claim, today=day, by=_by(name))


def _bring(
    dispute: Dispute, name: str, kind: Evidence.Kind, day: dt.date, note: str, today: dt.date, file: Sent | None = None
) -> None:
    bring_evidence(dispute, kind=kind, day=day, note=note, file=file, today=today, by=_by(name))


def _book(rows: Sequence[tuple[dt.date, str, str]]) -> Sent:
    """A workbook of contacts, as a salesperson keeps one."""
    book, file = Workbook(), io.BytesIO()
    for row in [("日期", "方式", "内容"), *rows]:
        book.worksheets[0].append(list(row))
    book.save(file)
    return Sent("联系记录.xlsx", file.getvalue())


def _shares(*parts: tuple[Employee, str]) -> list[WantedShare]:
    return [WantedShare(person, Decimal(share), Decimal(share)) for person, share in parts]


def _person(name: str) -> Employee:
    return Employee.objects.get(user__username=name)


def _by(name: str) -> Actor:
    return Actor(User.objects.get(username=name))
