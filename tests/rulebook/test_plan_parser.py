"""A plan is read exactly, or refused with every mistake at its place and nothing else."""

import datetime as dt
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation

from rulebook.plan import (
    AfterLeavingSales,
    AssistPaidBy,
    AttainmentScope,
    DayBasis,
    Plan,
    PlanError,
    Qualification,
    Tier,
)
from rulebook.plan_text.parser import parse_plan
from tests.plans import PLAN, PLAN_TEXT

ASSUMED = "  assumed: true\n  levels:"
GW_TIERS = '[["0.00", "0.08"], ["40000.00", "0.10"], ["100000.00", "0.12"]]'


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def changed(old: str, new: str) -> str:
    """The first plan's text with one place changed."""
    assert PLAN_TEXT.count(old) == 1, f"{PLAN_TEXT.count(old)} × {old}"
    return PLAN_TEXT.replace(old, new)


def problems(text: str) -> list[tuple[str, str]]:
    with pytest.raises(PlanError) as caught:
        parse_plan(text)
    assert str(caught.value)
    return caught.value.problems


@pytest.mark.article("1-1", "1-4.1", "1-4.2")
def test_the_first_plan_is_read_exactly() -> None:
    assert (PLAN.version, PLAN.name, PLAN.effective_from) == ("2011-04", "营销体系2011年薪酬制度", dt.date(2011, 4, 1))
    assert [rank.code for rank in PLAN.ranks] == ["ZL", "GW", "GJ", "ZS", "SX"]
    assert [rank.level for rank in PLAN.ranks] == [0, 1, 2, 3, 4]
    lowest, gw = PLAN.lowest_rank, PLAN.rank("GW")
    assert (lowest.code, lowest.qualification, lowest.demotion_sales) == ("ZL", None, None)
    assert gw.qualification == Qualification(months=1, sales=Decimal("50000.00"))
    assert gw.demotion_sales == Decimal("56000.00")
    assert PLAN.rank("GJ").commission_tiers.rows[-1] == Tier(Decimal("160000.00"), Decimal("0.135"))
    with pytest.raises(KeyError):
        PLAN.rank("XX")


@pytest.mark.article("1-6", "1-7.2.1", "2-1.2", "2-2.2.1", "2-2.2.2", "3-2.2", "3-2.3", "3-2.4.1")
def test_the_first_plans_settings() -> None:
    assert PLAN.commission.after_leaving_sales is AfterLeavingSales.NOBODY
    assert (PLAN.commission.assist_share, PLAN.commission.assist_paid_by) == (Decimal("0.10"), AssistPaidBy.COMPANY)
    assert (PLAN.assessment.demotion_cycle_months, PLAN.assessment.threshold_months_to_review) == (2, 2)
    assert PLAN.assessment.day_basis is DayBasis.CALENDAR
    assert PLAN.support_bonus.scope is AttainmentScope.BRANCH
    assert PLAN.support_bonus.tiers.rows[0] == Tier(Decimal("0.65"), Decimal("0.002"))
    assert (PLAN.client_relations.major_client_sales, PLAN.client_relations.usable_months) == (None, 3)
    assert PLAN.company_activity.major_client_sales == Decimal("60000.00")
    assert (PLAN.disputes.appeal_months, PLAN.disputes.resolution_working_days) == (1, 10)


@pytest.mark.parametrize("written", ["0.1", '"0.1"', "0.10", "0.100000"])
def test_numbers_never_pass_through_a_float(written: str) -> None:
    plan = parse_plan(changed('assist_share: "0.10"', f"assist_share: {written}"))
    assert plan.commission.assist_share == Decimal("0.1")
    assert isinstance(plan.commission.assist_share, Decimal)


def test_a_month_of_days_basis_and_other_words_can_be_chosen() -> None:
    plan = parse_plan(changed("day_basis: calendar", "day_basis: monthly_days_21_75"))
    assert plan.assessment.day_basis is DayBasis.MONTHLY_DAYS_21_75


