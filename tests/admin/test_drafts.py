"""Drafts of plan versions: filled in, judged beside each field, previewed, approved by somebody else, kept for good."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from access.actor import Actor
from access.models import User
from monthend.preview.models import Preview
from rulebook.drafts.actions import (
    DraftRefused,
    approve_draft,
    change_draft,
    changes_digest,
    start_draft,
    submit_draft,
    text_digest,
)
from rulebook.models import PlanDraft, PlanVersion
from rulebook.plan_text.document import document_of, with_values
from rulebook.selectors import plan_version_at
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_language import english
from tests.admin.test_pages import text_of
from tests.firm import APRIL, JULY, JUNE, MAY
from tests.plans import PLAN_TEXT

WAGE = "ranks.levels[1].threshold_wage"
TIER = "ranks.levels[1].commission_tiers[1].rate"


def page(draft: PlanDraft) -> str:
    return address(PlanDraft, "change", draft.pk)


def on_draft(draft: PlanDraft, way: str) -> str:
    return reverse(f"admin:rulebook_plandraft_{way}", args=[draft.pk])


def filled(browser: Browser, draft: PlanDraft, **other: str) -> dict[str, Any]:
    """The form's fields as the page offers them, some with other values."""
    form = browser.get(on_draft(draft, "edit")).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return {**values, **other}


def save(browser: Browser, draft: PlanDraft, changes: dict[str, str]) -> Any:
    return browser.post(on_draft(draft, "edit"), {**filled(browser, draft), **changes})


def act(browser: Browser, draft: PlanDraft, name: str, **given: str) -> str:
    shown = changes_digest(PlanDraft.objects.get(pk=draft.pk))
    sent = {"act": name, "shown": shown, **given}
    return browser.post(on_draft(draft, "act"), sent, follow=True).content.decode()


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def change(draft: PlanDraft, users: dict[str, User], **values: str) -> None:
    """Another name, so that there is something to submit."""
    text = with_values(draft.text, {"name": "新方案", **values})
    change_draft(draft, text, seen=text_digest(draft), free_from=JUNE, by=Actor(users[Role.MARKETING_DIRECTOR]))
    draft.refresh_from_db()


def submitted(house: House, draft: PlanDraft) -> PlanDraft:
    change(draft, house.users)
    submit_draft(draft, free_from=JUNE, by=Actor(house.users[Role.MARKETING_DIRECTOR]))
    draft.refresh_from_db()
    return draft


def test_a_form_that_is_not_changed_keeps_the_text_to_the_letter(director: Browser, draft: PlanDraft) -> None:
    PlanDraft.objects.filter(pk=draft.pk).update(text=PLAN_TEXT.replace('"2011-04"', '"2011-07"', 1))
    response = save(director, draft, {"effective_from": "2011-07"})
    assert response.status_code == 302
    draft.refresh_from_db()
    assert document_of(draft.text) == document_of(PLAN_TEXT) | {"version": "2011-07", "effective_from": "2011-07-01"}


def test_people_write_amounts_and_per_cents_their_way(director: Browser, draft: PlanDraft) -> None:
    changes = {
        WAGE: "1,400.00",
        TIER: "11",
        "ranks.levels[0].commission_tiers[3].floor": "80,000",
        "ranks.levels[0].commission_tiers[3].rate": "10.5%",
        "commission.assist_share": "12.5",
        "support_bonus.scope": "company",
        "support_bonus.tiers[0].floor": "60",
        "assessment.day_basis": "monthly_days_21_75",
        "commission.after_leaving_sales": "owner",
        "commission.assist_paid_by": "developer",
    }
    assert save(director, draft, changes).status_code == 302
    draft.refresh_from_db()
    plan = draft.plan
    tiers = [(str(tier.floor), str(tier.rate)) for tier in plan.ranks[0].commission_tiers.rows]
    assert tiers[-1] == ("80000", "0.105")
    assert str(plan.ranks[1].threshold_wage) == "1400.00"
    assert str(plan.ranks[1].commission_tiers.rows[1].rate) == "0.11"
    assert (str(plan.commission.assist_share), plan.support_bonus.scope) == ("0.125", "company")
    assert str(plan.support_bonus.tiers.rows[0].floor) == "0.6"
    assert (plan.assessment.day_basis, plan.commission.assist_paid_by) == ("monthly_days_21_75", "developer")
    told = text_of(director, page(draft))
    assert "职级，智慧顾问 (GW) 临界工资：由 1,280.00 改为 1,400.00。" in told
    assert "相比有 9 处改动，拟自2011年7月起执行。" in told


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (WAGE, "9999", "临界工资不能高于基本工资"),
        (WAGE, "many", "“many”不是数字"),
        (TIER, "120", "是比例，不能大于 1"),
        ("version", "2011-04", "已有方案版本 2011-04"),
        ("effective_from", "2011-05", "2011年5月已计算：新方案最早可自2011年6月起执行"),
        ("effective_from", "2011-13", "不是日期"),
        ("assessment.demotion_cycle_months", "0", "必须在 1 到 24 之间"),
        ("support_bonus.tiers[1].floor", "10", "各档必须递增"),
        ("ranks.levels[1].name", "智慧助理", "重复"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    director: Browser, draft: PlanDraft, place: str, value: str, reason: str
) -> None:
    before = draft.text
    response = save(director, draft, {place: value})
    form = response.context["form"]
    beside = place.removesuffix(".floor") + ".rate" if place.endswith(".floor") else place
    assert [reason in " ".join(map(str, form.errors.get(name, ()))) for name in (beside, "__all__")] == [True, False]
    assert reason in response.content.decode()
    draft.refresh_from_db()
    assert draft.text == before


