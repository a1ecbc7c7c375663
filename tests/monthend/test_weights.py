"""The table of a branch's weights: prefilled, its shares told as one types, saved whole by who gives them (1-7.2.2)."""

import datetime as dt
import re
from decimal import Decimal as D
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.actor import Actor
from access.history.acting import acting
from access.models import Change, User
from access.refusals import Refused
from compensation.actions import remove_support_weight
from compensation.models import SupportWeight
from monthend.approval.actions_deputies import DeputyRefused, name_deputy
from monthend.approval.selectors import read_in_charge
from monthend.models import Deputy
from monthend.notices import weights_of_another_hand
from monthend.weights.actions import WeightsRefused, WeightTerms, save_weights
from monthend.weights.selectors import table_address
from rulebook.month import Month
from staff.models import Employee, Post
from tests.admin.addresses import address
from tests.cast import log_in_of
from tests.firm import APRIL, MAY, TODAY
from tests.monthend.stage import Role, Stage, text

pytestmark = pytest.mark.article("1-7.2.2")
MARCH = Month(2011, 3)


class Weights:
    """The north's support: the general manager, the sales manager, a clerk; a pool of 480.00."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.firm = stage, stage.firm
        self.ben = self.firm.clerk()
        self.gm, self.manager = (
            Employee.objects.get(user=stage.users[role]) for role in (Role.BRANCH_GM, Role.SALES_MANAGER)
        )
        self.firm.sells(stage.seller, "50000.00")
        self.firm.close(lock=False)
        self.url = table_address(APRIL, self.firm.north.pk)

    def form(self, browser: Any, month_url: str = "", **weights: str) -> dict[str, str]:
        page = browser.get(month_url or self.url)
        shown = page.context["form"]["shown"].value()
        return {"shown": shown, **{f"weight-{getattr(self, who).pk}": weight for who, weight in weights.items()}}

    def saved(self) -> dict[str, str]:
        names = {self.ben.pk: "ben", self.gm.pk: "gm", self.manager.pk: "manager"}
        rows = SupportWeight.objects.filter(month=APRIL)
        return {names[row.employee_id]: f"{row.weight.normalize():f}" for row in rows}


@pytest.fixture
def weights(stage: Stage) -> Weights:
    return Weights(stage)


def test_all_are_saved_at_once_and_nobody_s_own(weights: Weights) -> None:
    gm = weights.stage.browse(Role.BRANCH_GM)
    page = text(gm.get(weights.url).content.decode())
    assert f"weight-{weights.gm.pk}" not in gm.get(weights.url).content.decode()
    assert "由marketing_director填写" in page
    assert weights.stage.seller.name not in page.split("保存权重")[0].split("员工")[-1]
    form = weights.form(gm, ben="3", manager="1") | {
        f"weight-{weights.gm.pk}": "99",
        f"reason-{weights.ben.pk}": "带新人",
    }
    assert gm.post(weights.url, form).status_code == 302
    assert weights.saved() == {"ben": "3", "manager": "1"}
    assert SupportWeight.objects.get(employee=weights.ben).reason == "带新人"
    director = weights.stage.browse(Role.MARKETING_DIRECTOR)
    assert director.post(weights.url, weights.form(director, gm="2", ben="50")).status_code == 302
    assert weights.saved() == {"ben": "3", "manager": "1", "gm": "2"}


def test_nothing_is_saved_while_one_is_missing_or_wrong(weights: Weights) -> None:
    gm = weights.stage.browse(Role.BRANCH_GM)
    for wrong in ("", "-1", "x", "1.00001", "NaN"):
        refused = gm.post(weights.url, weights.form(gm, ben="3", manager=wrong))
        assert refused.status_code == 200, wrong
        assert weights.saved() == {}
    assert "请填权重；0 表示不分" in gm.post(weights.url, weights.form(gm, ben="3", manager="")).content.decode()
    assert gm.post(weights.url, weights.form(gm, ben="3", manager="0")).status_code == 302
    assert weights.saved() == {"ben": "3", "manager": "0"}


def test_it_is_prefilled_with_last_months_and_says_that_it_is_not_saved(weights: Weights) -> None:
    for month, weight in ((MARCH, "3"), (APRIL - 2, "7")):
        weights.firm.weigh(weights.ben, weight, month)
    gm = weights.stage.browse(Role.BRANCH_GM)
    page = gm.get(weights.url)
    assert page.context["form"][f"weight-{weights.ben.pk}"].value() == "3"
    assert page.context["form"][f"weight-{weights.manager.pk}"].value() == ""
    assert page.content.decode().count("上月的数，尚未保存") == 1
    assert weights.saved() == {}


def test_the_shares_follow_what_is_typed(weights: Weights) -> None:
    for who in (weights.ben, weights.manager):
        weights.firm.weigh(who, "3", MARCH)
    gm = weights.stage.browse(Role.BRANCH_GM)
    form = weights.form(gm, ben="3", manager="3")
    calm = text(gm.post(f"{weights.url}shares/", form).content.decode())
    assert "50% 240.00 – – 50% 240.00" in " ".join(calm.split())
    assert "上月" not in calm
    typed = gm.post(f"{weights.url}shares/", {**form, f"weight-{weights.ben.pk}": "300"}).content.decode()
    assert "99.01%" in typed
    assert "475.25" in typed
    assert typed.count("上月 50%") == 2
    assert 'hx-swap-oob="true"' in typed
    assert gm.post(f"{weights.url}shares/", {**form, f"weight-{weights.ben.pk}": "3,"}).status_code == 200
    assert weights.saved() == {}


def test_what_somebody_else_saved_meanwhile_is_shown_and_not_written_over(weights: Weights) -> None:
    gm, other = weights.stage.browse(Role.BRANCH_GM), weights.stage.browse(Role.BRANCH_GM)
    mine, theirs = weights.form(gm, ben="3", manager="1"), weights.form(other, ben="8", manager="2")
    assert other.post(weights.url, theirs).status_code == 302
    refused = gm.post(weights.url, mine)
    assert f"{weights.stage.users[Role.BRANCH_GM]}于 {timezone.localdate()}" in refused.content.decode()
    assert "保存了权重" in refused.content.decode()
    assert "已保存：8" in refused.content.decode()
    assert weights.saved() == {"ben": "8", "manager": "2"}
    assert gm.post(weights.url, {**mine, "shown": refused.context["form"]["shown"].value()}).status_code == 302
    assert weights.saved() == {"ben": "3", "manager": "1"}


def test_one_s_own_branch_alone_and_who_does_not_give_them_reads(weights: Weights) -> None:
    south = table_address(APRIL, weights.firm.south.pk)
    assert weights.stage.browse(Role.BRANCH_GM).get(south).status_code == 404
    assert weights.stage.browse(Role.BRANCH_GM).post(f"{south}shares/").status_code == 404
    for role in (Role.HR, Role.FINANCE, Role.AUDITOR, Role.SALES_MANAGER, Role.GENERAL_MANAGER):
        browser = weights.stage.browse(role)
        page = browser.get(weights.url)
        assert page.status_code == 200
        assert "保存权重" not in page.content.decode()
        assert browser.post(weights.url, {}).status_code == 403, role
    assert weights.stage.browse(Role.BRANCH_GM).get(weights.url.replace("2011-04", "2011-13")).status_code == 404


def test_a_locked_months_weights_stand(weights: Weights) -> None:
    for who in (weights.ben, weights.manager, weights.gm):
        weights.firm.weigh(who, "1")
    gm = weights.stage.browse(Role.BRANCH_GM)
    form = weights.form(gm, ben="3", manager="1")
    assert weights.firm.close().is_locked
    assert "保存权重" not in gm.get(weights.url).content.decode()
    assert "已锁定" in gm.post(weights.url, form).content.decode()
    assert weights.saved() == {"ben": "1", "manager": "1", "gm": "1"}


def test_a_deputy_gives_them_in_the_managers_place(weights: Weights) -> None:
    today = timezone.localdate()
    users = weights.stage.users
    manager = weights.stage.browse(Role.SALES_MANAGER)
    assert manager.post(weights.url, {}).status_code == 403
    name_deputy(
        Deputy(deputy=users[Role.SALES_MANAGER], start=today, end=today), by=weights.stage.actor(Role.BRANCH_GM)
    )
    assert manager.post(weights.url, weights.form(manager, ben="3", manager="9")).status_code == 302
    assert weights.saved() == {"ben": "3"}, "the deputy's own is not the deputy's to give"
    sales_manager = User.objects.filter(pk=users[Role.SALES_MANAGER].pk)
    sales_manager.update(role=Role.SALESPERSON)
    assert users[Role.SALES_MANAGER] not in [
        one.user for ones in read_in_charge(today).of_branches.values() for one in ones
    ], "the role is asked again when the deputy acts"
    sales_manager.update(role=Role.SALES_MANAGER)
    Deputy.objects.update(end=today - dt.timedelta(1), start=today - dt.timedelta(1))
    assert manager.post(weights.url, {}).status_code == 403


def test_a_branch_without_a_manager_is_no_dead_end(weights: Weights) -> None:
    director = weights.stage.browse(Role.MARKETING_DIRECTOR)
    assert "weight-" not in director.get(weights.url).content.decode().replace(f"weight-{weights.gm.pk}", "")
    User.objects.filter(role=Role.BRANCH_GM).update(is_active=False)
    form = weights.form(director, ben="3", manager="1", gm="1")
    assert director.post(weights.url, form).status_code == 302
    assert weights.saved() == {"ben": "3", "manager": "1", "gm": "1"}


def test_whom_a_branch_can_have_as_a_deputy(weights: Weights) -> None:
    today, users = timezone.localdate(), weights.stage.users
    southern = log_in_of(Role.SALES_MANAGER, "southern")
    Employee.objects.filter(pk=weights.firm.clerk(department=weights.firm.south_office).pk).update(user=southern)
    director = weights.stage.actor(Role.MARKETING_DIRECTOR)

    def named(deputy: User, by: Actor) -> None:
        name_deputy(Deputy(principal=users[Role.BRANCH_GM], deputy=deputy, start=today, end=today), by=by)

    for deputy in (southern, users[Role.SALESPERSON], users[Role.AUDITOR], users[Role.OPERATOR]):
        with pytest.raises(DeputyRefused):
            named(deputy, director)
    for role in (Role.HR, Role.SALES_MANAGER, Role.FINANCE):
        with pytest.raises(DeputyRefused):
            named(users[Role.GENERAL_MANAGER], weights.stage.actor(role))
    named(users[Role.GENERAL_MANAGER], director)
    named(users[Role.SALES_MANAGER], weights.stage.actor(Role.BRANCH_GM))
    assert Deputy.objects.count() == 2


def test_the_action_itself_refuses_what_no_page_offers(weights: Weights) -> None:
    gm = weights.stage.actor(Role.BRANCH_GM)
    shown = weights.form(weights.stage.browse(Role.BRANCH_GM))["shown"]
    today = timezone.localdate()
    for person in (weights.gm.pk, weights.stage.seller.pk):
        with pytest.raises(WeightsRefused):
            save_weights(APRIL, weights.firm.north, {person: WeightTerms(D(1))}, shown=shown, today=today, by=gm)
    for role in (Role.HR, Role.SALES_MANAGER, Role.AUDITOR):
        with pytest.raises(WeightsRefused):
            save_weights(
                APRIL,
                weights.firm.north,
                {weights.ben.pk: WeightTerms(D(1))},
                shown=shown,
                today=today,
                by=weights.stage.actor(role),
            )
    assert weights.saved() == {}


def test_queries_do_not_grow_with_people(weights: Weights) -> None:
    gm = weights.stage.browse(Role.BRANCH_GM)
    hr = weights.stage.browse(Role.HR)
    month = weights.url.rsplit("/", 2)[0] + "/"

    def asked() -> list[int]:
        counts = []
        for browser, url in ((gm, weights.url), (hr, weights.url), (hr, month)):
            browser.get(url)
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(url).status_code == 200
            counts.append(len(captured))
        return counts

    weights.firm.weigh(weights.ben, "1")
    few = asked()
    for department in (weights.firm.office, weights.firm.south_office) * 6:
        weights.firm.weigh(weights.firm.clerk(department=department), "1")
    assert asked() == few
    assert max(few) <= 20


def test_leading_to_the_table(weights: Weights) -> None:
    gm, hr = weights.stage.browse(Role.BRANCH_GM), weights.stage.browse(Role.HR)
    due = weights.url.split("2011-04")[0]
    assert gm.get(due, follow=True).redirect_chain[-1][0] == weights.url
    assert weights.url in hr.get(due, follow=True).content.decode()
    assert weights.url in gm.get(weights.stage.url).content.decode()
    assert table_address(MAY, weights.firm.north.pk) in gm.get(weights.url).content.decode()


def test_nobody_gives_their_own_by_another_log_in(weights: Weights) -> None:
    own = weights.stage.users[Role.BRANCH_GM]
    second = log_in_of(Role.MARKETING_DIRECTOR, "second")
    manager = Employee.objects.filter(pk=weights.gm.pk)
    for log_in in (second, own):
        manager.update(user=log_in)
    givers = read_in_charge(timezone.localdate()).weighers_of(manager.get(), weights.firm.north.pk)
    assert [one.user for one in givers] == [weights.stage.users[Role.MARKETING_DIRECTOR]]


@pytest.mark.persons
def test_a_log_in_that_is_nobodys_gives_no_weights(weights: Weights) -> None:
    director = User.objects.create(username="second", role=Role.MARKETING_DIRECTOR, is_staff=True)
    with pytest.raises(WeightsRefused, match="尚未关联人员"):
        save_weights(APRIL, weights.firm.north, {}, shown="", today=TODAY, by=Actor(director))


def test_nobody_takes_back_a_weight_of_a_pool_they_share_in(weights: Weights) -> None:
    for who in (weights.ben, weights.manager, weights.gm):
        weights.firm.weigh(who, "1")
    gm, by = weights.stage.browse(Role.BRANCH_GM), weights.stage.actor(Role.BRANCH_GM)
    for row in SupportWeight.objects.filter(month=APRIL):
        url = address(SupportWeight, "delete", row.pk)
        for page in (gm.get(url, follow=True), gm.post(url, {"post": "yes"}, follow=True)):
            assert "不能删除本人参与分配" in page.content.decode()
        with pytest.raises(Refused, match="不能删除本人参与分配"):
            remove_support_weight(weight=row, by=by)
    assert weights.saved() == {"ben": "1", "manager": "1", "gm": "1"}
    Post.objects.filter(employee=weights.gm).update(department=weights.firm.sales, base_salary=None)
    remove_support_weight(weight=SupportWeight.objects.get(month=APRIL, employee=weights.ben), by=by)
    assert weights.saved() == {"manager": "1", "gm": "1"}


def test_weights_written_over_by_another_hand_are_told_with_whose(weights: Weights) -> None:
    gm, users = weights.stage.browse(Role.BRANCH_GM), weights.stage.users
    assert gm.post(weights.url, weights.form(gm, ben="3", manager="1")).status_code == 302
    assert not [one for one in weights_of_another_hand(users[Role.BRANCH_GM]) if one.count]
    with acting(Actor(users[Role.HR]), Change.Source.IMPORT):
        SupportWeight.objects.filter(month=APRIL).update(weight=D("0.01"))
    (told,) = weights_of_another_hand(users[Role.BRANCH_GM])
    assert (told.count, told.href, "hr" in told.text) == (2, weights.url, True)
    page = text(gm.get(weights.url).content.decode())
    assert re.search(r"hr \d{4}-\d\d-\d\d \d\d:\d\d · 导入工作簿", page)
    assert gm.post(weights.url, weights.form(gm, ben="3", manager="0.01")).status_code == 302
    assert not [one for one in weights_of_another_hand(User.objects.get(pk=users[Role.BRANCH_GM].pk)) if one.count]
