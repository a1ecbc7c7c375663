"""The law in the admin: each article with its numbers by date, whom it applied to, and what head office decided."""

from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compensation.models import CommissionLine
from periods.models import Period
from rulebook.law.selectors import the_law
from rulebook.models import Interpretation, PlanVersion
from rulebook.plan_text.document import with_values
from staff.models import MinimumWage, RankAssessment
from tests.admin.addresses import address, page_of
from tests.admin.cast import House, Role
from tests.admin.test_language import english
from tests.admin.test_pages import links_of, text_of
from tests.firm import APRIL, MAY
from tests.plans import PLAN_TEXT

LAW = "/admin/rulebook/planversion/law/"


def article(number: str, month: str = "") -> str:
    return reverse("admin:rulebook_article", args=[number]) + (f"?month={month}" if month else "")


def test_every_article_has_its_page_in_few_queries(finance: Browser) -> None:
    finance.get(LAW)
    for entry in the_law().articles:
        with CaptureQueriesContext(connection) as captured:
            page = finance.get(article(entry.number))
        assert page.status_code == 200
        assert len(captured) <= 20, entry.number
        assert english(page.content.decode()) == set(), entry.number
    assert finance.get(article("9-9")).status_code == 404


def test_the_overview_counts_what_was_applied_in_the_chosen_month(finance: Browser) -> None:
    with CaptureQueriesContext(connection) as captured:
        page = text_of(finance, LAW + "?month=2011-04")
    assert len(captured) <= 20
    lines = CommissionLine.objects.filter(month=APRIL, article="1-6").count()
    assert lines == 4
    assert f"1-6 适用 {lines} 次" in page
    assert "1-5.3 适用" not in page
    assert article("1-6", "2011-04") in links_of(finance, LAW + "?month=2011-04")


def test_an_article_leads_to_whom_it_applied_to(house: House, finance: Browser) -> None:
    line = CommissionLine.objects.filter(month=APRIL, article="1-6").earliest("pk")
    assert page_of(line) in links_of(finance, article("1-6", "2011-04"))
    assessed = RankAssessment.objects.filter(month=APRIL).earliest("pk")
    assert page_of(assessed) in links_of(finance, article(assessed.article, "2011-04"))
    assert "没有适用本条的记录" in text_of(finance, article("2-2.2.2", "2011-04"))


def test_a_branch_sees_the_own_rows_alone(house: House) -> None:
    page = text_of(house.browse(Role.BRANCH_GM), article("1-4.1", "2011-04"))
    assert str(house.north.closer) in page
    assert str(house.south.closer) not in page


def test_a_short_list_leads_to_all(house: House, finance: Browser) -> None:
    for _number in range(12):
        house.firm.sells(house.north.closer, "100.00", "05-20")
    house.firm.close(MAY, lock=False)
    page = article("1-4.1", "2011-05")
    assert "提成明细 · 20" in text_of(finance, page)
    everything = next(link for link in links_of(finance, page) if "commissionline/?" in link).replace("&amp;", "&")
    listed = finance.get(everything).context["cl"].queryset
    assert listed.count() == CommissionLine.objects.filter(month=MAY, article="1-4.1").count() == 20


def test_numbers_stand_with_the_dates_that_they_changed_on(finance: Browser) -> None:
    values = {
        "version": "2011-09",
        "effective_from": "2011-09-01",
        "commission.assist_share": "0.2",
        "assessment.demotion_cycle_months": "3",
    }
    text = with_values(PLAN_TEXT, values)
    first = PlanVersion.objects.get()
    later = PlanVersion(
        version="2011-09", effective_from="2011-09-01", name=first.name, text=text, approved_at=first.approved_at
    )
    later.save()
    page = text_of(finance, article("1-6", "2011-04"))
    assert "由 10% 改为 20%" in page
    assert "由 2 改为 3" not in page
    assert "由 2 改为 3" in text_of(finance, article("1-4.3.1", "2011-04"))


def test_head_offices_newest_decision_counts_and_earlier_ones_stay(house: House, finance: Browser) -> None:
    assert "按此解读执行：照此执行 2011-05-03 总公司营销委员会" in text_of(finance, article("1-4.1"))
    assert "尚未对此解读作出决定" in text_of(finance, article("1-6"))
    add = address(Interpretation, "add") + "?article=1-4.1"
    assert add not in links_of(finance, article("1-4.1"))
    assert finance.post(add, {}).status_code == 403
    director = house.browse(Role.MARKETING_DIRECTOR)
    assert add in links_of(director, article("1-4.1"))
    given = {"article": "1-4.1", "verdict": "otherwise", "decided_on": "2011-06-01", "decided_by": "总经理"}
    assert "请写明应如何解读" in director.post(add, {**given, "words": ""}).content.decode()
    done = director.post(add, {**given, "words": "按签约月计"}, follow=True)
    assert done.redirect_chain[0][0] == article("1-4.1")
    page = text_of(finance, article("1-4.1"))
    assert "另作解读：按签约月计 2011-06-01 总经理" in page
    assert page.index("按签约月计") < page.index("以前的决定") < page.index("照此执行")
    newest = Interpretation.objects.latest("pk")
    assert newest.recorded_by == house.users[Role.MARKETING_DIRECTOR]
    assert "按签约月计" in text_of(finance, LAW)
    assert director.post(address(Interpretation, "change", newest.pk), given).status_code == 403
    assert director.post(address(Interpretation, "delete", newest.pk), {"post": "yes"}).status_code == 403


def test_the_month_and_the_article_warn_of_wages_below_the_minimum(house: House, finance: Browser) -> None:
    hr, april = house.browse(Role.HR), address(Period, "results", Period.objects.get(month=APRIL).pk)
    given = {
        "branch": house.north.branch.pk,
        "city": "北京",
        "effective_from": "2011-04-15",
        "amount": "1500",
        "source": "京人社〔2011〕1号",
    }
    assert hr.post(address(MinimumWage, "add"), given).status_code == 302
    assert "该分公司自这一天起已有最低工资标准" in hr.post(address(MinimumWage, "add"), given).content.decode()
    for url in (article("1-4.1", "2011-04"), april):
        assert "临界工资低于当地最低工资" in text_of(finance, url), url


def test_who_records_a_decision_reads_what_it_is_about(house: House) -> None:
    director = house.browse(Role.MARKETING_DIRECTOR)
    page = text_of(director, f"{reverse('admin:rulebook_interpretation_add')}?article=1-4.1")
    assert "不改变任何数字" in page
    assert "目前的解读：" in page
    assert "目前的解读：" not in text_of(director, reverse("admin:rulebook_interpretation_add"))