def test_a_tier_that_is_emptied_falls_away_and_errors_still_find_their_row(director: Browser, draft: PlanDraft) -> None:
    gone = {f"ranks.levels[1].commission_tiers[1].{part}": "" for part in ("floor", "rate")}
    wrong = save(director, draft, {**gone, "ranks.levels[1].commission_tiers[2].rate": "x"})
    assert "“x”不是数字" in str(wrong.context["form"].errors["ranks.levels[1].commission_tiers[2].rate"])
    assert save(director, draft, gone).status_code == 302
    draft.refresh_from_db()
    assert [str(tier.floor) for tier in draft.plan.ranks[1].commission_tiers.rows] == ["0.00", "100000.00"]


def test_nobodys_work_is_written_over(director: Browser, house: House, draft: PlanDraft) -> None:
    mine = filled(director, draft, name="我的")
    change(draft, house.users)
    refused = director.post(on_draft(draft, "edit"), mine)
    assert "已被他人修改" in refused.content.decode()
    draft.refresh_from_db()
    assert draft.plan.name == "新方案"


def test_a_text_is_uploaded_and_what_is_wrong_in_it_told_with_its_place(director: Browser, draft: PlanDraft) -> None:
    def upload(text: str) -> Any:
        file = SimpleUploadedFile("plan.yaml", text.encode())
        return director.post(on_draft(draft, "edit"), {"upload": "1", "file": file, "seen": text_digest(draft)})

    wrong = upload(draft.text.replace("'1600.00'", "'sixteen'")).content.decode()
    assert "ranks.levels[0].base_salary: “sixteen”不是数字" in wrong
    assert upload(draft.text.replace("'1600.00'", "'1700.00'")).status_code == 302
    draft.refresh_from_db()
    assert str(draft.plan.ranks[0].base_salary) == "1700.00"
    assert b"".join(director.get(on_draft(draft, "text"))).decode() == draft.text


def test_it_is_previewed_with_the_text_as_it_reads(director: Browser, house: House, draft: PlanDraft) -> None:
    change(draft, house.users)
    response: Any = director.post(on_draft(draft, "preview"), {"first_month": "2011-04", "last_month": "2011-04"})
    preview = Preview.objects.latest("pk")
    assert response.url == address(Preview, "change", preview.pk)
    assert (preview.plan_text, preview.first_month, preview.last_month) == (draft.text, APRIL, APRIL)
    assert address(Preview, "change", preview.pk) in director.get(page(draft)).content.decode()
    backwards = director.post(
        on_draft(draft, "preview"), {"first_month": "2011-05", "last_month": "2011-04"}, follow=True
    )
    assert "早于" in backwards.content.decode()


def test_from_the_directors_draft_to_the_version_in_force(director: Browser, house: House, draft: PlanDraft) -> None:
    assert "提交总经理审批" not in director.get(page(draft)).content.decode()
    save(director, draft, {WAGE: "1,400.00"})
    assert "等待总经理批准" in act(director, draft, "submit")
    assert director.get(on_draft(draft, "edit")).status_code == 302
    assert director.post(on_draft(draft, "act"), {"act": "approve", "shown": changes_digest(draft)}).status_code == 403
    manager = house.browse(Role.GENERAL_MANAGER)
    draft.refresh_from_db()
    assert "自2011年7月起各月按此方案计算" in manager.get(page(draft)).content.decode()
    done = act(manager, draft, "approve")
    assert "方案 2011-07 已批准，自2011年7月起执行。" in done
    draft.refresh_from_db()
    version = plan_version_at(JULY)
    assert (draft.state, draft.approved_as, draft.approved_by) == (
        PlanDraft.State.APPROVED,
        version,
        house.users[Role.GENERAL_MANAGER],
    )
    assert str(version.plan.ranks[1].threshold_wage) == "1400.00"
    assert plan_version_at(JUNE) != version
    kinds = list(draft.steps.order_by("pk").values_list("kind", "by__role"))
    assert kinds == [
        ("started", Role.MARKETING_DIRECTOR),
        ("changed", Role.MARKETING_DIRECTOR),
        ("submitted", Role.MARKETING_DIRECTOR),
        ("approved", Role.GENERAL_MANAGER),
    ]


