"""A month's stored rows held against what is recomputed from its inputs, value by value and by the seal."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from monthend.lock.selectors_seal import BEFORE_SEALS, heading, seal_of
from monthend.verify.comparing import completed, differences, pairs
from monthend.verify.copy_text import copy_line
from monthend.verify.reading import read_facts, stored_rows
from monthend.verify.recompute import recompute
from monthend.verify.results import MonthResults
from monthend.verify.tables import CONTRACTS, SEALED_TABLES, TABLES_OF_DISPUTES, Table
from rulebook.month import Month


@dataclass(frozen=True, slots=True)
class VerificationOutcome:
    """How many people were recomputed, the seal of the rows as they are stored, and how many differences there are."""

    people: int
    seal: str
    differences: int


@transaction.atomic
def verify_month(month: Month, *, kept_seal: str, tell: Callable[[str], None]) -> VerificationOutcome:
    """Recompute a month and compare every stored value and the seals; `tell` hears of each difference as it is found.

    `kept_seal` is the one kept at the lock, empty before it. The stored rows pass by one after the other in the order
    of the seal, so that only the recomputed month is held. Names, bank details and reasons, which stand as they were
    on the day of computing, are taken over from the stored rows: of their changes the seal kept at the lock tells.
    """
    results = _recompute(month)
    stored_seal = seal_of(month)
    count = 0
    for sentence in _found(results, stored_seal, kept_seal):
        tell(sentence)
        count += 1
    return VerificationOutcome(len(results.payslips), stored_seal, count)


def _recompute(month: Month) -> MonthResults:
    """The month's results; those of the months before are let go as soon as the next has begun."""
    results = MonthResults(month)
    for results in recompute(read_facts(month), month):  # noqa: B007 - the last one is what is wanted
        pass
    return results


def _found(results: MonthResults, stored_seal: str, kept_seal: str) -> Iterator[str]:
    yield from _compare(CONTRACTS, results)
    recomputed = hashlib.sha256()
    for table in SEALED_TABLES:
        recomputed.update(heading(table.model))
        yield from _compare(table, results, recomputed.update)
    for table in TABLES_OF_DISPUTES:
        if table.has_rows(results):
            recomputed.update(heading(table.model))
        yield from _compare(table, results, recomputed.update)
    if recomputed.hexdigest() != stored_seal:
        yield _("seal: of the stored rows %(stored)s, of the recomputed ones %(recomputed)s") % {
            "stored": stored_seal,
            "recomputed": recomputed.hexdigest(),
        }
    if kept_seal not in ("", BEFORE_SEALS, stored_seal):
        yield _("seal: of the stored rows %(stored)s, but %(kept)s was kept at the lock") % {
            "stored": stored_seal,
            "kept": kept_seal,
        }


def _compare(table: Table, results: MonthResults, seal: Callable[[bytes], object] = len) -> Iterator[str]:
    """What differs in a table's rows; `seal` is given each recomputed row as COPY would write it."""
    for pair in pairs(table, stored_rows(table, results.month), table.recomputed(results)):
        for difference in differences(table, pair):
            yield str(difference)
        row = completed(pair)
        if row is not None:
            seal(copy_line(row, table.scales))
