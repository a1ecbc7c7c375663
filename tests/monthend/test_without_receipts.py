"""A month without any receipts: said before it is computed and on its page, with the way to the import; no blocker."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from access.actor import Actor
from access.models import User
from monthend.approval.actions import submit_run
from monthend.checks import findings_of, lock_blockers
from monthend.models import MonthRun
from monthend.page.acts import MonthAct
from monthend.page.asking import asked_of
from monthend.page.home import overview
from monthend.page.pages import month_page
from periods.models import Period
from tests.admin.addresses import address
from tests.firm import APRIL, TODAY, Firm

Role = User.Role
TOLD = "2011年4月没有导入任何到款。"
IMPORT = "/admin/workbooks/upload/add/"


def user(role: str) -> User:
    return User.objects.create(username=role, role=role, is_staff=True)


def closed_without(firm: Firm) -> MonthRun:
    """April, computed of people alone."""
    firm.seller()
    firm.close(lock=False)
    return MonthRun.objects.get()


def first_page(viewer: User) -> tuple[str, list[tuple[str, str]]]:
    """What it says of computing, and of the receipts with the way on."""
    told = overview(viewer, TODAY)
    assert told is not None
    assert told.at_hand is not None
    forecast = told.at_hand.offer.forecast if told.at_hand.offer else ""
    return forecast, [(one.text, one.href) for one in told.at_hand.without_receipts]


@pytest.mark.django_db
def test_it_is_said_before_the_month_is_computed(firm: Firm) -> None:
    firm.seller()
    hr, gm = user(Role.HR), user(Role.GENERAL_MANAGER)
    forecast, told = first_page(hr)
    assert forecast.startswith(TOLD)
    assert told == [(TOLD, IMPORT)]
    assert first_page(gm) == ("", [(TOLD, "")])
    browser = Browser()
    browser.force_login(hr)
    assert TOLD in browser.get("/admin/").content.decode()


@pytest.mark.django_db
def test_with_a_receipt_nothing_is_said(firm: Firm) -> None:
    firm.sells(firm.seller(), "100.00")
    forecast, told = first_page(user(Role.HR))
    assert TOLD not in forecast
    assert told == []


@pytest.mark.django_db
def test_it_stands_on_the_months_page_and_blocks_nothing(firm: Firm) -> None:
    run, hr = closed_without(firm), user(Role.HR)
    assert lock_blockers(run, TODAY) == []
    assert TOLD in [one.text for one in findings_of(run, TODAY)]
    page = month_page(Period.objects.get(month=APRIL), hr, timezone.now(), TODAY)
    assert [(one.text, one.href) for one in page.without_receipts] == [(TOLD, IMPORT)]
    assert TOLD in next(offer for offer in page.offers if offer.act is MonthAct.SUBMIT).forecast
    for role in (Role.MARKETING_DIRECTOR, Role.GENERAL_MANAGER, Role.FINANCE):
        browser = Browser()
        browser.force_login(user(role))
        shown = browser.get(address(Period, "change", Period.objects.get(month=APRIL).pk)).content.decode()
        assert TOLD in shown
        assert IMPORT not in shown


@pytest.mark.django_db
def test_who_approves_reads_it_first(firm: Firm) -> None:
    run = closed_without(firm)
    submit_run(run.pk, today=TODAY, by=Actor(user(Role.HR)))
    run.refresh_from_db()
    assert TOLD in asked_of(MonthAct.APPROVE, run, user(Role.MARKETING_DIRECTOR), TODAY).warnings