def test_it_is_sent_back_with_a_reason_and_taken_back(director: Browser, house: House, draft: PlanDraft) -> None:
    submitted(house, draft)
    manager = house.browse(Role.GENERAL_MANAGER)
    assert "请写明退回的原因" in act(manager, draft, "reject")
    act(manager, draft, "reject", reason="北方太高")
    assert "退回：北方太高" in words(director.get(page(draft)).content.decode())
    assert "等待总经理批准" in act(director, draft, "submit")
    assert "可以继续修改" in act(director, draft, "withdraw")
    assert "已放弃" in act(director, draft, "abandon")
    assert "现在的状态是“已放弃”" in act(director, draft, "submit")


def test_what_was_not_shown_is_not_approved(house: House, draft: PlanDraft) -> None:
    submitted(house, draft)
    by = Actor(house.users[Role.GENERAL_MANAGER])
    with pytest.raises(DraftRefused, match="重新查看"):
        approve_draft(draft, shown="0" * 24, free_from=JUNE, by=by)
    assert PlanVersion.objects.count() == 1


def test_a_month_that_was_computed_meanwhile_keeps_its_plan(house: House, draft: PlanDraft) -> None:
    submitted(house, draft)
    by = Actor(house.users[Role.GENERAL_MANAGER])
    with pytest.raises(DraftRefused, match="2011年7月已计算"):
        approve_draft(draft, shown=changes_digest(draft), free_from=JULY + 1, by=by)
    assert PlanVersion.objects.count() == 1


def test_a_version_that_came_into_force_meanwhile_is_what_it_changes(house: House, draft: PlanDraft) -> None:
    submitted(house, draft)
    by, was_shown = Actor(house.users[Role.GENERAL_MANAGER]), changes_digest(draft)
    other = PlanVersion(version="2011-06", name="六月", effective_from=JUNE.first, approved_at=timezone.now())
    raised = draft.based_on.text.replace('["40000.00", "0.10"]', '["40000.00", "0.11"]', 1)
    other.text = with_values(raised, {"version": "2011-06", "effective_from": str(JUNE.first)})
    other.save()
    with pytest.raises(DraftRefused, match="重新查看"):
        approve_draft(draft, shown=was_shown, free_from=JUNE, by=by)
    told = text_of(house.browse(Role.GENERAL_MANAGER), page(draft))
    assert "2011-06 相比有 2 处改动" in told, "the wage, and the tier that would be 10 % again"
    assert "起草时依据 2011-04，执行时取代 2011-06" in told


def test_a_version_that_follows_is_told(house: House, draft: PlanDraft) -> None:
    later = {"version": "2011-09", "effective_from": "2011-09-01"}
    text = with_values(draft.based_on.text, later)
    PlanVersion(version="2011-09", effective_from="2011-09-01", approved_at=timezone.now(), text=text).save()
    assert "2011年9月起执行 2011-09" in text_of(house.browse(Role.GENERAL_MANAGER), page(draft))


def test_a_draft_is_begun_for_a_month_still_to_be_computed(director: Browser, house: House) -> None:
    form = director.get(address(PlanDraft, "add"))
    assert english(form.content.decode()) == set()
    offered = [value for value, _words in form.context["form"].fields["month"].choices]
    assert offered[0] == "2011-06"
    given = {"based_on": PlanVersion.objects.get().pk, "month": "2011-06"}
    started: Any = director.post(address(PlanDraft, "add"), given)
    draft = PlanDraft.objects.latest("pk")
    assert started.url == on_draft(draft, "edit")
    assert (draft.version, str(draft.effective_from)) == ("2011-06", "2011-06-01")
    assert "已有一份方案草稿" not in director.get(started.url).content.decode()


def test_a_second_draft_for_a_month_names_the_first(director: Browser, draft: PlanDraft) -> None:
    given = {"based_on": draft.based_on_id, "month": "2011-07"}
    told = director.post(address(PlanDraft, "add"), given, follow=True).content.decode()
    assert PlanDraft.objects.filter(effective_from=draft.effective_from).count() == 2
    assert "2011年7月已有一份方案草稿（起草中）：最终只能有一份生效。" in told
    assert f'<a href="{page(draft)}">打开那份草稿</a>' in told


@pytest.mark.parametrize("role", [Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER])
def test_pages_take_a_fixed_number_of_queries(house: House, draft: PlanDraft, role: str) -> None:
    change(draft, house.users)
    browser = house.browse(role)
    urls = [page(draft), address(PlanDraft, "changelist")]
    urls += [on_draft(draft, "edit")] if role == Role.MARKETING_DIRECTOR else []
    few = [asked(browser, url) for url in urls]
    for number in range(5):
        change(draft, house.users, name=f"方案{number}")
        start_draft(draft.based_on, month=MAY + 4 + number, by=Actor(house.users[Role.HR]))
    assert [asked(browser, url) for url in urls] == few
    assert max(few) <= 20


def asked(browser: Browser, url: str) -> int:
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return len(captured)


def test_pages_are_in_chinese(director: Browser, house: House, draft: PlanDraft) -> None:
    for url in (page(draft), on_draft(draft, "edit"), address(PlanDraft, "add")):
        assert english(director.get(url).content.decode()) <= {"YAML"}, url
    submitted(house, draft)
    assert english(house.browse(Role.GENERAL_MANAGER).get(page(draft)).content.decode()) == set()
