"""A whole company from a seed."""

import random

from monthend.verify.recompute import recompute
from rulebook.month import Month
from rulebook.plan import Plan
from tests.companies.cash import collect_cash
from tests.companies.corrections import correct
from tests.companies.deals import assign_orphans, register_clients, sign_contracts
from tests.companies.draft import Draft
from tests.companies.money import bring_lots_along, claim, give_weights, raise_a_major_client, set_targets
from tests.companies.staff import make_staff

GO_LIVE = Month(2011, 4)


def make_company(seed: int, plans: tuple[Plan, ...], *, months: int = 6) -> Draft:
    """The company of a seed: always the same for the same plans and months."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    draft = Draft(
        chance=chance,
        plans=plans,
        months=tuple(GO_LIVE + offset for offset in range(months)),
        restlessness=chance.choice([0.1, 0.4, 0.8, 1.0]),
    )
    make_staff(draft)
    bring_lots_along(draft)
    for month in (GO_LIVE - 2, GO_LIVE - 1):
        _make_deals(draft, month)
    for month in draft.months:
        correct(draft, month)
        _make_deals(draft, month)
        if draft.happens(0.6):
            raise_a_major_client(draft, month)
        collect_cash(draft, month)
        set_targets(draft, month)
        give_weights(draft, month)
        claim(draft, month)
        draft.results = list(recompute(draft.facts(), month))
    return draft


def _make_deals(draft: Draft, month: Month) -> None:
    many = len(draft.people)
    register_clients(draft, month, draft.chance.randint(3, 5 + many // 2))
    sign_contracts(draft, month, draft.chance.randint(3, 5 + many))
    assign_orphans(draft, month)
