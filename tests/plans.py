"""The plan that the tests compute with."""

from pathlib import Path

import rulebook
from rulebook.plan import Plan
from rulebook.plan_text.parser import parse_plan

PLAN_TEXT = (Path(rulebook.__file__).parent / "plans" / "2011-04.yaml").read_text(encoding="utf-8")
PLAN: Plan = parse_plan(PLAN_TEXT)
