"""The pages of the year's awards: the table, recommended by the branch, decided by HR, signed, paid, taken out."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from access.actor import Actor
from access.models import AccountEvent
from compensation.awards.actions import AwardRefused, withdraw_award
from compensation.models import AwardDecision, AwardRecommendation, Correction
from compensation.notices import awards_to_decide, awards_to_sign
from staff.models import Employee
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_corrections import shown_on, words
from tests.admin.test_pages import links_of

pytestmark = pytest.mark.article("1-8")
TABLE = reverse("admin:compensation_award_year", args=[2011])
LAW = reverse("admin:rulebook_article", args=["1-8"])
MOST = 20


def table(house: House, role: str, asked: str = "") -> str:
    response = house.browse(role).get(TABLE + asked)
    assert response.status_code == 200
    return words(response.content.decode())


def names_on(page: str) -> list[str]:
    return re.findall(r"P0\d+ \((\d+)\)", page)


def waiting(house: House) -> AwardDecision:
    return AwardDecision.objects.get(employee=house.north.closer, kind="travel")


def signed(house: House) -> AwardDecision:
    return AwardDecision.objects.get(employee=house.north.closer, kind="champion")


def test_the_table_says_which_months_count_and_who_is_first(house: House) -> None:
    page = table(house, Role.HR)
    assert "计入 4–5 月" in page
    assert "其中 5 月尚未锁定" in page
    assert "1–3、6–12 月没有结果" in page
    assert "公司冠军" in page
    assert "分公司亚军" in page
    sellers = {side.closer.number for side in (house.north, house.south)}
    sellers |= {side.developer.number for side in (house.north, house.south)}
    assert set(names_on(page)) == sellers
    office = table(house, Role.HR, "?system=support")
    assert set(names_on(office)) == {house.north.clerk.number, house.south.clerk.number}


def test_it_is_sorted_and_narrowed_by_the_address(house: House) -> None:
    by_sales = names_on(table(house, Role.HR, "?sort=-sales"))
    assert names_on(table(house, Role.HR)) == by_sales
    assert names_on(table(house, Role.HR, "?sort=sales"))[:2] == by_sales[:1:-1]
    assert names_on(table(house, Role.HR, "?sort=number")) == sorted(by_sales)
    assert names_on(table(house, Role.HR, "?sort=nonsense&branch=x&page=y")) == by_sales
    of_south = table(house, Role.HR, f"?branch={house.south.branch.pk}")
    assert set(names_on(of_south)) == {house.south.closer.number, house.south.developer.number}
    assert names_on(table(house, Role.HR, "?recommended=1&sort=number")) == sorted(
        [house.north.closer.number, house.south.closer.number]
    )


def test_a_branch_sees_its_own_and_recommends_there(house: House) -> None:
    page = table(house, Role.BRANCH_GM)
    assert set(names_on(page)) == {house.north.closer.number, house.north.developer.number}
    browser = house.browse(Role.BRANCH_GM)
    ways = [link.replace("&amp;", "&") for link in links_of(browser, TABLE)]
    way = next(one for one in ways if f"employee={house.north.developer.number}" in one)
    form = browser.get(way).content.decode()
    assert f'value="{house.north.developer.number}"' in form
    assert str(house.north.developer) in form
    assert "净业绩" in form
    given = {"employee": house.north.developer.number, "year": 2011, "kind": "travel", "reason": "客户好评"}
    browser.post(way, given)
    made = AwardRecommendation.objects.get(employee=house.north.developer)
    assert [told.count for told in awards_to_decide(house.users[Role.HR])] == [1, 0, 2]
    far = browser.post(way, {**given, "employee": house.south.closer.number})
    assert "没有" in words(far.content.decode())
    again = browser.post(way, given)
    assert "已被推荐过这一类别" in words(again.content.decode())
    browser.post(address(AwardRecommendation, "delete", made.pk), {"post": "yes"})
    assert not AwardRecommendation.objects.filter(pk=made.pk).exists()


def test_who_did_not_recommend_is_told_and_takes_nothing_back(house: House) -> None:
    made = AwardRecommendation.objects.get(employee=house.north.closer)
    waiting(house).delete()
    AwardRecommendation.objects.filter(pk=made.pk).update(made_by=house.users[Role.HR])
    answer = house.browse(Role.BRANCH_GM).post(
        address(AwardRecommendation, "delete", made.pk), {"post": "yes"}, follow=True
    )
    assert answer.redirect_chain[0][0] == address(AwardRecommendation, "change", made.pk)
    assert "只有推荐人本人可以撤回推荐" in words(answer.content.decode())
    assert AwardRecommendation.objects.filter(pk=made.pk).exists()


def test_finance_sees_what_is_signed_and_no_recommendation(house: House) -> None:
    page = table(house, Role.FINANCE)
    assert "销售冠军 · 已签署，待发放" in page
    assert "已决定 2 项；待发放 2 项，共" in page
    assert "待第二人签署" not in page
    assert "待第二人签署" in table(house, Role.AUDITOR)


def test_hr_decides_the_general_manager_sends_back_and_signs(house: House) -> None:
    hr, gm = house.browse(Role.HR), house.browse(Role.GENERAL_MANAGER)
    AwardDecision.objects.filter(state="decided").delete()
    way = f"{address(AwardDecision, 'add')}?employee={house.north.closer.number}&year=2011&kind=travel"
    form = words(hr.get(way).content.decode())
    assert f"第{house.north.branch.pk}家推荐旅游" in form
    assert "净业绩" in form
    given = {"employee": house.north.closer.number, "year": 2011, "kind": "travel", "outcome": "granted"}
    wrong = hr.post(way, {**given, "amount": "-1", "reason": "好"})
    assert "is-wrong" in wrong.content.decode()
    hr.post(way, {**given, "travel": "海南五日游", "reason": "全年出色"})
    made = waiting(house)
    assert [told.count for told in awards_to_sign(house.users[Role.GENERAL_MANAGER])] == [1]
    act = {what: reverse("admin:compensation_award_act", args=[made.pk, what]) for what in ("sign", "back")}
    gm.post(act["back"], {"reason": "名额已满", "shown": made.digest})
    assert [told.count for told in awards_to_decide(house.users[Role.HR])] == [1, 1, 2]
    page = hr.get(address(AwardDecision, "change", made.pk)).content.decode()
    assert "名额已满" in page
    assert "重新决定" in page
    hr.post(way, {**given, "travel": "云南五日游", "reason": "全年出色"})
    assert "云南五日游" in gm.get(act["sign"]).content.decode()
    gm.post(act["sign"], {"shown": "what stood there before"})
    assert AwardDecision.objects.get(pk=made.pk).state == AwardDecision.State.DECIDED
    told = gm.post(act["sign"], {"shown": AwardDecision.objects.get(pk=made.pk).digest}, follow=True).content.decode()
    assert f"已签署：{made.employee.name}，{made.year} 年{made.get_kind_display()}，授予、云南五日游。" in told
    made.refresh_from_db()
    assert (made.state, made.travel) == ("done", "云南五日游")
    line = words(hr.get(f"{address(Employee, 'change', house.north.closer.pk)}?kind=award").content.decode())
    assert "云南五日游" in line


def test_hr_withdraws_what_is_not_signed_and_nobody_else_does(house: House) -> None:
    hr, award = house.browse(Role.HR), waiting(house)
    url = f"{address(AwardDecision, 'delete', award.pk)}?shown={award.digest}"
    assert url in hr.get(address(AwardDecision, "change", award.pk)).content.decode()
    assert house.browse(Role.GENERAL_MANAGER).post(url, {"post": "yes"}).status_code == 403
    AwardDecision.objects.filter(pk=award.pk).update(reason="另一理由")
    assert "已重新决定" in hr.post(url, {"post": "yes"}, follow=True).content.decode(), "not what the page showed"
    assert AwardDecision.objects.filter(pk=award.pk).exists()
    award.refresh_from_db()
    hr.post(f"{address(AwardDecision, 'delete', award.pk)}?shown={award.digest}", {"post": "yes"})
    assert not AwardDecision.objects.filter(pk=award.pk).exists()
    paid = address(AwardDecision, "delete", signed(house).pk)
    assert hr.post(paid, {"post": "yes"}).status_code == 403
    assert paid not in hr.get(address(AwardDecision, "change", signed(house).pk)).content.decode()


def test_nobody_withdraws_what_was_decided_on_themselves(house: House) -> None:
    Employee.objects.filter(pk=house.north.closer.pk).update(user=house.users[Role.HR])
    url = f"{address(AwardDecision, 'delete', waiting(house).pk)}?shown={waiting(house).digest}"
    assert "不能决定自己的奖励" in house.browse(Role.HR).post(url, {"post": "yes"}, follow=True).content.decode()
    assert waiting(house).employee == house.north.closer
    with pytest.raises(AwardRefused, match="签署"):
        withdraw_award(signed(house), shown=signed(house).digest, by=Actor(house.users[Role.HR]))


def test_money_beside_an_award_is_warned_of(house: House) -> None:
    hr, award = house.browse(Role.HR), signed(house)
    url = f"{address(Correction, 'add')}?kind=other"
    given = {"employee": award.employee.number, "amount": str(award.amount), "reason": "年度评优"}
    looked = hr.post(url, {**given, "step": "look"}).content.decode()
    assert "有一项已签署、尚未发放的奖励：2011 年度，销售冠军" in words(looked)
    hr.post(url, {**given, "step": "confirm", "shown": shown_on(looked)})
    made = Correction.objects.latest("pk")
    assert made.award is None
    as_award = words(hr.post(url, {**given, "award": award.pk, "step": "look"}).content.decode())
    assert f"{made.number} 已给{award.employee.name}发放" in as_award
    assert "奖励随工资单发放" in as_award
    taken = words(hr.post(url, {**given, "amount": "-1", "step": "look"}).content.decode())
    assert "尚未发放的奖励" not in taken


@pytest.mark.parametrize(
    ("role", "what", "status"),
    [
        (Role.HR, "sign", 403), (Role.MARKETING_DIRECTOR, "sign", 403), (Role.AUDITOR, "back", 403),
        (Role.BRANCH_GM, "sign", 403), (Role.FINANCE, "sign", 404), (Role.GENERAL_MANAGER, "nonsense", 403),
    ],
)  # fmt: skip
def test_nobody_does_anothers_part(house: House, role: str, what: str, status: int) -> None:
    url = reverse("admin:compensation_award_act", args=[waiting(house).pk, what])
    assert house.browse(role).get(url).status_code == status
    assert house.browse(role).post(url, {"reason": "x"}).status_code == status
    assert waiting(house).state == "decided"


def test_a_signed_award_leads_to_its_payment_which_is_made_once(house: House) -> None:
    hr, award = house.browse(Role.HR), signed(house)
    page = address(AwardDecision, "change", award.pk)
    way = next(one for one in links_of(hr, page) if "award=" in one).replace("&amp;", "&")
    form = hr.get(way).content.decode()
    assert f'name="award" value="{award.pk}"' in form
    given = {
        "employee": award.employee.number, "amount": str(award.amount), "award": award.pk, "reason": "年度评优",
    }  # fmt: skip
    looked = hr.post(f"{address(Correction, 'add')}?kind=other", {**given, "step": "look"}).content.decode()
    assert "发放 2011 年度奖励：销售冠军（1-8）" in words(looked)
    confirmed = {**given, "step": "confirm", "shown": shown_on(looked)}
    hr.post(f"{address(Correction, 'add')}?kind=other", confirmed)
    made = Correction.objects.get(award=award)
    told = words(hr.get(page).content.decode())
    assert made.number in told
    assert not any("award=" in one for one in links_of(hr, page))
    again = hr.post(f"{address(Correction, 'add')}?kind=other", confirmed)
    assert f"已由 {made.number} 在2011年5月发放" in words(again.content.decode())
    assert "销售冠军" in words(hr.get(address(Correction, "change", made.pk)).content.decode())
    assert [told.count for told in awards_to_decide(house.users[Role.HR])] == [0, 0, 1]


def test_the_decisions_are_taken_out_by_hr_alone_and_that_is_kept(house: House) -> None:
    url = reverse("workbooks:awards", args=[2011])
    response = house.browse(Role.HR).get(url)
    sheet = load_workbook(BytesIO(b"".join(response)))["年度奖励"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    found = {(row[0], row[2], row[3], row[10]) for row in rows}
    for column, is_signed in ((4, True), (5, False)):
        amounts = [float(one.amount) for one in AwardDecision.objects.all() if (one.state == "done") == is_signed]
        assert sorted(float(str(row[column])) for row in rows[:-1] if row[column] is not None) == sorted(amounts)
    assert (house.north.closer.number, "销售冠军", "授予", "已签署") in found
    assert (house.south.closer.number, "年终旅游", "授予", "待第二人签署") in found
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.DOWNLOADED, user=house.users[Role.HR]).exists()
    for role in (Role.GENERAL_MANAGER, Role.FINANCE, Role.BRANCH_GM):
        assert house.browse(role).get(url).status_code == 403


def test_the_law_names_whom_it_was_applied_to(house: House) -> None:
    page = words(house.browse(Role.HR).get(LAW).content.decode())
    assert "当年授予并已签署的奖励 · 2" in page


@pytest.mark.parametrize("role", [Role.HR, Role.BRANCH_GM, Role.FINANCE])
def test_pages_take_few_queries(house: House, role: str) -> None:
    browser = house.browse(role)
    urls = [TABLE, f"{TABLE}?system=support", address(AwardDecision, "changelist")]
    urls.append(address(AwardDecision, "change", signed(house).pk))
    if role == Role.HR:
        urls.append(f"{address(AwardDecision, 'add')}?employee={house.north.closer.number}&year=2011&kind=travel")
    for url in urls:
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        assert len(asked) <= MOST, url