REFUSALS = [
    # tiers
    (GW_TIERS, '[["0", "0.08"], ["40000", "0.10"], ["40000", "0.12"]]',
     "ranks.levels[1].commission_tiers[2]", "ascend"),
    (GW_TIERS, '[["0", "0.08"], ["40000", "0.10"], ["39999.99", "0.12"]]',
     "ranks.levels[1].commission_tiers[2]", "ascend"),
    (GW_TIERS, '[["0.01", "0.08"]]', "ranks.levels[1].commission_tiers[0]", "start at 0"),
    (GW_TIERS, "[]", "ranks.levels[1].commission_tiers", "at least one"),
    (GW_TIERS, "0.08", "ranks.levels[1].commission_tiers", "at least one"),
    (GW_TIERS, '[["0", "0.08", "1"]]', "ranks.levels[1].commission_tiers[0]", "pair"),
    (GW_TIERS, '["0"]', "ranks.levels[1].commission_tiers[0]", "pair"),
    (GW_TIERS, '[["0", "1.01"]]', "ranks.levels[1].commission_tiers[0]", "above 1"),
    (GW_TIERS, '[["0", "-0.01"]]', "ranks.levels[1].commission_tiers[0]", "negative"),
    (GW_TIERS, '[["-1", "0.01"]]', "ranks.levels[1].commission_tiers[0]", "negative"),
    (GW_TIERS, '[["0.00001", "0.01"]]', "ranks.levels[1].commission_tiers[0]", "4 decimals"),
    ('[["0.65", "0.002"]', '[["0.90", "0.002"]', "support_bonus.tiers[1]", "ascend"),
    ('[["0.65", "0.0025"]', '[["x", "0.0025"]', "funds.company_activity.tiers[0]", "not a number"),
    # articles and notes
    ("law: [1-4.1, 1-6]", "", "commission.law", "missing"),
    ("law: [1-4.1, 1-6]", "law: []", "commission.law", "article"),
    ("law: [1-4.1, 1-6]", "law: the law", "commission.law", "article"),
    ("law: [1-4.1, 1-6]", "law: [1-4.1, {a: b}]", "commission.law", "article"),
    ("law: 1-1", "law:", "law", "article"),
    (ASSUMED, "  assumed: maybe\n  levels:", "ranks.assumed", "true or false"),
    (ASSUMED, "  assumed: [true]\n  levels:", "ranks.assumed", "true or false"),
    ("reading: partial months are not assessed; a dismissal review is decided by a person", "reading: [a]",
     "assessment.reading", "text"),
    ("  reading: an accrual of month M is spent in M+1 to M+3", "  reading: {a: b}", "funds.reading", "text"),
    # numbers
    ('base_salary: "2000.00"', 'base_salary: "-2000.00"', "ranks.levels[1].base_salary", "negative"),
    ('base_salary: "2000.00"', 'base_salary: "-0.00"', "ranks.levels[1].base_salary", "negative"),
    ('base_salary: "2000.00"', 'base_salary: "2000.001"', "ranks.levels[1].base_salary", "2 decimals"),
    ('base_salary: "2000.00"', "base_salary: 2e3", "ranks.levels[1].base_salary", "not a number"),
    ('base_salary: "2000.00"', "base_salary: 1_000", "ranks.levels[1].base_salary", "not a number"),
    ('base_salary: "2000.00"', 'base_salary: "２０００"', "ranks.levels[1].base_salary", "not a number"),
    ('base_salary: "2000.00"', "base_salary: 1234567890123", "ranks.levels[1].base_salary", "not a number"),
    ('base_salary: "2000.00"', "base_salary: .inf", "ranks.levels[1].base_salary", "not a number"),
    ('base_salary: "2000.00"', "base_salary:", "ranks.levels[1].base_salary", "not a number"),
    ('base_salary: "2000.00"', "base_salary: [1, 2]", "ranks.levels[1].base_salary", "not a number"),
    ('      base_salary: "2000.00"\n', "", "ranks.levels[1].base_salary", "missing"),
    ('assist_share: "0.10"', 'assist_share: "1.01"', "commission.assist_share", "above 1"),
    ("demotion_cycle_months: 2", "demotion_cycle_months: 0", "assessment.demotion_cycle_months", "between"),
    ("demotion_cycle_months: 2", "demotion_cycle_months: 25", "assessment.demotion_cycle_months", "between"),
    ("demotion_cycle_months: 2", "demotion_cycle_months: 1.5", "assessment.demotion_cycle_months", "0 decimals"),
    ("demotion_cycle_months: 2", "", "assessment.demotion_cycle_months", "missing"),
    ("{months: 1, sales: \"50000.00\"}", "{months: 0, sales: \"50000.00\"}",
     "ranks.levels[1].qualification.months", "between"),
    # what must fit together
    ('threshold_wage: "1680.00"', 'threshold_wage: "2800.01"',
     "ranks.levels[2].threshold_wage", "above the base salary"),
    ('monthly_quota: "100000.00"', 'monthly_quota: "39999.99"', "ranks.levels[2].monthly_quota", "lower quota"),
    ("{months: 1, sales: \"50000.00\"}", "null", "ranks.levels[1].qualification", "only the lowest"),
    ('demotion_sales: "56000.00"         # over', "demotion_sales: null # over",
     "ranks.levels[1].demotion_sales", "only the lowest"),
    ("qualification: null", "qualification: {months: 1, sales: 5}", "ranks.levels[0].qualification", "lowest rank"),
    ("demotion_sales: null", "demotion_sales: 5", "ranks.levels[0].demotion_sales", "lowest rank"),
    ("code: GJ", "code: GW", "ranks.levels[2].code", "twice"),
    ("name: 高级智慧顾问", "name: 智慧顾问", "ranks.levels[2].name", "twice"),
    # words
    ("code: GJ", "code: 高级", "ranks.levels[2].code", "text"),
    ("code: GJ", f"code: {'G' * 17}", "ranks.levels[2].code", "text"),
    ("name: 高级智慧顾问", "name: [高级]", "ranks.levels[2].name", "text"),
    ("name: 高级智慧顾问", f"name: {'高' * 101}", "ranks.levels[2].name", "text"),
    ("name: 高级智慧顾问", '"name": "高级\\n顾问"', "ranks.levels[2].name", "text"),
    ("name: 营销体系2011年薪酬制度", "name: '  '", "name", "text"),
    ('version: "2011-04"', 'version: "2011 04"', "version", "text"),
    ("effective_from: 2011-04-01", "effective_from: 2011-04-31", "effective_from", "not a date"),
    ("effective_from: 2011-04-01", "effective_from: 20110401", "effective_from", "not a date"),
    ("effective_from: 2011-04-01", "effective_from: 2011-04-02", "effective_from", "first day"),
    ("effective_from: 2011-04-01", "", "effective_from", "missing"),
    ("tier_mode: whole", "tier_mode: marginal", "commission.tier_mode", "not supported"),
    ("rounding: half_up", "rounding: half_even", "money.rounding", "not supported"),
    ("after_leaving_sales: nobody", "after_leaving_sales: someone",
     "commission.after_leaving_sales", "nobody | closer | owner"),
    ("after_leaving_sales: nobody", "after_leaving_sales: [nobody]", "commission.after_leaving_sales", "text"),
    # keys
    ("tier_mode: whole", "tier_mode: whole\n  bonus: 1", "commission.bonus", "unknown key"),
    ('base_salary: "2000.00"', 'base_salary: "2000.00"\n      salary: 1', "ranks.levels[1].salary", "unknown key"),
    ("{months: 1, sales: \"50000.00\"}", "{months: 1, sales: 5, rank: x}",
     "ranks.levels[1].qualification.rank", "unknown key"),
    ("law: 1-1", "law: 1-1\nextra: {}", "extra", "unknown key"),
    ("money: {currency: CNY, unit: \"0.01\", rounding: half_up}", "money: CNY", "money", "mapping"),
    ("money: {currency: CNY, unit: \"0.01\", rounding: half_up}", "", "money", "missing"),
    ("{months: 1, sales: \"50000.00\"}", "yes", "ranks.levels[1].qualification", "mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "place", "reason"), REFUSALS)
def test_one_mistake_gives_one_problem_at_its_place(old: str, new: str, place: str, reason: str) -> None:
    [(found, why)] = problems(changed(old, new))
    assert found == place
    assert reason in why


def test_all_mistakes_are_told_at_once() -> None:
    text = changed("tier_mode: whole", "tier_mode: half").replace("day_basis: calendar", "day_basis: lunar")
    text = text.replace('threshold_wage: "1680.00"', 'threshold_wage: "9999.00"')
    assert [place for place, _reason in problems(text)] == [
        "ranks.levels[2].threshold_wage",
        "commission.tier_mode",
        "assessment.day_basis",
    ]


def test_a_wrong_salary_is_not_compared_with_the_threshold_wage() -> None:
    assert problems(changed('base_salary: "2000.00"', "base_salary: much")) == [
        ("ranks.levels[1].base_salary", "“much” is not a number")
    ]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("law: 1-1\nname: a\nlaw: 1-2\n", "line 3", "stands twice"),
        ("money: {unit: 1, unit: 2}", "line 1", "stands twice"),
        ("? [a]\n: b", "line 1", "plain text"),
        ("a: &x 1\nb: 2", "line 1", "anchors"),
        ("a: 1\nb: *x", "line 2", "aliases"),
        ("a: !!float 1.5", "line 1", "tags"),
        ("a: ! 1", "line 1", "tags"),
        ("a: !!timestamp nonsense", "line 1", "tags"),
        ("a: !!python/object/apply:os.system [x]", "line 1", "tags"),
        ("!!map {a: 1}", "line 1", "tags"),
        ("a: " + "[" * 1000, "line 1", "too deep"),
        ("\n".join(" " * depth + "a:" for depth in range(300)), "line 12", "too deep"),
        ("a: [1, 2", "", "YAML"),
        ("a: 1\n---\nb: 2", "", "YAML"),
        ("a: \x00", "", "YAML"),
        ("a: b\n" * 30_000, "", "too long"),
        ("", "", "mapping"),
        ("- a", "", "mapping"),
        ("just words", "", "mapping"),
    ],
)
def test_what_is_no_plain_mapping_is_refused(text: str, place: str, reason: str) -> None:
    found, why = problems(text)[0]
    assert found == place
    assert reason in why


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\n"
        + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(24)),
        "[" * 90_000,
        "{" * 90_000,
        "a: " + "9" * 90_000,
        "ranks:\n  levels:\n" + "  - {}\n" * 12_000,
        "law: [" + "x," * 45_000 + "]",
        "\n".join(f"k{n}: 1" for n in range(9_000)),
    ],
    ids=["laughs", "brackets", "braces", "digits", "rows", "articles", "keys"],
)
def test_a_hostile_text_is_refused_soon_and_briefly(text: str) -> None:
    started = time.monotonic()
    found = problems(text)
    assert time.monotonic() - started < 20
    assert max(len(place) + len(why) for place, why in found) < 300


def test_problems_are_told_in_the_readers_language() -> None:
    with translation.override("zh-hans"):
        [(place, why)] = problems(changed("tier_mode: whole", "tier_mode: whole\n  bonus: 1"))
    assert (place, why) == ("commission.bonus", "未知的键")


def test_the_shipped_plan_is_the_one_in_the_first_migration() -> None:
    plans = Path(__file__).resolve().parents[2] / "rulebook" / "plans"
    assert [path.name for path in plans.iterdir()] == ["2011-04.yaml"]
    assert isinstance(PLAN, Plan)
