"""Reads a plan from YAML and refuses, with the place, whatever can't be a plan."""

import re
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import TypeVar

from django.utils.translation import gettext as _

from rulebook.plan import (
    AfterLeavingSales,
    Assessment,
    AssistPaidBy,
    AttainmentScope,
    Commission,
    DayBasis,
    Disputes,
    Fund,
    Plan,
    PlanError,
    Qualification,
    Rank,
    RatedByAttainment,
)
from rulebook.plan_text.sections import Section
from rulebook.plan_text.yaml_text import load_text

_CODE = re.compile(r"[A-Za-z0-9_-]{1,16}")
_VERSION = re.compile(r"\S{1,32}")

Parsed = TypeVar("Parsed")


def parse_plan(text: str) -> Plan:
    """Read a plan from its YAML text; PlanError lists every problem with its place."""
    problems: dict[str, str] = {}
    plan = _parse_root(Section(load_text(text), "", problems))
    if problems:
        raise PlanError(list(problems.items()))
    return plan


def _parse_root(root: Section) -> Plan:
    root.annotations()
    _finish(root.section("money"), _parse_money)
    plan = Plan(
        version=root.text("version", _VERSION),
        name=root.text("name"),
        effective_from=root.date("effective_from"),
        ranks=_finish(root.section("ranks"), _parse_ranks),
        commission=_finish(root.section("commission"), _parse_commission),
        assessment=_finish(root.section("assessment"), _parse_assessment),
        support_bonus=_finish(root.section("support_bonus"), _parse_support_bonus),
        **_finish(root.section("funds"), _parse_funds),
        disputes=_finish(root.section("disputes"), _parse_disputes),
    )
    if plan.effective_from.day != 1:
        root.refuse("effective_from", _("a plan starts on the first day of a month"))
    root.close()
    return plan


def _finish(section: Section, parse: Callable[[Section], Parsed]) -> Parsed:
    parsed = parse(section)
    section.close()
    return parsed


def _parse_money(money: Section) -> None:
    money.constant("currency", "CNY")
    money.constant("unit", "0.01")
    money.constant("rounding", "half_up")


def _parse_ranks(ranks: Section) -> tuple[Rank, ...]:
    ranks.annotations()
    parsed: list[Rank] = []
    for level, section in enumerate(ranks.sections("levels")):
        rank = _parse_rank(section, level)
        section.close()
        if section.is_sound:
            _refuse_doubles(section, rank, parsed)
            _check_rank(section, rank, parsed[-1] if parsed else None)
        parsed.append(rank)
    return tuple(parsed)


def _parse_rank(section: Section, level: int) -> Rank:
    return Rank(
        code=section.text("code", _CODE),
        name=section.text("name"),
        level=level,
        base_salary=section.number("base_salary"),
        threshold_wage=section.number("threshold_wage"),
        threshold_sales=section.number("threshold_sales"),
        monthly_quota=section.number("monthly_quota"),
        qualification=_parse_qualification(section),
        demotion_sales=section.optional_number("demotion_sales"),
        commission_tiers=section.tiers("commission_tiers"),
    )


def _parse_qualification(section: Section) -> Qualification | None:
    if section.is_null("qualification"):
        return None
    inner = section.section("qualification")
    parsed = Qualification(months=inner.count("months"), sales=inner.number("sales"))
    inner.close()
    return parsed


def _refuse_doubles(section: Section, rank: Rank, others: Collection[Rank]) -> None:
    if rank.code in {other.code for other in others}:
        section.refuse("code", _("rank code “%s” stands twice") % rank.code)
    if rank.name in {other.name for other in others}:
        section.refuse("name", _("rank name “%s” stands twice") % rank.name)


def _check_rank(section: Section, rank: Rank, below: Rank | None) -> None:
    if rank.threshold_wage > rank.base_salary:
        section.refuse("threshold_wage", _("a threshold wage can't be above the base salary"))
    if rank.commission_tiers.rows[0].floor != 0:
        section.refuse("commission_tiers[0]", _("the first tier must start at 0"))
    if below is None:
        if rank.qualification is not None:
            section.refuse("qualification", _("the lowest rank has no qualification"))
        if rank.demotion_sales is not None:
            section.refuse("demotion_sales", _("the lowest rank has no demotion standard"))
        return
    if rank.qualification is None:
        section.refuse("qualification", _("only the lowest rank has no qualification"))
    if rank.demotion_sales is None:
        section.refuse("demotion_sales", _("only the lowest rank has no demotion standard"))
    if rank.monthly_quota < below.monthly_quota:
        section.refuse("monthly_quota", _("a higher rank can't have a lower quota"))


def _parse_commission(section: Section) -> Commission:
    section.annotations()
    section.constant("tier_mode", "whole")
    return Commission(
        after_leaving_sales=section.choice("after_leaving_sales", AfterLeavingSales),
        assist_share=section.share("assist_share"),
        assist_paid_by=section.choice("assist_paid_by", AssistPaidBy),
    )


def _parse_assessment(section: Section) -> Assessment:
    section.annotations()
    return Assessment(
        demotion_cycle_months=section.count("demotion_cycle_months"),
        threshold_months_to_review=section.count("threshold_months_to_review"),
        day_basis=section.choice("day_basis", DayBasis),
    )


def _parse_support_bonus(section: Section) -> RatedByAttainment:
    section.annotations()
    return RatedByAttainment(scope=section.choice("scope", AttainmentScope), tiers=section.tiers("tiers"))


def _parse_funds(section: Section) -> dict[str, Fund]:
    section.reading()
    return {
        "client_relations": _finish(section.section("client_relations"), _parse_client_relations),
        "company_activity": _finish(section.section("company_activity"), _parse_company_activity),
    }


def _parse_client_relations(section: Section) -> Fund:
    return _parse_fund(section, major_client_sales=None)


def _parse_company_activity(section: Section) -> Fund:
    return _parse_fund(section, major_client_sales=section.number("major_client_sales"))


def _parse_fund(section: Section, *, major_client_sales: Decimal | None) -> Fund:
    section.annotations()
    return Fund(
        scope=section.choice("scope", AttainmentScope),
        tiers=section.tiers("tiers"),
        usable_months=section.count("usable_months"),
        major_client_sales=major_client_sales,
    )


def _parse_disputes(section: Section) -> Disputes:
    section.annotations()
    return Disputes(
        appeal_months=section.count("appeal_months"),
        resolution_working_days=section.count("resolution_working_days"),
        very_large_client_sales=section.number("very_large_client_sales"),
    )
