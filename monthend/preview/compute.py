"""Computes months aside: step after step and month after month as the month end does, then forgets all but the sums."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, takewhile

from django.db import InterfaceError, InternalError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compensation.models import Adjustment
from monthend.models import MonthStep
from monthend.preview.figures import MonthFigures, read_figures
from monthend.preview.shadow import one_view, shadowed
from monthend.preview.what_if import WhatIf
from monthend.steps import ORDER, Inputs, compute_step
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.wording import month_text
from staff.careers.actions import hold_assessed_ranks
from staff.models import Branch
from staff.pay.selectors_missing import unpayable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PreviewComparison:
    """The same months twice: as they are, and as supposed.

    As they are means their official results or, from `computed_from` on, where there are none yet, what closing them
    would give now. `problems` say whom or what the supposed months leave out, in the user's language.
    """

    as_is: Sequence[MonthFigures]
    supposed: Sequence[MonthFigures]
    computed_from: Month | None
    problems: Sequence[str]


def compare(what_if: WhatIf) -> PreviewComparison:
    """Compute the months aside and set them beside what they are; nothing official is written or waited for.

    They begin at an official state if `what_if.first` lies not after the month to close next.
    """
    with one_view():
        official = _official_months(what_if)
        as_is = [read_figures(month) for month in official]
        computed_from = what_if.first + len(official) if len(official) < len(what_if.months) else None
        if computed_from:
            as_is += _compute_aside(WhatIf(computed_from, what_if.last)).figures
        aside = _compute_aside(what_if)
    return PreviewComparison(as_is, aside.figures, computed_from, list(dict.fromkeys(aside.problems)))


@dataclass(slots=True)
class _Aside:
    figures: list[MonthFigures] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _official_months(what_if: WhatIf) -> list[Month]:
    """The months, from the first on, that have a result which nothing has made stale."""
    computed = set(Period.objects.exclude(state=Period.State.OPEN).values_list("month", flat=True))
    return list(takewhile(computed.__contains__, what_if.months))


def _compute_aside(what_if: WhatIf) -> _Aside:
    """Compute the months one after another; each begins where the one before was locked, aside too."""
    aside = _Aside()
    with shadowed(what_if.first, what_if.last):
        what_if.suppose()
        for month in what_if.months:
            plan_version = what_if.plan_version_at(month)
            aside.problems += _compute_month(month, plan_version)
            if what_if.plan_version is not None:
                aside.problems += _kept_adjustments(month)
            aside.figures.append(read_figures(month))
            Period.objects.create(month=month, state=Period.State.LOCKED, plan_version=plan_version)
            hold_assessed_ranks(month)
    return aside


def _compute_month(month: Month, plan_version: PlanVersion) -> list[str]:
    inputs = Inputs.read(month, plan_version)
    problems = list(chain(*unpayable(inputs.roster.people.values(), plan_version.plan).values()))
    for name in ORDER:
        for branch in Branch.objects.all():
            problems += _compute_step(name, branch, inputs)
    return problems


def _kept_adjustments(month: Month) -> list[str]:
    """Adjustments are what people posted, at the rates their lines were paid with: no supposed plan changes them."""
    kept = Adjustment.objects.filter(month=month).exclude(line=None).count()
    if not kept:
        return []
    text = ngettext(
        "%(month)s: %(count)d adjustment by a correction stays as it was posted, at the rate of its original line.",
        "%(month)s: %(count)d adjustments by corrections stay as they were posted, at the rates of their original"
        " lines.",
        kept,
    )
    return [text % {"month": month_text(month), "count": kept}]


def _compute_step(name: MonthStep.Name, branch: Branch, inputs: Inputs) -> list[str]:
    """Compute a step; as in a run, one that fails is undone and named, and the others go on."""
    try:
        with transaction.atomic():
            compute_step(name, branch.pk, inputs)
    except (OperationalError, InterfaceError, InternalError):
        raise
    except Exception as problem:
        logger.exception("step %s of a preview of %s failed", name, inputs.roster.month)
        reason = f"{type(problem).__name__}: {problem}"
        facts = {"branch": branch.name, "step": name.label, "problem": reason}
        return [_("%(branch)s: %(step)s failed: %(problem)s") % facts]
    return []
