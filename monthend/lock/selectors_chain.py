"""The chain of seals: each locked month's link contains the one before, so that no month can be rewritten alone.

The database makes the links when a month is locked (`link_seal()`); here they are made once more to be compared. The
last link stands for all months up to its own. It leaves the database as the chain code, and what has left it can't be
rewritten with the rest.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from monthend.lock.selectors_seal import BEFORE_SEALS, seal_of
from monthend.models import MonthRun
from periods.models import Period
from rulebook.month import Month
from rulebook.wording import month_text

BEFORE_ALL = "0" * 64
"""Stands for the link before the first month's."""

SHOWN_DIGITS = 16
"""So many digits of a link are shown where there is no room for all: 64 bits, which nobody meets by trying."""

_GROUP = 4
_PEOPLE = ("prepared_by_id", "approved_by_id", "approved_for_id", "locked_by_id")
_CODE = re.compile(f"[0-9a-f]{{{SHOWN_DIGITS},64}}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A month's chain code, or its first 16 digits or more, as it once left the database; `source` says with what."""

    month: Month
    code: str
    source: str

    @classmethod
    def typed(cls, month: Month, text: str, source: str) -> "Kept":
        """A code as people write it, in groups or not; ValueError for what is none, or too short to prove anything."""
        code = re.sub(r"[\s·-]", "", text).lower()
        if not _CODE.fullmatch(code):
            raise ValueError(f"no chain code: {text!r}")
        return cls(month, code, source)


@dataclass(frozen=True, slots=True)
class LockedMonth:
    """What a locked month's link contains; `people` (ids) prepared, approved, were stood in for, and locked it."""

    month: Month
    seal: str
    link: str
    locked_at: dt.datetime
    people: tuple[int | None, ...]
    branch_names: str


@dataclass(slots=True)
class ChainCheck:
    """What was found: months looked at with their links, sentences on what is wrong, and what can't be told."""

    links: dict[Month, str] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    unknown: list[Month] = field(default_factory=list)
    proven_until: Month | None = None


def short_code(link: str) -> str:
    """A link as people compare it: its first 16 digits in groups of four."""
    return long_code(link[:SHOWN_DIGITS])


def long_code(link: str) -> str:
    """A whole link in groups of four."""
    return " ".join(link[start : start + _GROUP] for start in range(0, len(link), _GROUP))


def link_at(month: Month) -> str:
    """A locked month's link; empty for any other month."""
    return MonthRun.objects.filter(month=month).exclude(link="").values_list("link", flat=True).first() or ""


def link_of(before: str, locked: LockedMonth) -> str:
    """A locked month's link (SHA-256, hex), made from the link before as the database makes it."""
    people = ("-" if person is None else str(person) for person in locked.people)
    at = locked.locked_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    facts = [before, str(locked.month), locked.seal, at, *people, locked.branch_names]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def check_chain(kept: Sequence[Kept] = ()) -> ChainCheck:
    """Recompute every locked month's seal and link, month by month, and compare the links with what was kept.

    A fixed number of queries for each month, its rows streamed.
    """
    counted = list(Period.objects.filter(state=Period.State.LOCKED).order_by("month").values_list("month", flat=True))
    months = list(_locked_months())
    check = ChainCheck({locked.month: locked.link for locked in months})
    agreeing = {one.month for one in kept if _agrees(one, check.links)}
    before, last = BEFORE_ALL, None
    for locked in months:
        month = locked.month
        if locked.seal == BEFORE_SEALS:
            check.unknown.append(month)
        elif seal_of(month) != locked.seal:
            words = _("%(month)s was rewritten: its rows are not those that were sealed.")
            check.findings.append(words % {"month": month_text(month)})
        if last is not None and month != last + 1:
            check.findings.append(_missing(last + 1, month - 1))
        elif link_of(before, locked) != locked.link:
            check.findings.append(_does_not_follow(month, last, agreeing))
        before, last = locked.link, month
    unsealed = _("%(month)s counts as locked, and the seal that locked it is gone.")
    check.findings += [unsealed % {"month": month_text(month)} for month in counted if month not in check.links]
    check.findings += _unlike(kept, check.links)
    check.proven_until = max(agreeing, default=None)
    return check


def _locked_months() -> Iterator[LockedMonth]:
    facts = ("month", "seal", "link", "locked_at", *_PEOPLE, Cast("branch_names", TextField()))
    runs = MonthRun.objects.filter(state=MonthRun.State.LOCKED).order_by("month").values_list(*facts)
    for month, seal, link, locked_at, *people, names in runs.iterator():
        yield LockedMonth(month, seal, link, locked_at, tuple(people), names)


def _agrees(kept: Kept, links: Mapping[Month, str]) -> bool:
    return links.get(kept.month, "").startswith(kept.code)


def _missing(first: Month, last: Month) -> str:
    if first == last:
        return _("%(month)s is missing: it was locked, and was removed from the chain.") % {"month": month_text(first)}
    words = _("%(month)s to %(last)s are missing: they were locked, and were removed from the chain.")
    return words % {"month": month_text(first), "last": month_text(last)}


def _does_not_follow(month: Month, before: Month | None, agreeing: set[Month]) -> str:
    """Which month it is only a kept code of the month before can tell; before the first one there is none."""
    if before is None or before in agreeing:
        return _("%(month)s was rewritten: its link doesn't follow from its seal.") % {"month": month_text(month)}
    words = _(
        "%(month)s or %(before)s was rewritten: the link of %(month)s doesn't follow from its seal and the link before."
        " A kept chain code of %(before)s tells which."
    )
    return words % {"month": month_text(month), "before": month_text(before)}


def _unlike(kept: Sequence[Kept], links: Mapping[Month, str]) -> list[str]:
    """The first month whose link isn't the one that left the database; all later ones follow from it."""
    unlike = [one for one in kept if not _agrees(one, links)]
    first = min((one.month for one in unlike), default=None)
    if first is None:
        return []
    proven = max((one.month for one in kept if one.month < first and one not in unlike), default=None)
    return [_differs(one, links, proven) for one in unlike if one.month == first]


def _differs(kept: Kept, links: Mapping[Month, str], proven: Month | None) -> str:
    """How a month differs from what was kept of it; where nothing was kept of those before, it may be one of them."""
    now = links.get(kept.month)
    if now is None:
        words = _(
            "%(month)s left the database locked, with the chain code %(kept)s in %(source)s; it isn't locked now."
        )
        return words % {"month": month_text(kept.month), "kept": short_code(kept.code), "source": kept.source}
    since = min(month for month in links if proven is None or month > proven)
    facts = {
        "month": month_text(kept.month),
        "since": month_text(since),
        "now": short_code(now),
        "kept": short_code(kept.code),
        "source": kept.source,
    }
    if since == kept.month:
        words = _("%(month)s was rewritten: its chain code is %(now)s, and %(kept)s left the database in %(source)s.")
    else:
        words = _(
            "%(month)s or a month before it, from %(since)s on, was rewritten: the chain code of %(month)s is %(now)s,"
            " and %(kept)s left the database in %(source)s. Kept codes of the months between tell which."
        )
    return words % facts
