"""Random firms in dispute: what the month end stores is what the recomputation finds, to the fen.

With ``SALESORG_DISPUTED_FIRMS=30`` there are 30 more, with about 400 disputes; it takes five minutes.
``SALESORG_DISPUTED_SEED`` is the first of their seeds, ``SALESORG_DISPUTED_MONTHS`` how many months they live.
"""

import os

import pytest

from tests.verify.closing import found
from tests.verify.disputed_firm import DisputedFirm

QUICK, SLOW = (1,), (2, 3)
MORE, FIRST, MONTHS = (
    int(os.environ.get(f"SALESORG_DISPUTED_{name}", default))
    for name, default in (("FIRMS", "0"), ("SEED", "100"), ("MONTHS", "5"))
)


def seeds() -> list[object]:
    """One runs always, others with the slow tests, any number when asked for."""
    slow = [pytest.param(seed, marks=pytest.mark.slow) for seed in SLOW]
    return [*QUICK, *slow, *range(FIRST, FIRST + MORE)]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", seeds())
def test_a_random_firm_in_dispute(seed: int) -> None:
    firm = DisputedFirm(seed, months=MONTHS)
    try:
        for month in firm.months:
            firm.live(month)
            report = firm.firm.close(month)
            assert report.is_locked, "\n".join([*report.blockers, *found(month)])
    except Exception as problem:
        problem.add_note("\n".join(firm.story))
        raise
    assert firm.disputes >= 5
