"""Codes and their words: one list each, and none without the other."""

import pytest

from clients.codes import Orphan
from clients.orphans.models import ORPHAN_CHOICES, ORPHAN_KINDS
from periods.fields import choices_of


def test_choices_are_the_codes_as_they_are_stored_with_their_words() -> None:
    code, word = ORPHAN_CHOICES[0]
    assert (type(code), code, str(word)) == (int, 1, "成交人异岗")


def test_a_code_without_a_word_is_noticed_when_the_site_starts() -> None:
    words = {kind: word for kind, word in ORPHAN_KINDS.items() if kind is not Orphan.NO_OWNER}
    with pytest.raises(ValueError, match="not every code"):
        choices_of(words)
