"""The pages of decisions on ranks: who decides, who signs, what is shown before, the document that goes with it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.models import AccountEvent
from periods.models import Period
from staff.models import Employee, RankDecision, RankHolding
from staff.notices import ranks_to_sign
from staff.rank_decisions.forms import MOST_BYTES
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_corrections import words
from tests.admin.test_pages import links_of
from tests.firm import MAY

MOST = 20
State = RankDecision.State
PDF = b"%PDF-1.4 the signed circular"


def form(house: House, **given: Any) -> dict[str, Any]:
    number = house.north.closer.number
    return {
        "person": number, "month": "2011-06", "rank": "ZS", "document": "人字12号", "reason": "竞聘上岗", **given,
    }  # fmt: skip


def post(house: House, role: str = Role.HR, kind: str = "give", **given: Any) -> Any:
    return house.browse(role).post(f"{address(RankDecision, 'add')}?kind={kind}", form(house, **given))


def confirmed(house: House, **given: Any) -> Any:
    asked = {name: value for name, value in given.items() if name != "file"}
    effect = post(house, step="look", **asked).context["effect"]
    return post(house, step="confirm", shown=effect.digest, **given)


def newest() -> RankDecision:
    return RankDecision.objects.latest("pk")


def act(decision: RankDecision, what: str) -> str:
    return reverse("admin:staff_rankdecision_act", args=[decision.pk, what])


def sign(house: House, decision: RankDecision, role: str = Role.GENERAL_MANAGER) -> Any:
    browser = house.browse(role)
    shown = browser.get(act(decision, "sign")).context["effect"].digest
    return browser.post(act(decision, "sign"), {"shown": shown})


def test_it_is_looked_at_decided_and_signed(house: House) -> None:
    count = RankDecision.objects.count()
    page = words(post(house, step="look").content.decode())
    for told in ("资深智慧顾问", "2,000.00", "3,600.00", "2011年6月至2011年7月", "不按天折算"):
        assert told in page
    assert RankDecision.objects.count() == count
    assert confirmed(house).status_code == 302
    decision = newest()
    assert (decision.rank, decision.document, decision.state) == ("ZS", "人字12号", State.WAITING)
    assert [notice.count for notice in ranks_to_sign(house.users[Role.GENERAL_MANAGER])] == [3]
    told = words(house.browse(Role.GENERAL_MANAGER).get(act(decision, "sign")).content.decode())
    assert "竞聘上岗" in told
    assert "3,600.00" in told
    signed = house.browse(Role.GENERAL_MANAGER)
    shown = signed.get(act(decision, "sign")).context["effect"].digest
    told = words(signed.post(act(decision, "sign"), {"shown": shown}, follow=True).content.decode())
    assert f"已签署：{house.north.closer.name}自2011年6月起为资深智慧顾问。" in told
    decision.refresh_from_db()
    assert decision.state == State.SIGNED
    assert RankHolding.objects.get(employee=house.north.closer, start="2011-06-01").rank == "ZS"
    line = words(
        house.browse(Role.HR).get(f"{address(Employee, 'change', house.north.closer.pk)}?kind=rank").content.decode()
    )
    assert "竞聘上岗" in line
    assert "已签署" in line


def test_it_is_reached_from_the_persons_page_and_taken_back_from_its_own(house: House) -> None:
    hr = house.browse(Role.HR)
    person = address(Employee, "change", house.north.closer.pk)
    doors = [link for link in links_of(hr, person) if "rankdecision/add" in link]
    assert len(doors) == 1
    assert f'value="{house.north.closer.number}"' in hr.get(doors[0]).content.decode()
    assert not [link for link in links_of(house.browse(Role.AUDITOR), person) if "rankdecision/add" in link]
    confirmed(house)
    sign(house, newest())
    back = [
        link.replace("&amp;", "&")
        for link in links_of(hr, address(RankDecision, "change", newest().pk))
        if "take_back" in link
    ]
    assert len(back) == 1
    assert "2011-06" in hr.get(back[0]).content.decode()
    effect = post(house, kind="take_back", step="look").context["effect"]
    post(house, kind="take_back", step="confirm", shown=effect.digest)
    sign(house, newest(), Role.MARKETING_DIRECTOR)
    assert not RankHolding.objects.filter(employee=house.north.closer, rank="ZS").exists()
    assert "已被之后的调整取代" in words(hr.get(address(RankDecision, "change", newest().pk - 1)).content.decode())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"reason": ""}, "请填写原因"),
        ({"document": " "}, "请填写文号或文件名称"),
        ({"month": "2011-13"}, "2011-13"),
        ({"month": "2011-04"}, "已锁定"),
        ({"rank": "GW"}, "已经是"),
        ({"person": "nobody"}, "nobody"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(house: House, given: dict[str, str], told: str) -> None:
    page = post(house, step="look", **given).content.decode()
    assert told in page
    assert 'class="ask-field is-wrong"' in page
    assert 'id="effect"' not in page


@pytest.mark.parametrize(
    ("name", "data", "is_taken"),
    [
        ("红头文件.pdf", PDF, True),
        ("scan.JPG", b"\xff\xd8\xff\xe0 picture", True),
        ("scan.png", b"\x89PNG\r\n\x1a\n picture", True),
        ("page.pdf", b"<html><script>", False),
        ("page.html", PDF, False),
        ("scan.png", PDF, False),
        ("large.pdf", PDF + b" " * MOST_BYTES, False),
    ],
)
def test_a_document_is_a_pdf_or_a_picture_of_some_megabytes(
    house: House, name: str, data: bytes, is_taken: bool
) -> None:
    count = RankDecision.objects.count()
    response = confirmed(house, file=SimpleUploadedFile(name, data)) if is_taken else None
    if response is None:
        shown = post(house, step="look").context["effect"].digest
        page = post(house, step="confirm", shown=shown, file=SimpleUploadedFile(name, data))
        assert 'class="ask-field is-wrong"' in page.content.decode()
    assert RankDecision.objects.count() == count + is_taken


def test_taking_the_document_out_is_kept(house: House) -> None:
    confirmed(house, file=SimpleUploadedFile("红头文件.pdf", PDF))
    url = reverse("admin:staff_rankdecision_file", args=[newest().pk])
    response = house.browse(Role.BRANCH_GM).get(url)
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    event = AccountEvent.objects.filter(kind=AccountEvent.Kind.DOWNLOADED).latest("pk")
    assert (event.user, event.note) == (house.users[Role.BRANCH_GM], "红头文件.pdf")
    far = RankDecision.objects.get(employee=house.south.closer)
    assert house.browse(Role.BRANCH_GM).get(reverse("admin:staff_rankdecision_file", args=[far.pk])).status_code == 404


@pytest.mark.parametrize(
    ("role", "what"),
    [
        (Role.HR, "sign"), (Role.HR, "back"), (Role.HR, "nonsense"), (Role.GENERAL_MANAGER, "withdraw"),
        (Role.AUDITOR, "sign"), (Role.BRANCH_GM, "sign"), (Role.FINANCE, "withdraw"),
    ],
)  # fmt: skip
def test_nobody_does_anothers_part(house: House, role: str, what: str) -> None:
    decision, browser = RankDecision.objects.get(employee=house.north.closer), house.browse(role)
    assert browser.get(act(decision, what)).status_code in (403, 404)
    assert browser.post(act(decision, what), {"reason": "x"}).status_code in (403, 404)
    decision.refresh_from_db()
    assert decision.state == State.WAITING


def test_it_is_sent_back_with_a_reason_and_withdrawn(house: House) -> None:
    decision = RankDecision.objects.get(employee=house.north.closer)
    gm = house.browse(Role.GENERAL_MANAGER)
    assert 'class="ask-field is-wrong"' in gm.post(act(decision, "back"), {"reason": ""}).content.decode()
    assert gm.post(act(decision, "back"), {"reason": "缺考核表"}).status_code == 302
    assert "缺考核表" in words(house.browse(Role.HR).get(address(RankDecision, "change", decision.pk)).content.decode())
    confirmed(house)
    assert house.browse(Role.HR).post(act(newest(), "withdraw")).status_code == 302
    assert newest().state == State.WITHDRAWN
    assert gm.post(act(newest(), "sign"), {"shown": ""}).status_code == 302
    assert newest().state == State.WITHDRAWN


def test_what_is_confirmed_and_signed_is_what_was_shown(house: House) -> None:
    count = RankDecision.objects.count()
    assert (
        "请重新查看" in post(house, step="confirm", shown="x").content.decode() or RankDecision.objects.count() == count
    )
    assert RankDecision.objects.count() == count
    confirmed(house)
    house.browse(Role.GENERAL_MANAGER).post(act(newest(), "sign"), {"shown": "x"})
    assert newest().state == State.WAITING


@pytest.mark.parametrize("role", [Role.HR, Role.GENERAL_MANAGER, Role.BRANCH_GM])
def test_pages_take_few_queries(house: House, role: str) -> None:
    browser, decision = house.browse(role), RankDecision.objects.get(employee=house.north.closer)
    person = address(Employee, "change", house.north.closer.pk)
    urls = [address(RankDecision, "changelist"), address(RankDecision, "change", decision.pk), person]
    urls += [act(decision, "sign")] if role == Role.GENERAL_MANAGER else []
    for url in urls:
        browser.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(url).status_code == 200
        assert len(asked) <= MOST, url


def test_a_month_warns_of_what_its_lock_leaves_unsigned(house: House) -> None:
    confirmed(house)
    RankDecision.objects.filter(pk=newest().pk).update(month=MAY)
    page = address(Period, "change", Period.objects.get(month=MAY).pk)
    hr = house.browse(Role.HR)
    shown = words(hr.get(page).content.decode())
    assert "锁定前请先签署" in shown
    assert f"{house.north.closer}：自2011年5月起的职级调整尚未签署" in shown
    withdrawn = {"state": State.WITHDRAWN, "closed_by": house.users[Role.HR], "closed_at": timezone.now()}
    RankDecision.objects.filter(month=MAY).update(**withdrawn)
    assert "锁定前请先签署" not in words(hr.get(page).content.decode())
