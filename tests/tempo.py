"""In which order the tests run, and where their time went."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

MARKERS = ("long", "slow")
QUICK = len(MARKERS)
SHOWN = 10
"""How many files are named."""


def in_order(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The files with long tests first, then those with slow ones: what is left at the end is short, and nobody waits.

    A file's tests stay together, for the sake of what is made once for them.
    """
    ranks = dict[Path, int]()
    for item in items:
        ranks[item.path] = min(_quickness(item), ranks.get(item.path, QUICK))
    return sorted(items, key=lambda item: ranks[item.path])


def _quickness(item: pytest.Item) -> int:
    return next((rank for rank, marker in enumerate(MARKERS) if item.get_closest_marker(marker)), QUICK)


def where_time_went(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """The files that took longest, with what is made for their tests; seconds, added up over all workers."""
    seconds = Counter[str]()
    for report in reports:
        seconds[report.nodeid.partition("::")[0]] += report.duration  # type: ignore[assignment]
    if seconds:
        yield f"{seconds.total():,.0f} s in {len(seconds)} files, of which the longest:"
    for file, taken in seconds.most_common(SHOWN):
        yield f"{taken:8,.1f} s  {file}"
