"""How the demo company comes to be: imported, five months locked, what its people did by hand, the sixth computed."""

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass

from access.actor import CONSOLE
from access.history.acting import acting
from access.models import Change
from monthend.close import close_month
from periods.models import Period
from periods.selectors import is_locked
from salesorg.demo.accounts import make_accounts
from salesorg.demo.awards import recommend_people
from salesorg.demo.bank import reconcile_bank
from salesorg.demo.book import import_company, made_months
from salesorg.demo.deeds import correct_receipt, draft_plan, enter_minimum_wages, give_rank, review_somebody
from salesorg.demo.disputes import dispute_deals
from salesorg.demo.months import DemoMonths
from salesorg.demo.pool import fill_pool
from salesorg.demo.protection import begin_protection, lapse_first_clients, register_lately
from workbooks.company.importing import ImportOutcome


@dataclass(frozen=True, slots=True)
class Made:
    """The demo company: its months, the passwords by user name, and what was imported unless that was done before."""

    months: DemoMonths
    passwords: dict[str, str]
    imported: ImportOutcome | None


class NotImported(Exception):
    """The company's workbook could not be imported; `outcome` says why."""

    def __init__(self, outcome: ImportOutcome) -> None:
        self.outcome = outcome
        super().__init__()


def make_demo(today: dt.date) -> Made:
    """Make what is missing of the demo company as of a day; what is there stays, in the months it was made for.

    Raises NotImported.
    """
    months, imported = made_months(), None
    if months is None:
        months = DemoMonths.as_of(today)
        imported = import_company(months, today)
        if not imported.imported:
            raise NotImported(imported)
    passwords = make_accounts(months)
    with _by_hand():
        begin_protection(months)
    _close_months(months, today)
    with _by_hand():
        fill_pool(today)
    return Made(months, passwords, imported)


def _close_months(months: DemoMonths, today: dt.date) -> None:
    for month in months.locked:
        if not is_locked(month):
            close_month(month, lock=True, today=today, by=CONSOLE)
    if not Period.objects.filter(month=months.open).exists():
        with _by_hand():
            correct_receipt()
            enter_minimum_wages(months)
            lapse_first_clients(today)
            register_lately(today)
            dispute_deals(months, today)
        close_month(months.open, lock=False, today=today, by=CONSOLE)
        with _by_hand():
            draft_plan(months.running)
            review_somebody(months.open, today)
            recommend_people(months.open, today)
            give_rank(months.open)
            reconcile_bank(months.last_locked)


def _by_hand() -> AbstractContextManager[None]:
    """What the demo's people do is kept as done on pages; each action tells who does it."""
    return acting(CONSOLE, Change.Source.PAGE)
