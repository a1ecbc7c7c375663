"""Who shares in the branches' support bonus of a month, and whose weight nobody has said (1-7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from access.decisions.effect import Sentence
from compensation.models import SupportPool, SupportShare, SupportWeight
from rulebook.month import Month
from rulebook.wording import amount_text, month_text
from staff.models import Department, Employee, Post


@dataclass(frozen=True, slots=True)
class PoolToShare:
    """A pool, whether it is shared, and who of the branch's support has no weight, not even 0."""

    pool: SupportPool
    is_shared: bool
    without_weight: Sequence[Employee]

    @property
    def text(self) -> Sentence:
        """Who has no weight and what they go without, as a sentence."""
        words = _("%(branch)s: %(people)s have no weight for %(month)s and get nothing of its pool of %(pool)s yuan.")
        words %= {
            "branch": self.pool.branch.name,
            "people": _(", ").join(f"{person.name} ({person.number})" for person in self.without_weight),
            "month": month_text(self.pool.month),
            "pool": amount_text(self.pool.pool),
        }
        return Sentence(words, "without weight", self.pool.branch, self.without_weight, self.pool.pool)


def support_posts(month: Month) -> QuerySet[Post]:
    """The last post in support of everybody who is in support on any day of the month: where they share (1-7)."""
    in_month = Post.objects.filter(
        Q(end=None) | Q(end__gt=month.first), start__lte=month.last, department__system=Department.System.SUPPORT
    )
    latest = in_month.order_by("employee_id", "-start").distinct("employee_id").values("pk")
    return Post.objects.filter(pk__in=latest).order_by("employee__number")


def sharing_with(month: Month, person: int | None) -> set[int]:
    """The people (keys) who share in the pool of the branch in whose support a person is that month; the person too."""
    own = support_posts(month).filter(employee=person).order_by().values("department__branch")
    rows = support_posts(month).filter(department__branch__in=own)
    return set(rows.values_list("employee", flat=True))


def sharing_in(month: Month, branch: int) -> set[int]:
    """The people (keys) who share in the pool of a branch (key)."""
    return set(support_posts(month).filter(department__branch=branch).order_by().values_list("employee", flat=True))


def pools_to_share(month: Month) -> list[PoolToShare]:
    """The month's pools with something in them, by branch; one query."""
    weighed = SupportWeight.objects.filter(month=month, employee=OuterRef("employee"))
    posts = support_posts(month).filter(~Exists(weighed), department__branch=OuterRef("branch"))
    shares = SupportShare.objects.filter(month=month, branch=OuterRef("branch"))
    person = JSONObject(id="employee__pk", number="employee__number", name="employee__name")
    pools = SupportPool.objects.filter(month=month, pool__gt=0).select_related("branch").order_by("branch__code")
    return [
        PoolToShare(pool, pool.is_shared, [Employee(**one) for one in pool.missing])
        for pool in pools.annotate(is_shared=Exists(shares), missing=ArraySubquery(posts.values(person=person)))
    ]
