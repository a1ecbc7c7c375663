"""A plan version to read: ranks, tiers and settings instead of the text they were parsed from."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from access.pages.records import Cell, Record, Row, Table, Tone
from rulebook.cells import amount, article_cell, day, fact, headings, numeric, share, text
from rulebook.models import PlanVersion
from rulebook.plan import Fund, Plan, Rank, Tiers
from rulebook.plan_text.document import document_of
from rulebook.plan_text.words import CHOICES, LABELS, SECTIONS
from rulebook.wording import amount_text, share_text


def plan_record(version: PlanVersion) -> Record:
    """A plan version: when it holds, then section by section with its articles and how they are read."""
    plan = version.plan
    said = _Said(document_of(version.text))
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
            _settings("commission", _commission(plan), said),
            _settings("assessment", _assessment(plan), said),
            _settings("support_bonus", _bonus(plan), said),
            _settings("funds.client_relations", _fund(plan.client_relations), said),
            _settings("funds.company_activity", _fund(plan.company_activity), said),
            _settings("disputes", _disputes(plan), said),
        ],
    )


RANKS, TIERS = "ranks", "tiers"
"""The anchors of the tables of ranks."""

# The first version's readings stand in its text in English, as the text does; a firm writes its own in its language.
FIRST_READINGS = (
    gettext_noop("an assist is paid on top; cash after the closer left sales counts for the branch alone"),
    gettext_noop("partial months are not assessed; a dismissal review is decided by a person"),
    gettext_noop(
        'the law says both 65 % and 60 % for the first row; 65 %, because "below 65 % none" is the stricter sentence'
    ),
    gettext_noop("an accrual of month M is spent in M+1 to M+3"),
)


_Setting = tuple[str, Cell]


class _Said:
    """What the text says beside its numbers: the articles, the reading, and what is assumed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def articles(self, section: str) -> list[Cell]:
        """The articles that a section puts into numbers, each a link to its words."""
        law = self._part(section).get("law", [])
        return [article_cell(number) for number in ([law] if isinstance(law, str) else law)]

    def note(self, section: str) -> str:
        """How a section is read, and what in it is assumed."""
        part = self._part(section)
        clauses = []
        if reading := part.get("reading"):
            clauses.append(_("read as: %(reading)s") % {"reading": _(reading)})
        if part.get("assumed") == "true":
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
            numeric(LABELS["rank.base_salary"]),
            numeric(LABELS["rank.threshold_wage"]),
            numeric(LABELS["rank.threshold_sales"]),
            numeric(LABELS["rank.monthly_quota"]),
            LABELS["rank.qualification"],
            numeric(LABELS["rank.demotion_sales"]),
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
        anchor=RANKS,
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
        anchor=TIERS,
    )


def _steps(tiers: Tiers, floor_text: Any) -> str:
    return " · ".join(
        _("from %(floor)s: %(rate)s") % {"floor": floor_text(tier.floor), "rate": share_text(tier.rate)}
        for tier in tiers.rows
    )


def _settings(section: str, rows: Sequence[_Setting], said: _Said) -> Table:
    anchor = section.rpartition(".")[2]
    return Table(
        str(SECTIONS[section]),
        headings(_("setting"), _("value")),
        [Row([text(LABELS[f"{section}.{key}"]), value], anchor=f"{anchor}-{key}") for key, value in rows],
        anchor=anchor,
        articles=said.articles(section),
        note=said.note(section),
    )


def _commission(plan: Plan) -> list[_Setting]:
    commission = plan.commission
    return [
        ("after_leaving_sales", text(CHOICES["commission.after_leaving_sales"][commission.after_leaving_sales])),
        ("assist_share", share(commission.assist_share)),
        ("assist_paid_by", text(CHOICES["commission.assist_paid_by"][commission.assist_paid_by])),
    ]


def _assessment(plan: Plan) -> list[_Setting]:
    return [
        ("demotion_cycle_months", text(plan.assessment.demotion_cycle_months)),
        ("threshold_months_to_review", text(plan.assessment.threshold_months_to_review)),
        ("day_basis", text(CHOICES["assessment.day_basis"][plan.assessment.day_basis])),
    ]


def _bonus(plan: Plan) -> list[_Setting]:
    return [
        ("scope", text(CHOICES["support_bonus.scope"][plan.support_bonus.scope])),
        ("tiers", text(_steps(plan.support_bonus.tiers, share_text))),
    ]


def _fund(fund: Fund) -> list[_Setting]:
    rows = [
        ("scope", text(CHOICES["funds.client_relations.scope"][fund.scope])),
        ("tiers", text(_steps(fund.tiers, share_text))),
        ("usable_months", text(fund.usable_months)),
    ]
    if fund.major_client_sales is not None:
        rows.append(("major_client_sales", text(amount_text(fund.major_client_sales))))
    return rows


def _disputes(plan: Plan) -> list[_Setting]:
    return [
        ("appeal_months", text(plan.disputes.appeal_months)),
        ("resolution_working_days", text(plan.disputes.resolution_working_days)),
        ("very_large_client_sales", text(amount_text(plan.disputes.very_large_client_sales))),
    ]
