"""The pages of reviews: what waits for whom, what the law asks for, decided and signed by two people."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.roles import PEOPLE
from staff.models import Employee, Review
from staff.notices import reviews_to_act_on
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_corrections import shown_on, words
from tests.admin.test_pages import links_of

MOST = 20


def case(house: House, kind: str = Review.Kind.DISMISSAL) -> Review:
    return Review.objects.get(employee=house.north.closer, kind=kind)


def act(review: Review, what: str) -> str:
    return reverse("admin:staff_review_act", args=[review.pk, what])


def acts_on_page(house: House, role: str, review: Review) -> set[str]:
    links = links_of(house.browse(role), address(Review, "change", review.pk))
    return {found[1] for link in links if (found := re.search(r"/act/(\w+)/$", link))}


def test_each_role_is_offered_its_part(house: House) -> None:
    review = case(house)
    assert acts_on_page(house, Role.HR, review) == {"step", "decide"}
    assert acts_on_page(house, Role.GENERAL_MANAGER, review) == set()
    assert acts_on_page(house, Role.MARKETING_DIRECTOR, case(house, Review.Kind.ATTENTION)) == {"step"}
    house.browse(Role.HR).post(act(review, "decide"), {"decision": "keep", "reason": "再看两个月"})
    assert acts_on_page(house, Role.HR, review) == {"step"}
    assert acts_on_page(house, Role.GENERAL_MANAGER, review) == {"sign", "back"}
    assert acts_on_page(house, Role.AUDITOR, review) == set()


def test_it_says_what_labour_law_asks_for(house: House) -> None:
    page = words(house.browse(Role.HR).get(address(Review, "change", case(house).pk)).content.decode())
    for told in ("第四十条第二项", "没有培训或调岗的登记", "第四十二条", "第三十九条", "1-4.3.4"):
        assert told in page


def test_what_is_only_brought_to_attention_is_not_called_undecided(house: House) -> None:
    Review.objects.filter(kind=Review.Kind.DISMISSAL).delete()
    review = Review.objects.filter(kind=Review.Kind.ATTENTION, state=Review.State.OPEN).first()
    assert review is not None
    director = house.browse(Role.MARKETING_DIRECTOR)
    page = words(director.get(address(Review, "change", review.pk)).content.decode())
    assert "待关注" in page
    assert "待决定" not in page
    listed = words(director.get(address(Review, "changelist")).content.decode())
    assert "待关注" in listed
    assert "待决定 " not in listed
    assert "待决定或待关注" in listed


def test_it_is_decided_and_signed(house: House) -> None:
    review, hr, gm = case(house), house.browse(Role.HR), house.browse(Role.GENERAL_MANAGER)
    wrong = hr.post(act(review, "decide"), {"decision": "dismiss", "ground": "40", "reason": "不能胜任"})
    assert 'class="ask-field is-wrong"' in wrong.content.decode()
    hr.post(act(review, "step"), {"kind": "talk", "date": "2011-06-01", "words": "谈话记录"})
    hr.post(act(review, "decide"), {"decision": "train", "reason": "安排培训"})
    assert [told.count for told in reviews_to_act_on(house.users[Role.GENERAL_MANAGER])] == [1]
    signing = gm.get(act(review, "sign")).content.decode()
    assert "安排培训" in signing
    told = gm.post(act(review, "sign"), {"shown": shown_on(signing)}, follow=True).content.decode()
    assert f"已签署：{review.employee.name}，{review.Decision.TRAIN.label}。" in told
    review.refresh_from_db()
    assert review.state == Review.State.DONE
    assert hr.post(act(review, "step"), {"kind": "talk", "date": "2011-06-02", "words": "x"}).status_code == 302
    assert review.steps.count() == 1
    line = words(hr.get(f"{address(Employee, 'change', house.north.closer.pk)}?kind=review").content.decode())
    assert "谈话记录" in line
    assert "安排培训" in line


def test_an_old_page_signs_nothing_and_shows_what_is_decided_now(house: House) -> None:
    review, hr, gm = case(house), house.browse(Role.HR), house.browse(Role.GENERAL_MANAGER)
    hr.post(act(review, "decide"), {"decision": "keep", "reason": "再看两个月"})
    old = shown_on(gm.get(act(review, "sign")).content.decode())
    gm.post(act(review, "back"), {"shown": old, "reason": "再谈一次"})
    given = {
        "decision": "dismiss",
        "ground": "39",
        "ends_on": timezone.localdate().isoformat(),
        "reason": "泄露客户资料",
    }
    hr.post(act(review, "decide"), given)
    for what, more in (("sign", {}), ("back", {"reason": "不妥"})):
        again = gm.post(act(review, what), {"shown": old, **more})
        page = again.content.decode()
        assert "已有变化" in words(page)
        assert "泄露客户资料" in page
        review.refresh_from_db()
        assert review.state == Review.State.DECIDED
    gm.post(act(review, "sign"), {"shown": shown_on(page)})
    review.refresh_from_db()
    assert (review.state, review.decision) == (Review.State.DONE, Review.Decision.DISMISS)


def test_a_dismissal_signed_leads_to_the_departure(house: House) -> None:
    review, hr, gm = case(house), house.browse(Role.HR), house.browse(Role.GENERAL_MANAGER)
    ends_on = timezone.localdate() + dt.timedelta(days=1)
    given = {"decision": "dismiss", "ground": "39", "ends_on": ends_on.isoformat(), "reason": "泄露客户资料"}
    hr.post(act(review, "decide"), given)
    signing = gm.get(act(review, "sign")).content.decode()
    assert str(ends_on) in signing
    told = gm.post(act(review, "sign"), {"shown": shown_on(signing)}, follow=True).content.decode()
    assert f"已签署：{review.employee.name}，解除劳动合同，合同最后一日为 {ends_on}。" in told
    page = address(Review, "change", review.pk)
    doors = [link.replace("&amp;", "&") for link in links_of(hr, page) if "kind=departure" in link]
    assert len(doors) == 1
    form = hr.get(doors[0]).content.decode()
    assert f'value="{ends_on + dt.timedelta(days=1)}"' in form
    assert not any("kind=departure" in link for link in links_of(gm, page))


@pytest.mark.parametrize(
    ("role", "what"),
    [
        (Role.HR, "sign"), (Role.HR, "back"), (Role.HR, "nonsense"), (Role.GENERAL_MANAGER, "decide"),
        (Role.GENERAL_MANAGER, "step"), (Role.MARKETING_DIRECTOR, "step"), (Role.FINANCE, "decide"),
        (Role.AUDITOR, "sign"), (Role.BRANCH_GM, "decide"), (Role.BRANCH_GM, "step"),
    ],
)  # fmt: skip
def test_nobody_does_anothers_part(house: House, role: str, what: str) -> None:
    browser, review = house.browse(role), case(house)
    assert browser.get(act(review, what)).status_code in (403, 404)
    assert browser.post(act(review, what), {"decision": "keep", "reason": "x"}).status_code in (403, 404)
    review.refresh_from_db()
    assert review.state == Review.State.OPEN


def test_it_is_told_what_waits_for_whom(house: House) -> None:
    waiting = {role: [told.count for told in reviews_to_act_on(house.users[role])] for role in PEOPLE}
    assert waiting.pop(Role.HR) == [2]
    assert waiting.pop(Role.MARKETING_DIRECTOR) == [0, 2]
    assert waiting.pop(Role.GENERAL_MANAGER) == [0]
    assert not any(waiting.values())


@pytest.mark.parametrize("role", [Role.HR, Role.BRANCH_GM])
def test_pages_take_few_queries(house: House, role: str) -> None:
    browser = house.browse(role)
    for url in (address(Review, "changelist"), address(Review, "change", case(house).pk)):
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        assert len(asked) <= MOST, url
