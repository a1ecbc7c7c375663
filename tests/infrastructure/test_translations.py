"""Chinese is complete: nothing that the code says is left in English, neither ours nor our packages'."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils.translation import gettext, ngettext, override

from salesorg.translations.catalogues import (
    LOCALE,
    PACKAGES,
    PROJECT,
    compile_catalogues,
    empty_catalogue,
    messages,
    problems,
    read_catalogue,
    write_catalogue,
)
from salesorg.translations.extraction import package_messages, project_messages

CATALOGUES = settings.BASE_DIR / "locale" / LOCALE / "LC_MESSAGES"


def test_every_message_of_the_project_is_translated() -> None:
    wanted = project_messages()
    assert "Simplified Chinese" in {message.id for message in messages(wanted)}
    assert list(problems(read_catalogue(CATALOGUES / PROJECT), wanted)) == []


def test_every_message_that_packages_leave_in_english_is_translated() -> None:
    wanted = package_messages()
    assert {"Type to search", "Forgotten your login credentials?"} <= {message.id for message in messages(wanted)}
    assert list(problems(read_catalogue(CATALOGUES / PACKAGES), wanted)) == []


def test_what_is_compiled_is_what_is_shown() -> None:
    with override("zh-hans"):
        assert gettext("Type to search") == "输入以搜索"
        assert gettext("Simplified Chinese") == "简体中文"
        too_short = ngettext(
            "This password is too short. It must contain at least %d character.",
            "This password is too short. It must contain at least %d characters.",
            10,
        )
        assert too_short % 10 == "密码太短，至少须有 10 个字符。"


def one(text: str, translation: str, *flags: str) -> Catalog:
    catalogue = empty_catalogue()
    catalogue.add(text, translation, locations=[("here.py", 1)], flags=flags)
    return catalogue


@pytest.mark.parametrize(
    ("translation", "flags", "problem"),
    [
        ("", (), "here.py: '%(n)s rows' has no translation"),
        ("%(n)s 行", ("fuzzy",), "here.py: '%(n)s rows' is marked fuzzy"),
        ("%(m)s 行", (), "here.py: the translation of '%(n)s rows' has other placeholders"),
        ("%(n)s 行, 你", (), "here.py: the translation of '%(n)s rows' has 你 or half-width signs"),
        ("几行", (), "here.py: the translation of '%(n)s rows' has other placeholders"),
    ],
)
def test_a_translation_that_is_missing_guessed_or_loses_a_placeholder_is_told(
    translation: str, flags: tuple[str, ...], problem: str
) -> None:
    assert list(problems(one("%(n)s rows", translation, *flags), one("%(n)s rows", ""))) == [problem]


def test_the_projects_own_word_counts_before_a_packages(tmp_path: Path) -> None:
    source = tmp_path / "source" / LOCALE / "LC_MESSAGES"
    write_catalogue(source / PROJECT, one("Run", "运行"))
    write_catalogue(source / PACKAGES, one("Run", "执行"))
    compile_catalogues(tmp_path / "source", tmp_path / "compiled")
    compiled = (tmp_path / "compiled" / LOCALE / "LC_MESSAGES" / "django.mo").read_bytes().decode(errors="replace")
    assert "运行" in compiled
    assert "执行" not in compiled
