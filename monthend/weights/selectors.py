"""A branch's support staff of a month with their weights, as they stand or as somebody types them (1-7.2.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from access.decisions.effect import digest_of
from access.history.hands import Hand
from access.models import Change, User
from compensation.models import SupportPool, SupportWeight
from compensation.month.selectors import support_posts
from compensation.rules import share_support_pool
from monthend.approval.selectors import NAMED_BY, Acting, InCharge, names
from rulebook.money import ZERO
from rulebook.month import Month
from rulebook.wording import amount_text, part_text
from staff.models import Branch, Employee, Post

JUMP, FACTOR, LEAST, NEWCOMERS = Fraction(1, 10), 2, Fraction(2, 100), 3
"""What stands out: a share ten points off last month's, or twice or half of it where that is two points; a weight of
who had none last month that is three times the mean of the others."""


@dataclass(frozen=True, slots=True)
class WeightLine:
    """One person: `saved` is the weight kept, `before` last month's, None where there is none; `written` is whose hand
    the kept one is from as it stands, whoever gives it."""

    person: Employee
    post: Post
    saved: SupportWeight | None
    before: Decimal | None
    givers: Sequence[Acting]
    written: Hand | None = None

    def may_give(self, viewer: User) -> bool:
        """Whether the viewer gives this person's weight."""
        return viewer.pk in {one.user.pk for one in self.givers}

    @property
    def whose(self) -> str:
        """Who gives it, where the viewer does not."""
        return names(self.givers) or _("nobody has the role of a marketing director")


@dataclass(frozen=True, slots=True)
class WeightShare:
    """What a weight comes to: the share, in yuan where there is a pool, and how far it is from last month."""

    share: str
    amount: str
    deviation: str


@dataclass(frozen=True, slots=True)
class WeightTable:
    """A branch's month; `pool` is as the month was last computed, None before."""

    month: Month
    branch: Branch
    pool: SupportPool | None
    lines: Sequence[WeightLine]

    @property
    def amount(self) -> Decimal:
        """What is shared, in CNY."""
        return self.pool.pool if self.pool else ZERO

    @property
    def digest(self) -> str:
        """Stands for what is saved and for whom it is, to tell whether somebody else saved meanwhile."""
        return digest_of((line.person, line.saved and (line.saved.weight, line.saved.reason)) for line in self.lines)

    def parts(self, weights: Mapping[int, Decimal]) -> dict[int, WeightShare]:
        """What weights (by employee id) come to; nobody's part where they are all 0."""
        given = {line.person.number: weights[line.person.pk] for line in self.lines if line.person.pk in weights}
        total = sum((Fraction(weight) for weight in given.values()), Fraction(0))
        if not total:
            return {}
        amounts = share_support_pool(self.amount, given)
        return {
            line.person.pk: WeightShare(
                share=part_text(Fraction(given[line.person.number]) / total),
                amount=amount_text(amounts[line.person.number]) if self.pool else "–",
                deviation=self._deviation(line, weights),
            )
            for line in self.lines
            if line.person.number in given
        }

    def _deviation(self, line: WeightLine, weights: Mapping[int, Decimal]) -> str:
        """How a share differs from last month's among those who had one then, where that stands out; in words."""
        known = [one for one in self.lines if one.before is not None and one.person.pk in weights]
        if line.before is None:
            others = [weights[one.person.pk] for one in self.lines if one != line and one.person.pk in weights]
            mean = Fraction(sum(others, ZERO)) / len(others) if others else Fraction(0)
            if mean and Fraction(weights[line.person.pk]) >= NEWCOMERS * mean:
                return _("far more than the others")
            return ""
        before = _share(line.before, [one.before for one in known if one.before is not None])
        now = _share(weights[line.person.pk], [weights[one.person.pk] for one in known])
        if before is None or now is None or not stands_out(before, now):
            return ""
        return _("last month %(before)s") % {"before": part_text(before)}


def read_table(month: Month, branch: Branch, in_charge: InCharge) -> WeightTable:
    """Read the table, in four queries."""
    posts = support_posts(month).filter(department__branch=branch).select_related("employee__user", "department")
    found = list(posts)
    people = [post.employee_id for post in found]
    weights = {
        (row.month, row.employee_id): row
        for row in SupportWeight.objects.filter(month__in=[month - 1, month], employee__in=people)
    }
    written = last_written(SupportWeight.objects.filter(month=month, employee__in=people))
    lines = []
    for post in found:
        saved = weights.get((month, post.employee_id))
        before = weights.get((month - 1, post.employee_id))
        lines.append(
            WeightLine(
                person=post.employee,
                post=post,
                saved=saved,
                before=before.weight if before else None,
                givers=in_charge.weighers_of(post.employee, branch.pk),
                written=written.get(saved.pk) if saved else None,
            )
        )
    pool = SupportPool.objects.filter(month=month, branch=branch).first()
    return WeightTable(month, branch, pool, lines)


def last_written(weights: QuerySet[SupportWeight]) -> dict[int, Hand]:
    """Whose hand each weight (by key) is from as it stands; one query."""
    keys = weights.order_by().values("pk")
    changes = Change.objects.filter(model=SupportWeight._meta.label_lower, row_id__in=keys)
    latest = changes.select_related(f"by__{NAMED_BY}").order_by("row_id", "-pk").distinct("row_id")
    return {change.row_id: Hand.of(change) for change in latest}


def table_address(month: Month, branch: int) -> str:
    """The address of a branch's weights of a month."""
    return reverse("admin:compensation_supportweight_table", args=[month, branch])


def branches_address(month: Month) -> str:
    """The address of all branches' weights of a month."""
    return reverse("admin:compensation_supportweight_branches", args=[month])


def _share(weight: Decimal, of: Sequence[Decimal]) -> Fraction | None:
    total = Fraction(sum(of, ZERO))
    return Fraction(weight) / total if total else None


def stands_out(before: Fraction, now: Fraction) -> bool:
    """Whether a share is far from last month's."""
    change = abs(now - before)
    is_multiple = now >= FACTOR * before or before >= FACTOR * now
    return change >= JUMP or (change >= LEAST and is_multiple)
