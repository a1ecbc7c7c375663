"""A plan version to read: ranks, tiers and settings instead of the text they were parsed from."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from access.record import Cell, Record, Row, Table, Tone
from rulebook.cells import amount, day, fact, headings, numeric, share, text
from rulebook.law_page import article_cell
from rulebook.models import PlanVersion
from rulebook.plan import AfterLeavingSales, AssistPaidBy, DayBasis, Fund, Plan, Rank, Scope, Tiers
from rulebook.wording import amount_text, share_text


def plan_record(version: PlanVersion) -> Record:
    """A plan version: when it holds, then section by section with its articles and how they are read."""
    plan = version.plan
    said = _Said(yaml.safe_load(version.text))
    return Record(
        title=plan.name,
        subtitle=f"{_('plan version')} {version.version}",
        state=_state(version),
        facts=[
            fact(_("effective from"), day(version.effective_from)),
            fact(_("approved by"), text(version.approved_by)),
            fact(_("approved at"), text(version.approved_at.date() if version.approved_at else "")),
        ],
        tables=[
            _ranks(plan, said),
            _tiers(plan),
            _settings(_("commission"), "commission", _commission(plan), said),
            _settings(_("rank assessments"), "assessment", _assessment(plan), said),
            _settings(_("support bonus"), "support_bonus", _bonus(plan), said),
            _settings(_("client relations"), "funds.client_relations", _fund(plan.client_relations), said),
            _settings(_("company activity"), "funds.company_activity", _fund(plan.company_activity), said),
            _settings(_("disputes"), "disputes", _disputes(plan), said),
        ],
    )


# The first version's readings stand in its text in English, as the text does; a firm writes its own in its language.
FIRST_READINGS = (
    gettext_noop("an assist is paid on top; cash after the closer left sales counts for the branch alone"),
    gettext_noop("partial months are not assessed; a dismissal review is decided by a person"),
    gettext_noop(
        'the law says both 65 % and 60 % for the first row; 65 %, because "below 65 % none" is the stricter sentence'
    ),
    gettext_noop("an accrual of month M is spent in M+1 to M+3"),
)


class _Said:
    """What the text says beside its numbers: the articles, the reading, and what is assumed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def articles(self, section: str) -> list[Cell]:
        """The articles that a section puts into numbers, each a door to its words."""
        law = self._part(section).get("law", [])
        return [article_cell(number) for number in ([law] if isinstance(law, str) else law)]

    def note(self, section: str) -> str:
        """How a section is read, and what in it is assumed."""
        part = self._part(section)
        clauses = []
        if reading := part.get("reading"):
            clauses.append(_("read as: %(reading)s") % {"reading": _(reading)})
        if part.get("assumed"):
            clauses.append(_("figures assumed, to be replaced by the firm's own"))
        return _("; ").join(clauses)

    def _part(self, section: str) -> Mapping[str, Any]:
        part: Any = self._document
        for name in section.split("."):
            part = part.get(name, {})
        return part  # type: ignore[no-any-return]


def _state(version: PlanVersion) -> Cell:
    if version.approved_at is None:
        return Cell(_("draft"), tone=Tone.ATTENTION)
    return Cell(_("approved"), tone=Tone.DONE)


def _ranks(plan: Plan, said: _Said) -> Table:
    return Table(
        _("ranks"),
        headings(
            _("rank"),
            numeric(_("base salary")),
            numeric(_("threshold wage")),
            numeric(_("threshold sales")),
            numeric(_("monthly quota")),
            _("qualification"),
            numeric(_("demotion standard")),
        ),
        [
            Row(
                [
                    text(f"{rank.name} ({rank.code})"),
                    amount(rank.base_salary),
                    amount(rank.threshold_wage),
                    amount(rank.threshold_sales),
                    amount(rank.monthly_quota),
                    text(_qualification(rank)),
                    amount(rank.demotion_sales),
                ],
                anchor=f"rank-{rank.code}",
            )
            for rank in plan.ranks
        ],
        anchor="ranks",
        articles=said.articles("ranks"),
        note=said.note("ranks"),
    )


