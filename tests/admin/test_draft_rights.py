"""Drafts of plan versions: who reads and approves them, what the database keeps, and what wages they may set."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from access.actor import Actor
from access.models import User
from rulebook.drafts.actions import DraftRefused, approve_draft, changes_digest
from rulebook.models import PlanDraft, PlanDraftStep, PlanVersion
from staff.models import MinimumWage
from staff.selectors import wage_shortfalls
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.admin.test_drafts import on_draft, page, submitted
from tests.admin.test_pages import text_of
from tests.firm import JUNE

APPROVE = "UPDATE rulebook_plandraft SET state = 'approved', approved_as_id = {version}, approved_by_id = "
ATTACKS = {
    "approve the own": (APPROVE + "{director}", "four_eyes"),
    "approve as nobody": (APPROVE + "NULL", "four_eyes"),
    "approve without a version": (
        "UPDATE rulebook_plandraft SET state = 'approved', approved_by_id = {manager}", "only as it was submitted",
    ),
    "approve as another version": (
        "UPDATE rulebook_plandraft SET state = 'approved', approved_by_id = {manager}, approved_as_id = based_on_id",
        "only as it was submitted",
    ),
    "approve what nobody submitted": (APPROVE + "{manager}, submitted_by_id = NULL", "by somebody else"),
    "change what was submitted": ("UPDATE rulebook_plandraft SET text = text || ' '", "waits for approval as it is"),
    "put the submission on another": ("UPDATE rulebook_plandraft SET submitted_by_id = {manager}", "by somebody else"),
    "put the start on another": ("UPDATE rulebook_plandraft SET started_by_id = {manager}", "by somebody else"),
    "begin given up": (
        "INSERT INTO rulebook_plandraft (version, effective_from, text, based_on_id, state, started_by_id,"
        " changed_by_id, changed_at) SELECT version, effective_from, text, based_on_id, 'abandoned', started_by_id,"
        " changed_by_id, changed_at FROM rulebook_plandraft",
        "does not begin",
    ),
    "delete": ("DELETE FROM rulebook_plandraft", "permission denied"),
    "truncate": ("TRUNCATE rulebook_plandraft CASCADE", "permission denied"),
    "rewrite a step": ("UPDATE rulebook_plandraftstep SET reason = 'x'", "permission denied"),
    "delete a step": ("DELETE FROM rulebook_plandraftstep", "permission denied"),
    "truncate the steps": ("TRUNCATE rulebook_plandraftstep", "permission denied"),
    "rewrite a decision": ("UPDATE rulebook_interpretation SET words = 'x'", "permission denied"),
    "delete a decision": ("DELETE FROM rulebook_interpretation", "permission denied"),
}  # fmt: skip


def test_nobody_approves_the_own_draft_in_another_role(house: House, draft: PlanDraft) -> None:
    submitted(house, draft)
    User.objects.filter(pk=draft.started_by_id).update(role=Role.GENERAL_MANAGER)
    by = Actor(User.objects.get(pk=draft.started_by_id))
    with pytest.raises(DraftRefused, match="另一人"):
        approve_draft(draft, shown=changes_digest(draft), free_from=JUNE, by=by)


@pytest.mark.parametrize(("statement", "reason"), ATTACKS.values(), ids=ATTACKS.keys())
def test_the_database_keeps_drafts_on_their_way(house: House, draft: PlanDraft, statement: str, reason: str) -> None:
    submitted(house, draft)
    version = draft.as_version()
    version.approved_at = timezone.now()
    version.save()
    facts = {
        "director": house.users[Role.MARKETING_DIRECTOR].pk,
        "manager": house.users[Role.GENERAL_MANAGER].pk,
        "version": version.pk,
    }
    with pytest.raises(DatabaseError, match=reason), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(**facts))


@pytest.mark.parametrize("role", [Role.FINANCE, Role.GENERAL_MANAGER, Role.AUDITOR])
def test_others_read_drafts(house: House, draft: PlanDraft, role: str) -> None:
    browser = house.browse(role)
    assert browser.get(page(draft)).status_code == 200
    assert browser.get(on_draft(draft, "edit")).status_code == 403
    assert browser.post(address(PlanDraft, "add"), {}).status_code == 403
    assert browser.post(on_draft(draft, "act"), {"act": "submit"}).status_code == 403
    assert PlanDraftStep.objects.count() == 1


def test_branches_see_no_drafts(house: House, draft: PlanDraft) -> None:
    browser = house.browse(Role.BRANCH_GM)
    for url in (page(draft), *(on_draft(draft, way) for way in ("edit", "act", "preview", "text"))):
        assert browser.get(url).status_code in (403, 404), url


def test_threshold_wages_below_the_citys_minimum_are_warned_of(director: Browser, draft: PlanDraft) -> None:
    assert "临界工资低于当地最低工资" not in text_of(director, page(draft))
    MinimumWage.objects.filter(branch__code="B1").update(amount="1300.00")
    told = text_of(director, page(draft))
    assert "临界工资低于当地最低工资" in told
    assert told.count("1,300.00") == 2
    assert text_of(director, address(PlanVersion, "change", draft.based_on_id)).count("1,300.00") == 2


def test_the_wage_in_force_on_the_day_counts(house: House, draft: PlanDraft) -> None:
    branch, viewer = house.north.branch, house.users[Role.HR]
    MinimumWage.objects.create(branch=branch, city="北京", effective_from="2012-01-01", amount="1290", source="公告")

    def short(day: str) -> list[tuple[str, str]]:
        found = wage_shortfalls(draft.plan, dt.date.fromisoformat(day), viewer)
        return [(shortfall.rank.code, str(shortfall.wage.amount)) for shortfall in found]

    assert short("2011-12-31") == []
    assert short("2012-01-01") == [("ZL", "1290.00"), ("GW", "1290.00")]
    MinimumWage.objects.create(branch=branch, city="北京", effective_from="2012-06-01", amount="1280", source="公告")
    assert short("2012-06-01") == []
