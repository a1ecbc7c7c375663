"""What pages tell: how an amount came about, down to receipt, rate, tier, article and plan; how far the months are."""

import datetime as dt
import re
from decimal import Decimal

from django.template.loader import render_to_string
from django.test import Client as Browser

from access.models import User
from access.pages.records import Row, Table
from clients.models import Client, Receipt
from compensation.explain import explain_base_pay, explain_line, explain_share
from compensation.models import CommissionLine, Credit, Payslip, SupportPool, SupportShare
from funds.explain import explain_lot
from funds.models import FundClaim, FundLot
from monthend.models import MonthRun
from monthend.page.home import duties, overview
from periods.models import Period
from rulebook.cells import amount, headings, number, numeric, text
from rulebook.models import PlanVersion
from rulebook.wording import amount_text
from staff.explain import explain_assessment
from staff.models import Absence, Branch, Employee, PersonnelEvent, RankAssessment, Target
from tests.admin.addresses import address, page_of
from tests.admin.cast import House, Role
from tests.cast import log_in_of
from tests.firm import APRIL, MAY

TODAY = dt.date(2011, 6, 10)


def text_of(browser: Browser, url: str) -> str:
    """A page's text as one line."""
    page = browser.get(url).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace("&#x27;", "'")


def links_of(browser: Browser, url: str) -> set[str]:
    return set(re.findall(r'href="([^"]+)"', browser.get(url).content.decode()))


def test_a_payslip_shows_its_sum_and_its_lines_with_their_sentences(house: House, finance: Browser) -> None:
    slip = Payslip.objects.get(employee=house.north.closer, month=APRIL)
    page = text_of(finance, page_of(slip))
    parts = (slip.base_pay, slip.commission, slip.assist, slip.brought, slip.adjustment, slip.support_bonus, slip.gross)
    shown = [amount_text(part) for part in parts]
    assert re.search(" .*".join(map(re.escape, shown)), page)
    assert "2011年4月" in page
    assert "已锁定" in page
    line = CommissionLine.objects.get(employee=slip.employee, month=APRIL)
    base = slip.employee.base_pay_lines.get(month=APRIL)
    assessment = RankAssessment.objects.get(employee=slip.employee, month=APRIL)
    for sentence in (explain_line(line), explain_base_pay(base, slip), explain_assessment(assessment)):
        assert sentence in page


def test_from_a_payslip_to_the_line_and_from_there_to_its_sources(house: House, finance: Browser) -> None:
    slip = Payslip.objects.get(employee=house.north.closer, month=APRIL)
    line = CommissionLine.objects.get(employee=slip.employee, month=APRIL)
    url = page_of(line)
    assert url in links_of(finance, page_of(slip))
    plan = address(PlanVersion, "change", line.plan_version_id)
    assert {
        page_of(slip),
        address(Receipt, "change", line.receipt_id),
        address(Client, "change", line.receipt.contract.client_id),
        address(Employee, "change", line.employee_id),
        f"{plan}#rank-GW",
        f"{plan}#tiers-GW",
        plan,
        "/admin/rulebook/planversion/law/1-4.1/",
    } <= links_of(finance, url)
    assert "40,000.00 10% 已达到" in text_of(finance, url)
    assert 'id="rank-GW"' in finance.get(plan).content.decode()
    assert 'id="tiers-GW"' in finance.get(plan).content.decode()
    assert 'id="1-4.1"' in finance.get("/admin/rulebook/planversion/law/").content.decode()


def test_a_claw_back_opens_the_line_it_takes_back(house: House, finance: Browser) -> None:
    line = CommissionLine.objects.get(employee=house.north.closer, month=MAY, reversed_line__isnull=False)
    assert line.amount < 0
    assert line.reversed_line is not None
    url = page_of(line)
    assert page_of(line.reversed_line) in links_of(finance, url)
    assert "冲回" in text_of(finance, url)


