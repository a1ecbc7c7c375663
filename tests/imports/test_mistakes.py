"""All mistakes at once, each with one message at its place; and nothing is written while there is one."""

import pytest

from staff.models import Branch
from tests.imports.books import edges, places, take_in
from tests.imports.mistakes import FAR_REACHING, MISTAKES
from workbooks.models import ImportBatch, ImportedRow

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gives_one_message(name: str) -> None:
    book = edges()
    place = MISTAKES[name].make(book)
    outcome = take_in(book)
    assert places(outcome) == [place]
    assert MISTAKES[name].reason in outcome.errors[0].reason


@pytest.mark.parametrize("name", FAR_REACHING)
def test_a_mistake_that_many_rows_depend_on_gives_one_message(name: str) -> None:
    book = edges()
    sheet, row, heading = FAR_REACHING[name].make(book)
    outcome = take_in(book)
    assert places(outcome) == [(sheet, row, heading or None)]
    assert FAR_REACHING[name].reason in outcome.errors[0].reason


@pytest.mark.parametrize("title", ["分公司", "部门", "员工", "客户", "合同"])
def test_a_missing_sheet_gives_one_message(title: str) -> None:
    book = edges()
    book[title].title = f"{title}表"
    outcome = take_in(book)
    assert places(outcome) == [(title, None, None)]
    assert "缺少" in outcome.errors[0].reason


def test_all_mistakes_together_give_exactly_their_messages_and_write_nothing() -> None:
    book = edges()
    planted = {mistake.make(book): mistake.reason for mistake in MISTAKES.values()}
    outcome = take_in(book)
    assert len(planted) >= 40
    assert set(planted) - set(places(outcome)) == set()
    assert sorted(places(outcome)) == sorted(planted)
    for problem in outcome.errors:
        assert planted[problem.sheet or "", problem.row or 0, problem.column or ""] in problem.reason
    assert not outcome.imported
    assert not Branch.objects.exists()
    assert not ImportBatch.objects.exists()
    assert not ImportedRow.objects.exists()
    assert take_in(edges()).imported
