"""Branches' targets of a month that were set or changed after it began, and what that does to the pools."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from access.history.hands import Hand
from access.models import Change
from compensation.models import SupportPool
from compensation.rules import support_bonus_tier, support_pool
from monthend.by_hand.deeds import Deed, DeedKind, Sharers
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import amount_text, sentences_text, share_text
from staff.models import Branch, Target
from staff.targets.rules import BranchResult

Kind = Change.Kind


def late_targets(month: Month, changes: Sequence[Any], sharers: Sharers) -> Iterator[Deed]:
    """One deed for each branch whose target is another than when the month began, by its latest change; two queries
    where there are any, another where a target was taken away, and where one was added. What came along with the branch
    itself, as in a company's first workbook, could be no sooner.
    """
    if not changes:
        return
    targets = {target.pk: target for target in Target.objects.filter(month=month).select_related("branch")}
    now = {target.branch_id: target.amount for target in targets.values()}
    by_branch: dict[int, list[Any]] = {}
    for change in changes:
        key = targets[change.row_id].branch_id if change.row_id in targets else (change.before or {}).get("branch_id")
        if key is not None:
            by_branch.setdefault(key, []).append(change)
    branches = {target.branch_id: target.branch for target in targets.values()}
    if without := by_branch.keys() - branches.keys():
        branches |= Branch.objects.in_bulk(without)
    entered = _by_what_entered({key for key, rows in by_branch.items() if any(one.kind == Kind.ADDED for one in rows)})
    pools = {pool.branch_id: pool for pool in SupportPool.objects.filter(month=month).select_related("plan_version")}
    for key, changes_of_branch in by_branch.items():
        rows = [one for one in changes_of_branch if one.kind != Kind.ADDED or _by_what(one) != entered.get(key)]
        becomes = now.get(key)
        was = _was(rows, becomes)
        if rows and was != becomes:
            hand, told = Hand.of(rows[-1]), _TargetEffect(was, becomes, pools.get(key))
            is_own = hand.is_one_of(sharers.get(key, frozenset()))
            yield Deed(DeedKind.TARGET, branches[key], told.sentence(branches[key]), told.amount, hand, is_own=is_own)


def _by_what_entered(branches: Collection[int]) -> dict[int, tuple[Any, ...]]:
    """By whom, from where, by which page or file and on which day each branch (key) was entered."""
    if not branches:
        return {}
    rows = Change.objects.filter(model=Branch._meta.label_lower, kind=Kind.ADDED, row_id__in=branches)
    return {change.row_id: _by_what(change) for change in rows}


def _by_what(change: Any) -> tuple[Any, ...]:
    # Of files that the console imports the name alone is known, and the next one may have the same.
    return (change.by_id, change.source, change.origin, change.origin_id, timezone.localdate(change.at))


def _was(changes: Sequence[Any], now: Decimal | None) -> Decimal | None:
    """The target (CNY) before it was first changed; None where it was first set after the month began, and stands."""
    was = next((Decimal(one.was_amount) for one in changes if one.was_amount is not None), None)
    return None if was == now and any(one.kind == Kind.ADDED for one in changes) else was


class _TargetEffect:
    """What another target (CNY) does to the rate of a branch's pool and to the pool (CNY), as last computed."""

    def __init__(self, was: Decimal | None, now: Decimal | None, pool: SupportPool | None) -> None:
        self._was, self._now, self._pool = was, now, pool
        self.rate = self.amount = None
        if pool is not None and was is not None and now is not None:
            rule, rated = pool.plan_version.plan.support_bonus, pool.rated_target - now + was
            tier = support_bonus_tier(rule, BranchResult(pool.rated_sales, rated, pool.rated_sales, rated))
            self.rate = tier.rate if tier else ZERO
            self.amount = pool.pool - (support_pool(pool.sales, tier) if pool.has_staff else ZERO)

    def sentence(self, branch: Branch) -> Sentence:
        """From what to what, and the rate before and after."""
        facts: Mapping[str, Any] = {"branch": branch, "was": amount_text(self._was), "now": amount_text(self._now)}
        words = [_("%(branch)s: target %(was)s → %(now)s.") % facts]
        if self._pool is not None and self.rate is not None:
            rates = {"was": share_text(self.rate), "now": share_text(self._pool.rate)}
            words.append(_("Rate of the support bonus %(was)s → %(now)s.") % rates)
        return Sentence(sentences_text(words), "target", self._was, self._now, self.rate)