def test_a_deficit_is_shown_as_carried_not_as_negative_pay(house: House, finance: Browser) -> None:
    slip = Payslip.objects.get(employee=house.north.closer, month=MAY)
    assert slip.carried < 0
    page = text_of(finance, page_of(slip))
    assert f"合计为负按 0.00 计；任职延续的，{amount_text(slip.carried)} 结转下月" in page


def test_support_shares_and_funds_say_how_they_came_about(house: House, finance: Browser) -> None:
    row = SupportShare.objects.get(employee=house.north.clerk, month=APRIL)
    url = address(SupportShare, "change", row.pk)
    assert explain_share(row) in text_of(finance, url)
    pool = SupportPool.objects.get(branch=house.north.branch, month=APRIL)
    assert page_of(pool) in links_of(finance, url)
    lot = FundLot.objects.filter(branch=house.north.branch, month=APRIL, amount__gt=0).earliest("pk")
    page = text_of(finance, page_of(lot))
    assert explain_lot(lot) in page
    assert "2011年5月至2011年7月可用" in page


def test_a_rejected_claim_says_why(house: House, finance: Browser) -> None:
    claim = FundClaim.objects.get(branch=house.north.branch, amount=Decimal(900000))
    page = text_of(finance, address(FundClaim, "change", claim.pk))
    assert "余额不足" in page
    assert "900,000.00" in page


def test_a_receipt_tells_whom_it_was_credited_to_and_what_it_paid(house: House, finance: Browser) -> None:
    line = CommissionLine.objects.filter(kind="assist").earliest("pk")
    links = links_of(finance, address(Receipt, "change", line.receipt_id))
    for paid in CommissionLine.objects.filter(receipt=line.receipt_id):
        assert page_of(paid) in links


def test_a_person_is_told_in_a_sentence_with_months_moves_and_ranks(house: House, finance: Browser) -> None:
    page = text_of(finance, address(Employee, "change", house.north.closer.pk))
    assert "智慧顾问，自 2011-03-01 起；现在北方销售部。" in page
    house.firm.leave(house.north.closer, "06-03")
    assert "2011-06-03 离岗，离岗前在北方销售部。" in text_of(
        finance, address(Employee, "change", house.north.closer.pk)
    )


def test_the_plan_is_readable(finance: Browser, house: House) -> None:
    page = text_of(finance, address(PlanVersion, "change", PlanVersion.objects.get().pk))
    for words in (
        "智慧顾问 (GW)",
        "1 个完整月 50,000.00",
        "0.00 起 8% · 40,000.00 起 10% · 100,000.00 起 12%",
        "只计入分公司",
    ):
        assert words in page


def test_months_and_amounts_read_as_they_should(house: House, finance: Browser) -> None:
    page = finance.get(address(Payslip, "changelist")).content.decode()
    assert '<span class="month">2011年5月</span>' in page
    slip = Payslip.objects.get(employee=house.north.closer, month=APRIL)
    assert f'<span class="number">{amount_text(slip.gross)}</span>' in page


def test_zeros_are_dashes_in_lists_and_wide_tables_but_never_in_sums(house: House, finance: Browser) -> None:
    rows = finance.get(address(Payslip, "changelist"), {"month": str(APRIL)}).content.decode()
    assert '<span class="number">–</span>' in rows
    assert not re.search(r">-?0\.00<", rows)
    slip = Payslip.objects.filter(month=APRIL, employee=house.north.closer)
    assert "0.00" in finance.get(address(Payslip, "change", slip.get().pk)).content.decode()
    cells = [text("甲"), amount(Decimal(0)), number(0), amount(Decimal("0.01"))]
    for numbers, wanted in ((3, ["甲", "–", "–", "0.01"]), (2, ["甲", "0.00", "0", "0.01"])):
        heads = headings("a", *[numeric(name) for name in "bcd"[:numbers]], *"xyz"[numbers:])
        shown = render_to_string("admin/parts/table.html", {"table": Table("t", heads, [Row(cells)], total=Row(cells))})
        told = [cell.strip() for cell in re.findall(r"<td[^>]*>([^<]*)</td>", shown)]
        assert told == [*wanted, "甲", "0.00", "0", "0.01"]


