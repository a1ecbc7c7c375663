"""The working calendar: as published, changed by who keeps it, and the deadlines that follow (3-2.3)."""

import datetime as dt
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from access.actor import CONSOLE, Actor
from access.models import Change, User
from access.roles import PEOPLE
from disputes.clock.actions import ClockRefused, recompute_deadlines, remove_day, save_day, seed_calendar
from disputes.clock.models import WorkingDay
from disputes.clock.selectors import work_calendar, years_known
from disputes.models import Dispute
from disputes.tasks import keep_calendar
from salesorg.celery import app
from tests.disputes.rows import day, ended, raised, somebody, user_of

pytestmark = pytest.mark.django_db
Role = User.Role
NATIONAL_DAY = [dt.date(2026, 10, number) for number in range(1, 8)]
MOST_QUERIES = 20


def enter(on: str, *, is_working: bool, by: Actor | None = None) -> list[str]:
    """Say that a day is worked or isn't; the numbers of the disputes that moved."""
    row = WorkingDay.objects.filter(day=day(on)).first() or WorkingDay(day=day(on))
    row.is_working, row.name = is_working, "公司安排"
    return [one.dispute.number for one in save_day(row, by=by or somebody(Role.HR))]


def browse(role: str) -> Browser:
    browser = Browser()
    browser.force_login(user_of(role))
    return browser


def test_the_calendar_is_there_from_the_first_start() -> None:
    assert years_known() == dict.fromkeys(range(2004, 2027), True)
    october = WorkingDay.objects.filter(day__range=("2026-10-01", "2026-10-31"), is_working=False)
    assert list(october.values_list("day", flat=True)) == NATIONAL_DAY
    assert set(october.values_list("name", "is_official")) == {("国庆节", True)}
    calendar = work_calendar(day("2026-10-01"))
    assert calendar.is_worked(day("2026-10-10"))
    assert not calendar.is_worked(day("2026-10-11"))
    assert calendar.official_years == {2026}


def test_what_is_published_later_is_entered_and_what_somebody_entered_stands() -> None:
    WorkingDay.objects.filter(day__gte="2026-10-01").delete()
    WorkingDay.objects.filter(day="2026-05-01").update(is_working=True, name="错")
    WorkingDay.objects.create(day="2026-07-15", is_working=False, name="从未放假", is_official=True)
    enter("2026-10-01", is_working=True)
    dispute = raised("2026-09-28")
    entered = len([one for one in NATIONAL_DAY if one.day > 1]) + 1  # and the make-up Saturday
    assert seed_calendar(by=CONSOLE) == entered + 2
    assert seed_calendar(by=CONSOLE) == 0
    assert WorkingDay.objects.get(day="2026-10-01").is_working
    assert not WorkingDay.objects.get(day="2026-05-01").is_working
    assert not WorkingDay.objects.filter(day="2026-07-15").exists()
    dispute.refresh_from_db()
    assert dispute.due_on == day("2026-10-15")


def test_the_command_says_how_far_the_calendar_goes(capsys: pytest.CaptureFixture[str]) -> None:
    WorkingDay.objects.filter(day="2026-10-01").delete()
    call_command("seed_calendar")
    assert re.fullmatch(r"\D*1\D*2026\D*", capsys.readouterr().out)


def test_each_night_the_calendar_is_kept() -> None:
    WorkingDay.objects.filter(day="2026-10-01").delete()
    keep_calendar()
    assert WorkingDay.objects.filter(day="2026-10-01").exists()
    assert keep_calendar.name in {one["task"] for one in app.conf.beat_schedule.values()}


@pytest.mark.article("3-2.3")
def test_changed_holidays_move_open_deadlines_alone_and_it_is_kept() -> None:
    moving, standing, over = raised("2026-06-01"), raised("2026-06-08"), ended(raised("2026-06-01"), on="2026-06-02")
    assert enter("2026-06-08", is_working=False) == [moving.number]
    assert [one.due_on for one in Dispute.objects.order_by("pk")] == [
        day("2026-06-16"),
        standing.due_on,
        over.due_on,
    ]
    change = Change.objects.get(model="disputes.dispute", kind="changed", row_id=moving.pk)
    assert (change.by, change.before, change.after) == (
        user_of(Role.HR),
        {"due_on": "2026-06-15"},
        {"due_on": "2026-06-16"},
    )


