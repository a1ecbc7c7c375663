"""The law is there to the last word, somebody carries out every article, and the page about it is up to date."""

import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import CommandError, call_command

from rulebook.law.selectors import Article, Bilingual, Law, the_law
from salesorg.rulebook_page import marked_tests, orphaned_articles, render, rules_by_article
from tests.plans import PLAN_TEXT

LAW = the_law()
NUMBERS = {article.number for article in LAW.articles}
SOURCE = Path(__file__).with_name("basic-law.txt")


def test_no_word_of_the_law_is_missing_and_none_is_added() -> None:
    """Between title, headings and articles, in the order of the text, nothing is left but their numbers."""
    text = "".join(SOURCE.read_text(encoding="utf-8").split())
    pieces = {article.number: article.words for article in LAW.articles}
    order = sorted({*pieces, *LAW.headings}, key=lambda number: [int(n) for n in re.split("[-.]", number)])
    expected = [LAW.title]
    for number in order:
        expected += [LAW.headings.get(number, ""), pieces.get(number, "")]
    left_over = []
    for piece in filter(None, expected):
        before, found, text = text.partition("".join(piece.split()))
        assert found, piece
        left_over.append(before)
    assert text == ""
    assert [words for words in left_over if not re.fullmatch(r"[0-9.]*", words)] == []


@pytest.mark.parametrize("article", LAW.articles, ids=lambda article: article.number)
def test_every_article_is_read_in_both_languages(article: Article) -> None:
    for text in filter(None, [article.reading, article.decided_by_person]):
        assert re.search("[一-鿿]", text.zh)
        assert re.fullmatch("[^一-鿿]+", text.en)


@pytest.mark.parametrize("setting", sorted({setting for article in LAW.articles for setting in article.settings}))
def test_every_setting_named_is_one_of_the_plan(setting: str) -> None:
    value = yaml.safe_load(PLAN_TEXT)
    for key in setting.split("."):
        value = value[key]


def test_code_tests_and_plan_cite_no_article_that_the_law_does_not_have() -> None:
    in_plan = set(re.findall(r"\b[1-3]-[0-9]+(?:\.[0-9]+)*", " ".join(re.findall(r"law: (.*)", PLAN_TEXT))))
    for cited in (rules_by_article(), marked_tests(settings.BASE_DIR / "tests"), in_plan):
        assert set(cited) <= NUMBERS


def test_every_article_that_a_function_carries_out_is_tested() -> None:
    tested = marked_tests(settings.BASE_DIR / "tests")
    assert [number for number in rules_by_article() if number not in tested] == []


def test_every_article_is_carried_out_or_decided_by_a_person() -> None:
    assert orphaned_articles(LAW, rules_by_article()) == []


def test_an_article_without_function_or_person_is_found() -> None:
    nobody = replace(LAW.articles[0], number="9-1", decided_by_person=None)
    somebody = replace(nobody, number="9-2", decided_by_person=Bilingual("人", "a person"))
    law = Law(LAW.title, LAW.headings, [nobody, somebody])
    assert orphaned_articles(law, {}) == ["9-1"]
    assert orphaned_articles(law, {"9-1": ["some.rule"]}) == []


def test_the_page_maps_article_to_words_reading_function_and_test() -> None:
    law = Law(
        LAW.title, {"1": "第一部分", "1-4": "方案:"}, [article for article in LAW.articles if article.number == "1-6"]
    )
    page = render(law, {"1-6": ["rulebook.money.round_fen"]}, {"1-6": ["tests/a.py::test_x", "tests/a.py::test_y"]})
    assert page.splitlines()[6:9] == ["## 1 第一部分", "", "#### 1-6"]
    assert f"> {law.articles[0].words}" in page
    assert "\n- Plan: `commission.assist_share`, `commission.assist_paid_by`\n" in page
    assert "\n- Function: `rulebook.money.round_fen`: Round CNY to the fen, half up; a negative" in page
    assert "\n- Tests: `test_x`, `test_y` in `tests/a.py`\n" in page


def test_marks_are_found_on_tests_and_on_whole_files(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text(
        'pytestmark = [pytest.mark.django_db, pytest.mark.article("1-1")]\n'
        '@pytest.mark.article("1-2", "1-3.1")\ndef test_x(): ...\n'
        "def test_y(): ...\ndef helper(): ...\n"
    )
    (folder / "test_b.py").write_text('pytestmark = pytest.mark.article("1-2")\ndef test_z(): ...\n')
    assert marked_tests(folder) == {
        "1-1": ["tests/test_a.py::test_x", "tests/test_a.py::test_y"],
        "1-2": ["tests/test_a.py::test_x", "tests/test_b.py::test_z"],
        "1-3.1": ["tests/test_a.py::test_x"],
    }


def test_the_page_in_docs_is_up_to_date() -> None:
    call_command("write_rulebook", check=True)


def test_the_check_refuses_a_page_that_differs_or_is_not_there_and_writes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "docs" / "rulebook.md"
    with pytest.raises(CommandError, match="out of date"):
        call_command("write_rulebook", check=True, page=page)
    assert not page.exists()
    call_command("write_rulebook", page=page, stdout=StringIO())
    call_command("write_rulebook", check=True, page=page)
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(CommandError, match="run bin/manage write_rulebook"):
        call_command("write_rulebook", check=True, page=page)
