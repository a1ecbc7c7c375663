"""Whose hand something is from: who entered it, when, and on which way."""

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from access.decisions.signing import name_of
from access.models import Change, User

_TOLD = (Change.Source.IMPORT, Change.Source.UNDO, Change.Source.TASK)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who did something, and when: a log-in or, without one, the server's console; `source` is on which way."""

    by: User | None
    at: dt.datetime
    source: str = ""

    @classmethod
    def of(cls, change: Change) -> "Hand":
        """Whose hand a kept change is from."""
        return cls(change.by, change.at, change.source)

    @property
    def who(self) -> str:
        """What the log-in is called; a log-in may be called as the console is."""
        return name_of(self.by) if self.by else _("console")

    @property
    def text(self) -> str:
        """Both in a line, with the way where it is not by hand."""
        told = f"{self.who} {timezone.localtime(self.at):%Y-%m-%d %H:%M}"
        return f"{told} · {Change.Source(self.source).label}" if self.source in _TOLD else told

    def is_one_of(self, people: Set[int]) -> bool:
        """Whether who did it is one of these employees (keys), by this or an earlier link."""
        return self.by is not None and self.by.person_key in people
