"""Orphans just assigned: told on the first screen with all it takes to answer, and answered there."""

import datetime as dt
import re

import pytest
from django.test import Client as Browser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from access.models import User
from clients.models import AssignmentBatch, Client, Handover, OrphanClient
from portal.orphans import time_left
from staff.models import Employee, RankAssessment
from tests.cast import log_in_of
from tests.firm import MAY
from tests.portal.cast import Cast

NOW = dt.datetime(2011, 6, 1, 12, tzinfo=dt.UTC)


def hand_over(cast: Cast, client: Client, developer: Employee) -> Handover:
    by = User.objects.filter(username="assigner").first() or log_in_of(User.Role.HR, "assigner")
    batch = AssignmentBatch.objects.create(kind="hand", day="2011-06-01", made_at=timezone.now(), made_by=by)
    term = timezone.now() + dt.timedelta(hours=71, minutes=30)
    return Handover.objects.create(batch=batch, client=client, developer=developer, day="2011-06-01", accept_by=term)


def shown(browser: Browser, address: str = "/") -> str:
    return browser.get(address, follow=True).content.decode()


def orphan_of(cast: Cast) -> Client:
    """Dan's client, whose deal-maker changed post: 7,777.77 paid."""
    client = Client.objects.get(contracts__closer=cast.dan)
    client.phone = "13800138000"
    client.save(update_fields=["phone"])
    return client


def test_the_first_screen_tells_all_it_takes_to_answer(cast: Cast) -> None:
    client = orphan_of(cast)
    handover = hand_over(cast, client, cast.alice)
    page = shown(cast.browse(cast.alice))
    contract = client.contracts.get()
    for told in (
        client.name, "请答复", "还剩 2 天 23 小时", 'href="tel:13800138000"', "7,777.77", contract.number,
        f'action="/orphans/{handover.pk}/answer/"', "接受", "退回", "assigner",
    ):  # fmt: skip
        assert told in page, told


def test_what_it_takes_to_answer_stays_once_it_is_accepted(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = orphan_of(cast)
    OrphanClient.objects.filter(client=client).update(developer=cast.alice, developed_since="2011-06-01")
    alice = cast.browse(cast.alice)
    with django_assert_max_num_queries(12):
        page = shown(alice, "/orphans/")
    for told in (client.name, 'href="tel:13800138000"', "7,777.77", client.contracts.get().number, "已到款 ¥"):
        assert told in page, told
    assert client.name not in shown(cast.browse(cast.bob), "/orphans/")


def test_who_has_no_payslip_yet_is_told_too(cast: Cast) -> None:
    client = orphan_of(cast)
    hand_over(cast, client, cast.eve)
    assert client.name in shown(cast.browse(cast.eve))


def test_nobody_else_is_told(cast: Cast) -> None:
    client = orphan_of(cast)
    handover = hand_over(cast, client, cast.alice)
    bob = cast.browse(cast.bob)
    assert "请答复" not in shown(bob)
    assert bob.post(f"/orphans/{handover.pk}/answer/", {"answer": "accept"}).status_code == 404
    handover.refresh_from_db()
    assert handover.answer == Handover.Answer.WAITING


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (72 * 60, "还剩 3 天 0 小时"),
        (24 * 60, "还剩 1 天 0 小时"),
        (24 * 60 - 1, "还剩 23 小时"),
        (60, "还剩 1 小时"),
        (59, "还剩不到 1 小时"),
        (0, "还剩不到 1 小时"),
        (-1, "已过答复时限"),
    ],
)
def test_the_time_left_is_told_in_days_and_hours(minutes: int, told: str) -> None:
    assert time_left(NOW + dt.timedelta(minutes=minutes), NOW) == told


def test_without_a_term_no_time_is_told() -> None:
    assert time_left(None, NOW) == ""


def test_nobody_reads_on_the_own_page_that_a_dismissal_review_is_due(cast: Cast) -> None:
    assessed = RankAssessment.objects.get(employee=cast.alice, month=MAY)
    assessed.delete()
    assessed.review_due = True
    assessed.save()
    page = shown(cast.browse(cast.alice), f"/pay/{MAY}/")
    assert "解除" not in page
    assert "1-4.3.4" not in page


def told_after(browser: Browser, handover: Handover, answer: str) -> tuple[str, str]:
    """The class and role of what is told after an answer, and what it says."""
    given = {"answer": answer, "reason": "客户在外地"}
    page = browser.post(f"/orphans/{handover.pk}/answer/", given, follow=True).content.decode()
    found = re.search(r'<p class="notice (\w+)" role="(\w+)">([^<]+)</p>', page)
    assert found, page
    return f"{found[1]} {found[2]}", found[3]


def test_an_orphan_answered_twice_is_told_as_an_error_with_what_was_answered(cast: Cast) -> None:
    client = orphan_of(cast)
    handover, alice = hand_over(cast, client, cast.alice), cast.browse(cast.alice)
    OrphanClient.objects.filter(client=client).update(developer=cast.alice, developed_since="2011-06-01")
    assert told_after(alice, handover, "accept")[0] == "done status"
    look, words = told_after(alice, handover, "decline")
    assert look == "wrong alert"
    assert "您已于" in words
    assert "已接受" in words
    Handover.objects.filter(pk=handover.pk).update(answered_by=User.objects.get(username="assigner"))
    look, words = told_after(alice, handover, "accept")
    assert (look, "您已于" in words, "答复" in words) == ("wrong alert", False, True)


def test_an_orphan_whose_term_is_over_is_told_so(cast: Cast) -> None:
    handover = hand_over(cast, orphan_of(cast), cast.alice)
    Handover.objects.filter(pk=handover.pk).update(accept_by=timezone.now() - dt.timedelta(minutes=1))
    look, words = told_after(cast.browse(cast.alice), handover, "accept")
    assert (look, "期限已过" in words) == ("wrong alert", True)