def test_lists_are_filtered_by_month(house: House, finance: Browser) -> None:
    april = finance.get(address(Payslip, "changelist"), {"month": "2011-04"})
    assert {row.month for row in april.context["cl"].queryset} == {APRIL}
    assert 'value="?month=2011-04" selected' in april.content.decode()
    nonsense = finance.get(address(Payslip, "changelist"), {"month": "2011-13"})
    assert nonsense.status_code == 400


def test_lists_are_searched_and_filtered_by_state(house: House, finance: Browser) -> None:
    found = finance.get(address(Employee, "changelist"), {"q": house.north.closer.number})
    assert [row.pk for row in found.context["cl"].queryset] == [house.north.closer.pk]
    house.firm.leave(house.north.developer, "06-01")
    left = finance.get(address(Employee, "changelist"), {"state": "left"})
    assert [row.pk for row in left.context["cl"].queryset] == [house.north.developer.pk]
    orphans = finance.get(address(Client, "changelist"), {"orphan": "yes"}).context["cl"].queryset
    owned = finance.get(address(Client, "changelist"), {"orphan": "no"}).context["cl"].queryset
    assert orphans.count() + owned.count() == Client.objects.count()
    refunds = finance.get(address(Receipt, "changelist"), {"kind": "refund"}).context["cl"].queryset
    assert all(row.amount < 0 for row in refunds)


def test_an_empty_list_says_what_would_fill_it(house: House, finance: Browser) -> None:
    Absence.objects.all().delete()
    page = text_of(finance, address(Absence, "changelist"))
    assert "还没有请假" in page
    assert "在此录入或导入的请假" in page


def test_the_first_page_tells_how_far_the_months_are(house: House, finance: Browser) -> None:
    page = text_of(finance, "/admin/")
    assert "2011年5月 已计算" in page
    total = sum(Payslip.objects.filter(month=MAY).values_list("gross", flat=True))
    assert amount_text(Decimal(total)) in page
    assert "6 人" in page
    of_north = text_of(house.browse(Role.BRANCH_GM), "/admin/")
    assert "3 人" in of_north
    assert amount_text(Decimal(total)) not in of_north


def test_what_blocks_is_told_to_who_answers_for_all(house: House) -> None:
    hr, manager = house.users[Role.HR], house.users[Role.BRANCH_GM]
    before_the_end = overview(hr, dt.date(2011, 5, 20))
    assert before_the_end is not None
    assert any("2011年5月" in blocker.text for blocker in before_the_end.blockers)
    over = overview(hr, TODAY)
    assert over is not None
    assert over.blockers == []
    Target.objects.filter(month=MAY).delete()
    of_all, of_branch = overview(hr, TODAY), overview(manager, TODAY)
    assert of_all is not None
    assert of_branch is not None
    assert ["南方" in blocker.text for blocker in of_all.blockers] == [False, True, False]
    section = re.search(
        '<section class="([^"]*)" id="blockers">', house.browse(Role.HR).get("/admin/").content.decode()
    )
    assert section
    assert "is-blocking" in section[1]
    assert ["南方" in blocker.text for blocker in of_branch.blockers] == [False, False]
    for branch in (house.north.branch, house.south.branch):
        Target.objects.create(month=MAY, branch=branch, amount=1)
    house.firm.close(MAY)
    locked = overview(hr, TODAY)
    assert locked is not None
    assert locked.blockers == []
    assert locked.at_hand is not None
    assert (locked.at_hand.month.text, locked.at_hand.page) == ("2011年6月", "")
    assert overview(house.users[Role.OPERATOR], TODAY) is None


def test_before_the_first_month_the_first_page_says_what_to_do(db: None) -> None:
    log_in_of(Role.HR, "u")
    browser = Browser()
    browser.force_login(User.objects.get())
    assert "请先导入公司工作簿" in text_of(browser, "/admin/")