def _qualification(rank: Rank) -> str:
    if rank.qualification is None:
        return _("entry rank")
    facts = {"months": rank.qualification.months, "sales": amount_text(rank.qualification.sales)}
    return _("%(months)d full month(s), %(sales)s") % facts


def _tiers(plan: Plan) -> Table:
    return Table(
        _("commission tiers"),
        headings(_("rank"), _("net credited sales of the month, and the rate for all of it")),
        [
            Row([text(rank.name), text(_steps(rank.commission_tiers, amount_text))], anchor=f"tiers-{rank.code}")
            for rank in plan.ranks
        ],
        anchor="tiers",
    )


def _steps(tiers: Tiers, floor_text: Any) -> str:
    return " · ".join(
        _("from %(floor)s: %(rate)s") % {"floor": floor_text(tier.floor), "rate": share_text(tier.rate)}
        for tier in tiers.rows
    )


def _settings(title: str, section: str, rows: Sequence[tuple[str, Cell]], said: _Said) -> Table:
    return Table(
        title,
        headings(_("setting"), _("value")),
        [Row([text(name), value]) for name, value in rows],
        anchor=section.rpartition(".")[2],
        articles=said.articles(section),
        note=said.note(section),
    )


def _commission(plan: Plan) -> list[tuple[str, Cell]]:
    after_leaving = {
        AfterLeavingSales.NOBODY: _("nobody; the branch alone counts it"),
        AfterLeavingSales.CLOSER: _("the closer"),
        AfterLeavingSales.OWNER: _("the client's owner"),
    }
    paid_by = {
        AssistPaidBy.COMPANY: _("the company, on top"),
        AssistPaidBy.DEVELOPER: _("the developer, out of the own line"),
    }
    return [
        (_("who earns on cash after the closer left sales"), text(after_leaving[plan.commission.after_leaving_sales])),
        (_("assistant's share of the developer's commission"), share(plan.commission.assist_share)),
        (_("who pays the assistant"), text(paid_by[plan.commission.assist_paid_by])),
    ]


def _assessment(plan: Plan) -> list[tuple[str, Cell]]:
    basis = {
        DayBasis.CALENDAR: _("calendar days"),
        DayBasis.MONTHLY_DAYS_21_75: _("21.75 paid days a month"),
    }
    return [
        (_("months of a cycle"), text(plan.assessment.demotion_cycle_months)),
        (_("months on threshold wage until a dismissal review"), text(plan.assessment.threshold_months_to_review)),
        (_("how part of a month is paid"), text(basis[plan.assessment.day_basis])),
    ]


def _bonus(plan: Plan) -> list[tuple[str, Cell]]:
    return [
        (_("whose attainment sets the rate"), _scope(plan.support_bonus.scope)),
        (_("attainment, and the rate on the branch's sales"), text(_steps(plan.support_bonus.tiers, share_text))),
    ]


def _fund(fund: Fund) -> list[tuple[str, Cell]]:
    rows = [
        (_("whose attainment sets the rate"), _scope(fund.scope)),
        (_("attainment, and the rate on the branch's sales"), text(_steps(fund.tiers, share_text))),
        (_("usable for months"), text(fund.usable_months)),
    ]
    if fund.major_client_sales is not None:
        rows.append((_("refused for clients whose receipts reach"), text(amount_text(fund.major_client_sales))))
    return rows


def _disputes(plan: Plan) -> list[tuple[str, Cell]]:
    return [
        (_("months to appeal"), text(plan.disputes.appeal_months)),
        (_("working days to decide"), text(plan.disputes.resolution_working_days)),
        (_("a very large client's sales"), text(amount_text(plan.disputes.very_large_client_sales))),
    ]


def _scope(scope: Scope) -> Cell:
    return text(_("the company's") if scope is Scope.COMPANY else _("the branch's"))
