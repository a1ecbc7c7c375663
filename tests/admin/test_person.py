"""A person's page: one time line of all that happened, newest first, and nothing beyond the viewer's reach."""

import re

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from staff.models import Employee, PersonnelEvent
from tests.admin.addresses import address
from tests.admin.cast import House, Role
from tests.firm import MAY

MOST = 20


def page_of(browser: Browser, person: Employee, query: str = "") -> str:
    return browser.get(f"{address(Employee, 'change', person.pk)}{query}").content.decode()


def moments(page: str) -> list[tuple[str, str]]:
    """The kind and the words of each moment, as the page tells them."""
    found = re.findall(r'<li class="line-(\w+)[^"]*">(.*?)</li>', page, re.DOTALL)
    return [(kind, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", words)).strip()) for kind, words in found]


def test_it_tells_all_that_happened_newest_first(house: House) -> None:
    everything = moments(page_of(house.browse(Role.HR), house.north.closer))
    told = [moment for moment in everything if moment[0] not in ("review", "award", "rank", "violation")]
    assert len(everything) == len(told) + 6
    assert [kind for kind, _words in told] == ["absence", "month", "correction", "month", "post"]
    texts = dict.fromkeys(words for _kind, words in told)
    absence, may, correction, april, hired = texts
    assert absence.startswith("2011-07-01 – 2011-07-09 病假")
    assert "2011年5月" in may
    assert "应发" in may
    assert "T201105-0001" in correction
    assert "银行回单更正" in correction
    assert "70,000.00" in april
    assert "1-4.3.1" in april
    assert hired.startswith("2011-03-01 入职 · 北方 · 北方销售部")


def test_a_rank_is_told_with_the_reason_why(house: House) -> None:
    house.firm.close(MAY)
    person = house.north.closer
    reasons = [words for kind, words in moments(page_of(house.browse(Role.HR), person)) if kind == "rank"]
    by_decision, by_assessment = reasons
    assert by_decision.startswith("2011-08-01 自2011年8月起调整为高级智慧顾问 待第二人签署")
    assert by_assessment.startswith("2011-06-01 智慧助理 降级")
    assert "1-4.3.1" in by_assessment


def test_it_is_narrowed_to_a_kind(house: House) -> None:
    browser = house.browse(Role.HR)
    assert {kind for kind, _words in moments(page_of(browser, house.north.closer, "?kind=month"))} == {"month"}
    everything = moments(page_of(browser, house.north.closer))
    assert moments(page_of(browser, house.north.closer, "?kind=nonsense")) == everything


def test_what_another_branch_paid_is_not_told(house: House) -> None:
    mover = house.south.developer
    house.firm.move(mover, "06-01", house.firm.sales, kind=PersonnelEvent.Kind.TRANSFER)
    assert "month" in {kind for kind, _words in moments(page_of(house.browse(Role.HR), mover))}
    assert {kind for kind, _words in moments(page_of(house.browse(Role.BRANCH_GM), mover))} == {"post", "rank"}


def test_the_head_says_where_the_person_stands(house: House) -> None:
    page = page_of(house.browse(Role.BRANCH_GM), house.north.closer)
    head = re.findall(r'<p class="because">(.*?)</p>', page)
    assert "自 2011-03-01 起" in head[0]
    assert "2011年5月" in head[1]


@pytest.mark.parametrize("role", [Role.HR, Role.BRANCH_GM])
def test_it_takes_a_fixed_number_of_queries(house: House, role: str) -> None:
    browser = house.browse(role)
    page_of(browser, house.north.closer)
    with CaptureQueriesContext(connection) as few:
        page_of(browser, house.north.closer)
    house.firm.close(MAY)
    with CaptureQueriesContext(connection) as many:
        page_of(browser, house.north.closer)
    assert len(many) <= len(few) <= MOST
