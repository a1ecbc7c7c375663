"""What a firm brings along when it goes live in the middle of its life."""

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext as _

from funds.models import FundKind
from rulebook.month import Month
from rulebook.wording import month_text
from workbooks.company.checks.references import check_rank
from workbooks.company.company import Company
from workbooks.company.entries import Entry, Key
from workbooks.company.whereabouts import Whereabouts, in_sales
from workbooks.problems import Problems

OF_SALES_STAFF = ("cycle_start", "threshold_streak", "reinstatement_rank")


def check_opening(company: Company, whereabouts: Mapping[Key, Whereabouts], problems: Problems) -> None:
    """Check the opening sheets against the month in which the firm goes live."""
    go_live = first_month(company)
    for state in company["opening_states"].touched:
        _check_state(company, whereabouts, problems, state, go_live)
    for sales in company["opening_sales"].touched:
        _check_before(problems, sales, "month", go_live)
    for lot in company["opening_lots"].touched:
        _check_before(problems, lot, "month", go_live)
        _check_alive(company, problems, lot, go_live)


def first_month(company: Company) -> Month | None:
    """The month in which the firm goes live: the first with a receipt, a target, a weight or a claim."""
    months = [company.first_month] if company.first_month else []
    for name, field in (("targets", "month"), ("weights", "month"), ("receipts", "received_on"), ("claims", "date")):
        dates = [entry[field] for entry in company[name].entries.values() if entry.knows(field)]
        months += [date if isinstance(date, Month) else Month.of(date) for date in dates]
    return min(months, default=None)


def usable_months(company: Company, lot: Entry) -> int | None:
    """For how many months after its own a lot brought along can be spent (2-1.3, 2-2.3); None without any plan."""
    plan = company.plans.at_or_first(lot["month"])
    if plan is None:
        return None
    fund = plan.client_relations if lot["fund"] == FundKind.CLIENT_RELATIONS else plan.company_activity
    return fund.usable_months


def _check_state(
    company: Company,
    whereabouts: Mapping[Key, Whereabouts],
    problems: Problems,
    state: Entry,
    go_live: Month | None,
) -> None:
    if state["reinstatement_rank"] is not None and state.knows("reinstatement_rank"):
        plan = company.plans.at_or_first(go_live) if go_live else company.plans.first
        check_rank(problems, state, "reinstatement_rank", plan)
    if go_live and state["cycle_start"] and state.knows("cycle_start") and state["cycle_start"] > go_live:
        state.refuse(problems, "cycle_start", _("after the first month, %(month)s") % {"month": month_text(go_live)})
    if go_live and state.knows("employee", *OF_SALES_STAFF) and any(state[name] for name in OF_SALES_STAFF):
        person = whereabouts[state["employee"],]
        if person.is_known(go_live.first) and in_sales(person.on(go_live.first)) is False:
            state.refuse(problems, "employee", _("not in sales on %(date)s") % {"date": go_live.first})
    if go_live and state.knows("employee", "brought") and state["brought"]:
        _check_brought(problems, state, whereabouts[state["employee"],], go_live)


def _check_brought(problems: Problems, state: Entry, person: Whereabouts, go_live: Month) -> None:
    """A deficit is carried only while the employment runs on (1-4.1): tell whose will not be."""
    for day in (go_live.first - dt.timedelta(days=1), go_live.first):
        if person.is_known(day) and person.on(day) is None:
            reason = _("not in post on %(date)s: this deficit is not carried into %(month)s")
            problems.warn(state.problem("brought", reason % {"date": day, "month": month_text(go_live)}))
            return


def _check_before(problems: Problems, entry: Entry, field: str, go_live: Month | None) -> None:
    if go_live and entry.knows(field) and entry[field] >= go_live:
        reason = _("must lie before the first month, %(month)s") % {"month": month_text(go_live)}
        entry.refuse(problems, field, reason)


def _check_alive(company: Company, problems: Problems, lot: Entry, go_live: Month | None) -> None:
    if go_live is None or not lot.knows("month", "fund"):
        return
    usable = usable_months(company, lot)
    if usable is not None and lot["month"] + usable < go_live:
        lot.refuse(problems, "month", _("expired before the first month, %(month)s") % {"month": month_text(go_live)})
