"""What a salesperson, and whoever else is paid, finds on the own pages."""

import datetime as dt
import re
from decimal import Decimal
from html import unescape

from django.test import Client as Browser
from django.utils import timezone

from access.actor import Actor
from access.history.acting import acting
from access.models import Change, User
from compensation.models import CommissionLine, Payslip
from monthend.lock.selectors_chain import link_at, short_code
from portal.pay_notices import SHOWN_FOR, pay_notices
from rulebook.law.selectors import the_law
from staff.models import Employee, PayConfirmation
from tests.firm import APRIL, MAY
from tests.portal.cast import Cast

Kind = CommissionLine.Kind


def text(browser: Browser, address: str) -> str:
    """What a page says, without its tags."""
    response = browser.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def in_order(page: str, *parts: str) -> bool:
    """Whether the parts stand on the page one after the other."""
    place = 0
    for part in parts:
        place = page.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def test_a_salesperson_lands_on_the_newest_month(cast: Cast) -> None:
    page = text(cast.browse(cast.alice), "/")
    assert in_order(page, "2011年5月", "未锁定，金额可能变化", "应发合计", "1,280.00")
    assert in_order(page, "临界工资 1,280.00", "提成 -2,000.00", "结转下月 +2,000.00", "不扣基本工资")
    assert in_order(page, "历史工资单", "2011年5月", "2011年4月", "7,000.00")


