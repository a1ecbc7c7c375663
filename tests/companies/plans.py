"""Random plans: every setting, and other numbers, some coming into force between two months."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

import rulebook
from rulebook.month import Month
from rulebook.plan import Plan
from rulebook.plan_text.parser import parse_plan

TEXT = (Path(rulebook.__file__).parent / "plans" / "2011-04.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class PlanText:
    """A plan and the text that it is read from."""

    text: str
    plan: Plan


def make_plans(seed: int, months: tuple[Month, ...]) -> tuple[PlanText, ...]:
    """One to three versions for the months of a company; the ranks' codes are the same in all."""
    chance = random.Random(f"plans {seed}")  # noqa: S311 - nothing secret
    later = sorted(chance.sample(months[1:], chance.choice([0, 1, 1, 2])))
    return tuple(_vary(chance, start) for start in (months[0], *later))


def _vary(chance: random.Random, start: Month) -> PlanText:
    """The law's plan with other settings and, half of the time, other numbers."""
    data = yaml.safe_load(TEXT)
    data["version"] = str(start)
    data["effective_from"] = start.first
    _set(data["commission"], chance, after_leaving_sales=("nobody", "closer", "owner"))
    _set(data["commission"], chance, assist_paid_by=("company", "developer"), assist_share=("0.10", "0.15", "0.333333"))
    _set(data["assessment"], chance, demotion_cycle_months=("1", "2", "2", "3"))
    _set(data["assessment"], chance, threshold_months_to_review=("2", "1", "3"))
    _set(data["assessment"], chance, day_basis=("calendar", "monthly_days_21_75"))
    _set(data["support_bonus"], chance, scope=("branch", "company"))
    for fund in ("client_relations", "company_activity"):
        _set(data["funds"][fund], chance, scope=("branch", "company"), usable_months=("3", "1", "2"))
    if chance.random() < 0.5:
        _vary_ranks(data, chance)
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    return PlanText(text, parse_plan(text))


def _set(section: dict[str, object], chance: random.Random, **options: tuple[str, ...]) -> None:
    for name, values in options.items():
        section[name] = chance.choice(values)


def _vary_ranks(data: Mapping[str, dict[str, list[dict[str, object]]]], chance: random.Random) -> None:
    """Other wages, thresholds and qualifications; the tiers and quotas stay as they are."""
    for level in data["ranks"]["levels"]:
        level["base_salary"] = chance.choice([level["base_salary"], "3333.33", "4321.09"])
        level["threshold_wage"] = chance.choice(["1000.00", "1280.01", "0.00"])
        level["threshold_sales"] = chance.choice([level["threshold_sales"], "0.00", "33333.33"])
        if level["qualification"]:
            level["qualification"] = {"months": chance.choice(["1", "2", "3"]), "sales": "120000.00"}
            level["demotion_sales"] = chance.choice([level["demotion_sales"], "50000.00"])
