"""How long a client without a contract is kept for its owner, and the day it goes to the open pool. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

DAY = dt.timedelta(1)


@dataclass(frozen=True, slots=True)
class ProtectionRules:
    """The terms in force from `start` until the next ones; days are calendar days."""

    start: dt.date
    protection_days: int
    follow_up_days: int


def terms_on(terms: Sequence[ProtectionRules], day: dt.date) -> ProtectionRules | None:
    """The terms in force on a day; `terms` are in the order of their starts."""
    return next((one for one in reversed(terms) if one.start <= day), None)


def is_end_of_protection(begun: dt.date, lapses: dt.date, terms: Sequence[ProtectionRules]) -> bool:
    """Whether what lapses on that day had all its days of protection, so that no follow-up would have kept it."""
    begun, now = max(begun, terms[0].start), terms_on(terms, lapses)
    return now is not None and begun + now.protection_days * DAY < lapses


def lapse_day(begun: dt.date, follow_ups: Iterable[dt.date], terms: Sequence[ProtectionRules]) -> dt.date | None:
    """The first day on which a client owned since `begun` is no longer protected; None where no terms are.

    A follow-up keeps it up to and with `follow_up_days` later; one on the very day it lapses is too late. No follow-up
    keeps it beyond `protection_days`. What was owned before the first terms begins with them. Terms that change count
    from their first day on, also for what is running.
    """
    if not terms:
        return None
    begun = max(begun, terms[0].start)
    contacts = sorted({begun, *(day for day in follow_ups if day > begun)})
    ends = [*(following.start for _one, following in pairwise(terms)), dt.date.max]
    for contact, next_contact in pairwise([*contacts, dt.date.max]):
        for one, end in zip(terms, ends, strict=True):
            last_day = min(contact + one.follow_up_days * DAY, begun + one.protection_days * DAY)
            day = max(one.start, last_day + DAY)
            if day < end:
                if day <= next_contact:
                    return day
                break
    return None
