"""Reads a plan from YAML and refuses, with the place, whatever can't be a plan."""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import yaml
from django.utils.translation import gettext as _

from rulebook.plan import (
    AfterLeavingSales,
    Assessment,
    AssistPaidBy,
    Commission,
    DayBasis,
    Disputes,
    Fund,
    Plan,
    PlanError,
    Qualification,
    Rank,
    RatedByAttainment,
    Scope,
    Tier,
    Tiers,
)

_ARTICLE = re.compile(r"[1-9]-\d+(\.\d+)*")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,16}")
_ANNOTATIONS = {"law", "assumed", "reading"}
_LONGEST_TEXT = 200_000

Choice = TypeVar("Choice", bound=StrEnum)
Parsed = TypeVar("Parsed")


class _TextLoader(yaml.SafeLoader):
    """Keeps every scalar as its text, so that no number becomes a float, and refuses doubled keys."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[object] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)  # type: ignore[no-untyped-call]
            if not isinstance(key, str):
                raise PlanError([(_line(key_node), _("a key must be plain text"))])
            if key in seen:
                raise PlanError([(_line(key_node), _("key “%s” stands twice") % key)])
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _line(node: yaml.Node) -> str:
    return _("line %d") % (node.start_mark.line + 1)


class _Section:
    """One mapping of the document: hands out its values, collects problems with their place."""

    def __init__(self, value: object, place: str, problems: list[tuple[str, str]]) -> None:
        self.place = place
        self.problems = problems
        self.asked: set[str] = set()
        self.values: dict[str, Any] = {}
        if isinstance(value, dict):
            self.values = value
        else:
            self.refuse("", _("a mapping is expected here"))

    def at(self, key: str) -> str:
        return ".".join(part for part in (self.place, key) if part)

    def refuse(self, key: str, reason: str) -> None:
        self.problems.append((self.at(key), reason))

    def take(self, key: str) -> Any:
        self.asked.add(key)
        if key not in self.values:
            self.refuse(key, _("is missing"))
        return self.values.get(key)

    def section(self, key: str) -> "_Section":
        self.asked.add(key)
        if key not in self.values:
            self.refuse(key, _("is missing"))
            return _Section({}, self.at(key), [])
        return _Section(self.values[key], self.at(key), self.problems)

    def text(self, key: str, pattern: re.Pattern[str] | None = None) -> str:
        value = self.take(key)
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip() or (pattern and not pattern.fullmatch(value)):
            self.refuse(key, _("“%s” can't be used as text here") % value)
            return ""
        return value

    def date(self, key: str) -> dt.date:
        value = self.text(key)
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            if value:
                self.refuse(key, _("“%s” is not a date (YYYY-MM-DD)") % value)
            return dt.date.max

    def number(self, key: str, *, decimals: int = 2) -> Decimal:
        return self._number(self.take(key), key, decimals)

    def optional_number(self, key: str) -> Decimal | None:
        return None if self._is_null(key) else self.number(key)

    def share(self, key: str) -> Decimal:
        value = self.number(key, decimals=6)
        if value > 1:
            self.refuse(key, _("%s is a share and can't be above 1") % value)
        return value

    def count(self, key: str) -> int:
        value = self.number(key, decimals=0)
        if not 1 <= value <= 24:
            self.refuse(key, _("%s must be between 1 and 24") % value)
        return int(value)

    def choice(self, key: str, kind: type[Choice]) -> Choice:
        value = self.text(key)
        options = {str(option): option for option in kind}
        if value and value not in options:
            self.refuse(key, _("“%(value)s” is not one of %(options)s") % {"value": value, "options": " | ".join(options)})
        return options.get(value, next(iter(kind)))

    def constant(self, key: str, expected: str) -> None:
        value = self.text(key)
        if value and value != expected:
            self.refuse(key, _("“%(value)s” is not supported, only “%(expected)s”") % {"value": value, "expected": expected})

    def rows(self, key: str) -> list[Any]:
        value = self.take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not value:
            self.refuse(key, _("a list with at least one entry is expected here"))
            return []
        return value

    def tiers(self, key: str, *, ceiling: Decimal | None = None) -> Tiers:
        rows = []
        for index, row in enumerate(self.rows(key)):
            place = f"{key}[{index}]"
            if not isinstance(row, list) or len(row) != 2:
                self.refuse(place, _("a tier is a pair: floor and rate"))
                continue
            tier = Tier(self._number(row[0], place, 4), self._number(row[1], place, 6))
            if tier.rate > 1:
                self.refuse(place, _("%s is a share and can't be above 1") % tier.rate)
            if rows and tier.floor <= rows[-1].floor:
                self.refuse(place, _("tiers must ascend: %(floor)s comes after %(before)s") % {"floor": tier.floor, "before": rows[-1].floor})
            rows.append(tier)
        return Tiers(tuple(rows))

    def sections(self, key: str) -> Iterator["_Section"]:
        for index, row in enumerate(self.rows(key)):
            yield _Section(row, self.at(f"{key}[{index}]"), self.problems)

    def annotations(self) -> None:
        """`law` must name articles; `assumed` and `reading` are notes."""
        law = self.take("law")
        numbers = law if isinstance(law, list) else [law]
        if law is not None and not (numbers and all(isinstance(n, str) and _ARTICLE.fullmatch(n) for n in numbers)):
            self.refuse("law", _("“%s” doesn't name an article (such as 1-4.3.1)") % law)
        if self.values.get("assumed", "true") not in ("true", "false"):
            self.refuse("assumed", _("must be true or false"))
        if not isinstance(self.values.get("reading", ""), str):
            self.refuse("reading", _("“%s” can't be used as text here") % self.values["reading"])
        self.asked |= _ANNOTATIONS

    def reading(self) -> None:
        """A section may carry a reading without articles of its own."""
        if not isinstance(self.values.get("reading", ""), str):
            self.refuse("reading", _("“%s” can't be used as text here") % self.values["reading"])
        self.asked.add("reading")

    def close(self) -> None:
        """Refuse every key that nobody asked for."""
        for key in self.values:
            if key not in self.asked:
                self.refuse(key, _("unknown key"))

    def _is_null(self, key: str) -> bool:
        self.asked.add(key)
        if key not in self.values:
            self.refuse(key, _("is missing"))
        return self.values.get(key) in (None, "", "null", "~")

    def _number(self, value: object, key: str, decimals: int) -> Decimal:
        if value is None:
            return Decimal(0)
        if not isinstance(value, str) or not _NUMBER.fullmatch(value):
            self.refuse(key, _("“%s” is not a number") % value)
            return Decimal(0)
        number = Decimal(value)
        if number < 0:
            self.refuse(key, _("%s must not be negative") % value)
        if -int(number.normalize().as_tuple().exponent) > decimals:  # type: ignore[operator]
            self.refuse(key, _("%(value)s has more than %(decimals)d decimals") % {"value": value, "decimals": decimals})
        return number


def parse_plan(text: str) -> Plan:
    """Read a plan from its YAML text; PlanError lists every problem with its place."""
    if len(text) > _LONGEST_TEXT:
        raise PlanError([("", _("the text is too long to be a plan"))])
    try:
        document = yaml.load(text, Loader=_TextLoader)
    except yaml.YAMLError as error:
        raise PlanError([("", _("not readable as YAML: %s") % " ".join(str(error).split()))]) from error
    problems: list[tuple[str, str]] = []
    root = _Section(document, "", problems)
    plan = _parse_root(root)
    if problems:
        raise PlanError(problems)
    return plan


def _parse_root(root: _Section) -> Plan:
    root.annotations()
    _finish(root.section("money"), _parse_money)
    plan = Plan(
        version=root.text("version", re.compile(r"\S{1,32}")),
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


def _finish(section: _Section, parse: Callable[[_Section], Parsed]) -> Parsed:
    parsed = parse(section)
    section.close()
    return parsed


def _parse_money(money: _Section) -> None:
    money.constant("currency", "CNY")
    money.constant("unit", "0.01")
    money.constant("rounding", "half_up")


def _parse_ranks(ranks: _Section) -> tuple[Rank, ...]:
    ranks.annotations()
    parsed = []
    for level, section in enumerate(ranks.sections("levels")):
        rank = _finish(section, lambda section: _parse_rank(section, level))  # noqa: B023
        _refuse_doubles(section, rank, parsed)
        _check_rank(section, rank, parsed[-1] if parsed else None)
        parsed.append(rank)
    return tuple(parsed)


def _parse_rank(section: _Section, level: int) -> Rank:
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


def _parse_qualification(section: _Section) -> Qualification | None:
    if section._is_null("qualification"):
        return None
    inner = section.section("qualification")
    parsed = Qualification(months=inner.count("months"), sales=inner.number("sales"))
    inner.close()
    return parsed


def _refuse_doubles(section: _Section, rank: Rank, others: Collection[Rank]) -> None:
    if rank.code and rank.code in {other.code for other in others}:
        section.refuse("code", _("rank code “%s” stands twice") % rank.code)
    if rank.name and rank.name in {other.name for other in others}:
        section.refuse("name", _("rank name “%s” stands twice") % rank.name)


def _check_rank(section: _Section, rank: Rank, below: Rank | None) -> None:
    if rank.threshold_wage > rank.base_salary:
        section.refuse("threshold_wage", _("a threshold wage can't be above the base salary"))
    if rank.commission_tiers.rows and rank.commission_tiers.rows[0].floor != 0:
        section.refuse("commission_tiers[0]", _("the first tier must start at 0"))
    if below is None:
        if rank.qualification or rank.demotion_sales is not None:
            section.refuse("qualification", _("the lowest rank has neither qualification nor demotion standard"))
        return
    if rank.qualification is None:
        section.refuse("qualification", _("only the lowest rank has no qualification"))
    if rank.demotion_sales is None:
        section.refuse("demotion_sales", _("only the lowest rank has no demotion standard"))
    if rank.monthly_quota < below.monthly_quota:
        section.refuse("monthly_quota", _("a higher rank can't have a lower quota"))


def _parse_commission(section: _Section) -> Commission:
    section.annotations()
    section.constant("tier_mode", "whole")
    return Commission(
        after_leaving_sales=section.choice("after_leaving_sales", AfterLeavingSales),
        assist_share=section.share("assist_share"),
        assist_paid_by=section.choice("assist_paid_by", AssistPaidBy),
    )


def _parse_assessment(section: _Section) -> Assessment:
    section.annotations()
    return Assessment(
        demotion_cycle_months=section.count("demotion_cycle_months"),
        threshold_months_to_review=section.count("threshold_months_to_review"),
        day_basis=section.choice("day_basis", DayBasis),
    )


def _parse_support_bonus(section: _Section) -> RatedByAttainment:
    section.annotations()
    return RatedByAttainment(scope=section.choice("scope", Scope), tiers=section.tiers("tiers"))


def _parse_funds(section: _Section) -> dict[str, Fund]:
    section.reading()
    return {
        "client_relations": _finish(section.section("client_relations"), lambda fund: _parse_fund(fund, has_limit=False)),
        "company_activity": _finish(section.section("company_activity"), lambda fund: _parse_fund(fund, has_limit=True)),
    }


def _parse_fund(section: _Section, *, has_limit: bool) -> Fund:
    section.annotations()
    return Fund(
        scope=section.choice("scope", Scope),
        tiers=section.tiers("tiers"),
        usable_months=section.count("usable_months"),
        major_client_sales=section.number("major_client_sales") if has_limit else None,
    )


def _parse_disputes(section: _Section) -> Disputes:
    section.annotations()
    return Disputes(
        appeal_months=section.count("appeal_months"),
        resolution_working_days=section.count("resolution_working_days"),
        very_large_client_sales=section.number("very_large_client_sales"),
    )