def test_what_wants_a_look_is_counted_and_listed(house: House, finance: Browser) -> None:
    assessed = RankAssessment.objects.get(month=MAY, employee=house.north.closer)
    assessed.delete()
    assessed.review_due = True
    assessed.save()
    notices = {notice.text: notice for notice in duties(house.users[Role.FINANCE]).of_month}
    review = notices["人待解除审核"]
    assert review.count == RankAssessment.objects.filter(month=MAY, review_due=True).count()
    listed = finance.get(review.href).context["cl"].queryset
    assert listed.count() == review.count


def test_a_month_is_told_by_branch(house: House) -> None:
    period = Period.objects.get(month=APRIL)
    url = address(Period, "results", period.pk)
    of_all, of_north = (text_of(house.browse(role), url) for role in (Role.HR, Role.BRANCH_GM))
    assert "北方" in of_all
    assert "南方" in of_all
    assert "南方" not in of_north
    pools = SupportPool.objects.filter(month=APRIL)
    assert amount_text(sum((pool.sales for pool in pools), Decimal(0))) in of_all
    assert " 合计 " not in of_north


def test_figures_lead_to_what_they_were_computed_from(house: House, finance: Browser) -> None:
    pool = SupportPool.objects.get(branch=house.north.branch, month=APRIL)
    where = f"?month=2011-04&amp;branch__id__exact={pool.branch_id}"
    links = links_of(finance, page_of(pool))
    assert {address(Credit, "changelist") + where, address(Target, "changelist") + where} <= links
    lot = FundLot.objects.filter(branch=house.north.branch, month=APRIL).earliest("pk")
    period = Period.objects.get(month=APRIL)
    assert address(Period, "change", period.pk) in links_of(finance, page_of(lot))
    assessment = RankAssessment.objects.get(employee=house.north.closer, month=APRIL)
    credit = Credit.objects.get(employee=house.north.closer, month=APRIL)
    assert page_of(credit) in links_of(finance, page_of(assessment))


def test_a_run_from_the_console_says_so(house: House, finance: Browser) -> None:
    run = MonthRun.objects.filter(month=APRIL).latest("pk")
    assert "在服务器控制台执行" in text_of(finance, address(MonthRun, "change", run.pk))


def test_an_event_and_a_target_are_pages_of_facts(house: House, finance: Browser) -> None:
    event = PersonnelEvent.objects.get(employee=house.north.closer)
    page = text_of(finance, address(PersonnelEvent, "change", event.pk))
    assert "入职" in page
    assert "智慧顾问" in page
    target = Target.objects.get(month=APRIL, branch=house.north.branch)
    assert "100,000.00" in text_of(finance, address(Target, "change", target.pk))


def test_the_admin_goes_with_the_sites_own_way_in_and_out(house: House, finance: Browser) -> None:
    assert finance.post("/admin/logout/").headers["Location"] == "/login/"
    assert Browser().get("/admin/login/").headers["Location"].startswith("/login/")


def test_the_sites_icon_is_where_browsers_ask_for_it() -> None:
    assert re.fullmatch(r"/static/access/icon\.\w+\.svg", Browser().get("/favicon.ico").headers["Location"])


def test_what_is_there_once_tells_which_record_it_is(house: House) -> None:
    target = Target.objects.filter(branch=house.north.branch).earliest("pk")
    values = {"month": str(target.month), "branch": target.branch_id, "amount": "5"}
    browser = house.browse(Role.HR)
    page = browser.post(address(Target, "add"), values).content.decode()
    assert f'已经有月份、分公司相同的目标：<a href="{address(Target, "change", target.pk)}">{target}</a>。' in page
    branch = Branch.objects.get(pk=house.north.branch.pk)
    page = browser.post(address(Branch, "add"), {"code": branch.code, "name": "<b>"}).content.decode()
    assert f'已经有编码相同的分公司：<a href="{address(Branch, "change", branch.pk)}">{branch}</a>。' in page