def test_a_locked_month_says_so_and_adds_up(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    page = text(alice, "/pay/2011-04/")
    assert in_order(page, "2011年4月", "已锁定", "7,000.00", "基本工资 2,000.00", "提成 +5,000.00")
    assert f"封存链码 {short_code(link_at(APRIL))}：请留存" in page
    assert "封存链码" not in text(alice, "/pay/2011-05/")


def test_the_sales_of_the_month_tell_the_tier_and_what_a_locked_month_reached(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    locked, still_open = text(alice, "/pay/2011-04/"), text(alice, "/pay/2011-05/")
    tier = "智慧顾问 10% 档，40,000.00 起"
    assert in_order(locked, "个人业绩 50,000.00", tier, "本月已锁定：业绩 50,000.00，按 10% 计提")
    assert "还差" not in locked
    assert in_order(still_open, "个人业绩 -20,000.00", "还差", "达到后全部按")


def test_the_assessment_tells_rank_cycle_standard_wage_and_outcome(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    april, may = text(alice, "/pay/2011-04/"), text(alice, "/pay/2011-05/")
    assert in_order(april, "职级 智慧顾问", "考核周期 第 1 月，共 2 月", "周期业绩 50,000.00", "降级标准 56,000.00")
    assert in_order(
        april,
        "周期业绩 50,000.00（保级 56,000.00），下月继续",
        "业绩达到 24,000.00",
        "维持 2011年5月起 智慧顾问",
        "1-4.3.1",
    )
    assert in_order(may, "第 2 月，共 2 月", "未达降级标准，差 26,000.00", "拿临界工资，连续 1 个考核月")
    assert in_order(may, "降级 2011年6月起 智慧助理", "1-4.3.1", "条款 1-4.3.1", "2个月为一个考核周期")


def test_a_month_that_was_not_assessed_says_why(cast: Cast) -> None:
    page = text(cast.browse(cast.dan), "/pay/2011-04/")
    assert in_order(page, "职级 智慧助理", "本月不考核")
    assert in_order(page, "基本工资", "2011-04-01 至 2011-04-10", "533.33", "2011-04-11 至 2011-04-30", "1,666.67")


def test_a_line_opens_to_receipt_rate_tier_article_and_plan(cast: Cast) -> None:
    line = cast.line(cast.alice, base=Decimal("30000.00"))
    contract = line.receipt.contract
    alice = cast.browse(cast.alice)
    assert f"/pay/2011-04/lines/{line.receipt_id}/{line.kind}/" in alice.get("/pay/2011-04/").content.decode()
    page = text(alice, f"/pay/2011-04/lines/{line.receipt_id}/{line.kind}/")
    assert in_order(
        page, contract.client.name, "3,000.00", "30,000.00 × 10%", "1-4.1 智慧顾问当月净业绩 50,000.00 达到"
    )
    assert in_order(page, "到款流水号", line.receipt.number, "2011-04-10", contract.client.number, contract.number)
    assert in_order(page, "智慧顾问提成档位", "0.00 8%", "40,000.00 10% 已达到", "100,000.00 12%")
    assert in_order(page, "薪酬方案 2011-04", "执行日期 2011-04-01", "条款 1-4.1", "营销体系层级、薪酬一览表")


def test_a_claw_back_and_the_line_it_takes_back_lead_to_each_other(cast: Cast) -> None:
    paid = cast.line(cast.alice, base=Decimal("20000.00"))
    taken_back = cast.line(cast.alice, MAY)
    alice = cast.browse(cast.alice)
    original, refund = (
        f"/pay/2011-04/lines/{paid.receipt_id}/{paid.kind}/",
        f"/pay/2011-05/lines/{taken_back.receipt_id}/{taken_back.kind}/",
    )
    assert f'href="{original}"' in alice.get(refund).content.decode()
    assert f'href="{refund}"' in alice.get(original).content.decode()
    assert in_order(text(alice, refund), "退款", "-2,000.00", "按原比例收回", "冲销的原明细", "2011年4月 2,000.00")
    assert in_order(text(alice, original), "已被退款冲销", "2011年5月 -2,000.00")


def test_a_refund_in_the_same_month_leads_to_the_line_it_takes_back(cast: Cast) -> None:
    sale = cast.firm.sells(cast.alice, "500.00", "05-02")
    cast.firm.receipt(sale.contract, "-200.00", "05-20", reverses=sale)
    cast.firm.close(MAY, lock=False)
    paid = cast.line(cast.alice, MAY, receipt=sale)
    taken_back = cast.line(cast.alice, MAY, receipt__reverses=sale)
    alice = cast.browse(cast.alice)
    assert (
        f"/pay/2011-05/lines/{paid.receipt_id}/{paid.kind}/"
        in alice.get(f"/pay/2011-05/lines/{taken_back.receipt_id}/{taken_back.kind}/").content.decode()
    )
    assert (
        f"/pay/2011-05/lines/{taken_back.receipt_id}/{taken_back.kind}/"
        in alice.get(f"/pay/2011-05/lines/{paid.receipt_id}/{paid.kind}/").content.decode()
    )


def test_an_assist_tells_the_amount_it_is_a_share_of(cast: Cast) -> None:
    line = cast.line(cast.carol)
    page = text(cast.browse(cast.carol), f"/pay/2011-04/lines/{line.receipt_id}/{line.kind}/")
    assert in_order(page, "协助提成", "240.00", "2,400.00 × 10%", "1-6 协助孤儿单客户成交", "孤儿单客户，因为 无归属")
    assert "提成档位" not in page


def test_support_staff_see_base_pay_assist_and_their_share_of_the_bonus(cast: Cast) -> None:
    page = text(cast.browse(cast.carol), "/pay/2011-04/")
    share = Payslip.objects.get(employee=cast.carol, month=APRIL).support_bonus
    assert share > 0
    assert in_order(page, "基本工资 3,000.00", "协助提成 +240.00", f"支持奖金 +{share}")
    assert in_order(page, f"支持奖金 {share}", "1-7.2.2 奖金池 × 权重 / 权重合计")
    assert "个人业绩" not in page


def test_receipts_credited_to_nobody_are_listed_with_the_reason(cast: Cast) -> None:
    dan = cast.browse(cast.dan)
    said = ("7,777.77", "未计入，因为到账当天成交人不在销售系统")
    assert in_order(text(dan, "/pay/2011-04/"), "未计入您业绩的到款", *said)
    assert in_order(text(dan, "/pay/2011-04/receipts/"), "个人业绩 0.00", *said)


def test_the_own_sales_open_to_their_receipts_and_these_to_their_lines(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    page = text(alice, "/pay/2011-04/receipts/")
    assert in_order(page, "个人业绩 50,000.00", "20,000.00", "30,000.00")
    for base in ("20000.00", "30000.00"):
        line = cast.line(cast.alice, base=Decimal(base))
        assert (
            f"/pay/2011-04/lines/{line.receipt_id}/{line.kind}/" in alice.get("/pay/2011-04/receipts/").content.decode()
        )


def test_a_month_with_uncredited_receipts_alone_is_shown_without_a_payslip(cast: Cast) -> None:
    cast.firm.leave(cast.dan, "05-01")
    contract = cast.firm.contract(cast.alice, signed="05-02")
    contract.closer = cast.dan
    contract.save()
    cast.firm.receipt(contract, "66.66", "05-15")
    cast.firm.close(MAY, lock=False)
    page = text(cast.browse(cast.dan), "/")
    assert in_order(page, "2011年5月", "这个月没有您的工资单", "66.66", "成交人已离岗", "历史工资单")


def test_the_deficit_brought_forward_opens_the_month_it_comes_from(cast: Cast) -> None:
    cast.firm.close(MAY)
    cast.firm.close(MAY + 1, lock=False)
    alice = cast.browse(cast.alice)
    assert in_order(text(alice, "/"), "2011年6月", "上月结转 -2,000.00")
    assert '<a href="/pay/2011-05/"><span>上月结转</span>' in alice.get("/").content.decode()


def test_the_switch_leads_to_the_months_beside(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    newest, oldest = alice.get("/").content.decode(), alice.get("/pay/2011-04/").content.decode()
    assert '<a href="/pay/2011-04/" rel="prev">' in newest
    assert 'rel="next"' not in newest
    assert '<a href="/pay/2011-05/" rel="next">' in oldest
    assert 'rel="prev"' not in oldest


def test_a_long_month_is_split_and_each_part_sums_up_to_what_the_head_says(cast: Cast) -> None:
    sell_much(cast, 120)
    alice = cast.browse(cast.alice)
    page = text(alice, "/")
    assert in_order(page, "本月明细 121 笔", "1 / 3", "下一页")
    seen = {which for n in (1, 2, 3) for which in line_links(alice, f"/?page={n}")}
    assert seen == set(map(told_by, CommissionLine.objects.filter(employee=cast.alice, month=MAY)))
    assert len(line_links(alice, "/pay/2011-05/receipts/?page=3")) == 21


def test_a_page_that_is_not_there_shows_the_nearest(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    for page in ("0", "99", "-1", "x", ""):
        assert len(line_links(alice, f"/pay/2011-04/?page={page}")) == 2


def test_commission_and_assists_are_each_shown_alone(cast: Cast) -> None:
    orphans = cast.firm.contract(cast.bob, client=cast.firm.client(since="05-02"), assistant=cast.alice, signed="05-02")
    cast.firm.receipt(orphans, "5000.00", "05-05")
    cast.firm.close(MAY, lock=False)
    alice = cast.browse(cast.alice)
    commission, assist = cast.line(cast.alice, MAY, kind=Kind.COMMISSION), cast.line(cast.alice, MAY, kind=Kind.ASSIST)
    assert line_links(alice, "/pay/2011-05/?kind=commission") == [told_by(commission)]
    assert line_links(alice, "/pay/2011-05/?kind=assist") == [told_by(assist)]
    assert set(line_links(alice, "/pay/2011-05/?kind=else")) == {told_by(commission), told_by(assist)}


def test_a_line_is_found_where_it_was_when_its_month_is_computed_again(cast: Cast) -> None:
    line = cast.line(cast.alice, MAY)
    alice = cast.browse(cast.alice)
    page = text(alice, f"/pay/2011-05/lines/{told_by(line)}/")
    cast.firm.close(MAY, lock=False)
    assert cast.line(cast.alice, MAY).pk != line.pk
    assert text(alice, f"/pay/2011-05/lines/{told_by(line)}/") == page


def test_a_newcomer_is_told_when_the_first_payslip_comes(cast: Cast) -> None:
    assert in_order(text(cast.browse(cast.eve), "/"), "还没有工资单", "Eve（", "首月计算后")


def test_a_log_in_without_an_employee_is_told_whom_to_ask(cast: Cast) -> None:
    assert in_order(text(cast.browse(None), "/"), "这个账号还没有关联员工", "nobody", "人力资源")


def test_whoever_works_in_the_admin_lands_there_and_finds_the_own_pay_beside_it(cast: Cast) -> None:
    carol = cast.browse(cast.carol, User.Role.HR)
    assert carol.get("/").headers["Location"] == "/admin/"
    assert in_order(text(carol, "/pay/"), "进入管理后台", "2011年5月", "基本工资 3,000.00")


def test_the_pages_are_there_in_english_too(cast: Cast) -> None:
    alice = cast.browse(cast.alice)
    alice.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = text(alice, "/pay/2011-04/")
    assert in_order(page, "April 2011", "Locked", "Base pay 2,000.00", "Commission +5,000.00", "Rank")
    assert in_order(page, "Article 1-4.3.1", "A cycle is two full months", "Article 1-4.1")
    left_in_chinese = {"智慧顾问", "中文", *(entry.words for entry in the_law().articles)}
    for words in left_in_chinese:
        page = page.replace(words, "")
    assert re.findall(r"[一-鿿]+", page) == []


def sell_much(cast: Cast, number: int) -> None:
    """Alice sells so many times in May."""
    contract = cast.firm.contract(cast.alice, signed="05-01")
    for _ in range(number):
        cast.firm.receipt(contract, "10.00", "05-03")
    cast.firm.close(MAY, lock=False)


def told_by(line: CommissionLine) -> str:
    """Receipt and kind of a line."""
    return f"{line.receipt_id}/{line.kind}"


def line_links(browser: Browser, address: str) -> list[str]:
    """Receipt and kind of the lines that a page leads to."""
    return re.findall(r"/lines/(\d+/\w+)/", browser.get(address).content.decode())


def test_a_change_of_the_own_account_and_salary_is_told(cast: Cast) -> None:
    hr, finance = (User.objects.create(username=role, last_name=role, role=role) for role in ("hr", "finance"))
    alice, carol = cast.alice, cast.carol
    with acting(Actor(hr), Change.Source.PAGE):
        Employee.objects.filter(pk=alice.pk).update(bank_name="招商银行", bank_account="6222020200003333444")
        cast.firm.move(carol, "06-01", cast.firm.office, salary="2345.67")
    alices, carols = cast.browse(alice), cast.browse(carol)
    open_page = text(alices, "/pay/")
    assert in_order(
        open_page, "您的发薪信息有变动", "银行账户或户名", "→ 招商银行 ····3444", "录入：hr", "尚未经第二人确认"
    )
    assert "不是您本人要求的" in open_page
    assert "6222020200003333444" not in open_page
    her_page = text(carols, "/pay/")
    assert in_order(her_page, "2011-06-01 起的基本工资", "→ 2,345.67", "录入：hr")
    assert "3444" not in her_page
    at = timezone.now()
    latest = Change.objects.latest("pk").pk
    PayConfirmation.objects.create(employee=alice, up_to=latest, by=finance, at=at, checked="x")
    told = text(alices, "/pay/")
    assert "确认：finance" in told
    assert "尚未经第二人确认" not in told
    assert pay_notices(alice, at + SHOWN_FOR + dt.timedelta(1)) == []
    assert "3444" not in text(cast.browse(cast.bob), "/pay/")


def test_a_linked_log_in_whose_role_sees_no_pay_is_told_so(cast: Cast) -> None:
    page = cast.browse(cast.alice, User.Role.OPERATOR).get("/pay/").content.decode()
    assert "本账号不显示薪酬" in page
    assert cast.alice.number in page
    assert str(User.Role.OPERATOR.label) in page
    assert "本账号不显示薪酬" not in cast.browse(None, User.Role.OPERATOR, username="x").get("/pay/").content.decode()
