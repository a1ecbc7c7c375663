"""Who shares in the branches' support bonus of a month by which weight, from whose hand, and how it was last month."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, Subquery

from access.history.hands import Hand
from compensation.models import SupportShare, SupportWeight
from compensation.month.selectors import support_posts
from monthend.by_hand.deeds import Weighed
from rulebook.money import ZERO
from rulebook.month import Month

_SHARES = "employee__support_shares"


def weights_of(month: Month, changes: Sequence[Any]) -> list[Weighed]:
    """Everybody with a weight or a share last month in a branch whose pool is shared: whose share rose most first; one
    query."""
    hands = {change.row_id: Hand.of(change) for change in changes}
    rows = _rows(month)
    sharers: dict[int, set[int]] = {}
    for row in rows:
        sharers.setdefault(row.department.branch_id, set()).add(row.employee_id)
    found = []
    for row in rows:
        branch, hand = row.department.branch, hands.get(row.weight_key)
        before = Fraction(row.weight_before) / Fraction(row.total_before) if row.branch_before == branch.pk else None
        share = Fraction(row.weight_now) / Fraction(row.total_now) if row.total_now else None
        if row.weight_key is None and before is None:
            continue
        found.append(
            Weighed(
                person=row.employee,
                branch=branch,
                weight=row.weight,
                share=share,
                amount=row.amount_now,
                before=before,
                had_shares=row.had_shares,
                hand=hand,
                is_own=hand is not None and hand.is_one_of(sharers[branch.pk]),
            )
        )
    return sorted(found, key=lambda one: (not one.jumped, not one.rose, -(one.amount or ZERO), one.person.number))


def _rows(month: Month) -> list[Any]:
    """The posts in support of branches whose pool is shared, with the weight, and the shares of both months."""
    weight = SupportWeight.objects.filter(month=month, employee=OuterRef("employee"))
    shared = SupportShare.objects.filter(branch=OuterRef("department__branch")).order_by()
    posts = support_posts(month).filter(Exists(shared.filter(month=month)))
    posts = posts.annotate(
        now=FilteredRelation(_SHARES, condition=Q(**{f"{_SHARES}__month": month})),
        before=FilteredRelation(_SHARES, condition=Q(**{f"{_SHARES}__month": month - 1})),
    )
    values = {"weight_now": F("now__weight"), "total_now": F("now__total_weight"), "amount_now": F("now__amount")}
    values |= {"weight_before": F("before__weight"), "total_before": F("before__total_weight")}
    return list(
        posts.annotate(
            **values,
            branch_before=F("before__branch"),
            weight=Subquery(weight.values("weight")),
            weight_key=Subquery(weight.values("pk")),
            had_shares=Exists(shared.filter(month=month - 1)),
        ).select_related("employee", "department__branch")
    )