def test_a_year_becomes_official_for_the_disputes_that_wait_for_it() -> None:
    dispute = raised("2026-12-28")
    assert not dispute.due_is_official
    enter("2027-01-01", is_working=False)
    dispute.refresh_from_db()
    assert (dispute.due_on, dispute.due_is_official) == (day("2027-01-12"), False)
    WorkingDay.objects.create(day="2027-01-02", is_working=False, is_official=True)
    [moved] = recompute_deadlines(by=CONSOLE)
    assert (moved.was.is_official, moved.now.is_official) == (False, True)
    dispute.refresh_from_db()
    assert dispute.due_is_official


def test_taking_an_entry_back_leaves_what_is_published() -> None:
    dispute = raised("2026-09-28")
    enter("2026-10-08", is_working=False)
    enter("2026-10-01", is_working=True)
    for on, due_on in (("2026-10-08", "2026-10-15"), ("2026-10-01", "2026-10-16")):
        [moved] = remove_day(WorkingDay.objects.get(day=on), by=somebody(Role.HR))
        assert moved.now.due_on == day(due_on)
    assert not WorkingDay.objects.filter(day="2026-10-08").exists()
    row = WorkingDay.objects.get(day="2026-10-01")
    assert (row.is_working, row.name, row.is_official) == (False, "国庆节", True)
    with pytest.raises(ClockRefused, match="2026-10-01"):
        remove_day(row, by=somebody(Role.HR))
    dispute.refresh_from_db()
    assert dispute.due_on == day("2026-10-16")


@pytest.mark.parametrize("role", sorted(set(PEOPLE) - {Role.HR}))
def test_nobody_else_keeps_the_calendar(role: str) -> None:
    with pytest.raises(ClockRefused, match="人力资源"):
        enter("2026-06-08", is_working=False, by=somebody(role))
    enter("2026-06-08", is_working=False)
    with pytest.raises(ClockRefused, match="人力资源"):
        remove_day(WorkingDay.objects.get(day="2026-06-08"), by=somebody(role))
    assert WorkingDay.objects.filter(day="2026-06-08", is_working=False).exists()


def test_the_page_of_a_year_says_what_it_goes_by() -> None:
    hr = browse(Role.HR)
    with CaptureQueriesContext(connection) as captured:
        page = hr.get("/admin/disputes/workingday/year/2026/").content.decode()
    assert len(captured) <= MOST_QUERIES
    assert "2026-10-01 – 2026-10-07" in page
    assert "2026-10-10（六）：上班 · 国庆节" in page
    assert "尚未公布" not in page
    assert f"{reverse('admin:disputes_workingday_add')}?day=2026-10-12" in page
    assert "尚未公布" in browse(Role.HR).get("/admin/disputes/workingday/year/2027/").content.decode()
    assert browse(Role.HR).get("/admin/disputes/workingday/year/2003/").status_code == 404
    assert "?day=" not in browse(Role.FINANCE).get("/admin/disputes/workingday/year/2026/").content.decode()


def test_a_day_is_entered_changed_and_taken_back_in_the_browser() -> None:
    dispute, hr = raised("2026-06-01"), browse(Role.HR)
    add = f"{reverse('admin:disputes_workingday_add')}?day=2026-06-08"
    assert 'value="2026-06-08"' in hr.get(add).content.decode()
    answer = hr.post(add, {"day": "2026-06-08", "name": "公司成立日"}, follow=True)
    assert answer.redirect_chain[-1][0] == "/admin/disputes/workingday/year/2026/"
    told = answer.content.decode()
    assert f"{dispute.number}: 2026-06-15 → 2026-06-16" in told
    row = WorkingDay.objects.get(day="2026-06-08")
    assert (row.is_working, row.is_official, row.name) == (False, False, "公司成立日")
    again = hr.post(add, {"day": "2026-06-08", "name": "再来一次"}).content.decode()
    assert "日期相同的" in again
    told = hr.post(
        reverse("admin:disputes_workingday_delete", args=[row.pk]), {"post": "yes"}, follow=True
    ).content.decode()
    assert f"{dispute.number}: 2026-06-16 → 2026-06-15" in told
    published = WorkingDay.objects.get(day="2026-10-01")
    assert "/delete/" not in hr.get(reverse("admin:disputes_workingday_change", args=[published.pk])).content.decode()
    told = hr.post(
        reverse("admin:disputes_workingday_delete", args=[published.pk]), {"post": "yes"}, follow=True
    ).content.decode()
    assert "2026-10-01" in told
    assert WorkingDay.objects.filter(pk=published.pk).exists()
