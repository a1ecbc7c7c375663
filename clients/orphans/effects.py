"""What assigning orphans would do, before it is done: checked, counted, and told by a digest (1-6)."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.decisions.effect import digest_of
from access.models import User
from access.reach import within_reach
from access.refusals import Refused
from clients.models import Assignment, ClientStatus, Handover, OrphanClient
from clients.selectors import pool_rule, with_value
from periods.bulk import any_of
from periods.selectors import is_locked
from rulebook.month import Month
from rulebook.wording import month_text
from staff.models import Absence, Department, Employee, Post, RankAssessment

ANYBODY = Q()
MOST = 500
"""How many orphans are assigned at once."""


class AssignRefused(Refused):
    """Nothing is assigned; `reason` says why in the user's language, `field` which input it is about, if one."""


@dataclass(frozen=True, slots=True)
class WantedDevelopers:
    """Which orphan (client id) is to be developed by whom (employee id), from a day on."""

    pairs: Sequence[tuple[int, int]]
    day: dt.date


@dataclass(frozen=True, slots=True)
class SalesPerson:
    """Who may develop orphans: in post in sales; how many the person develops now, and whether absent today."""

    pk: int
    number: str
    name: str
    branch: int
    branch_code: str
    branch_name: str
    load: int
    is_away: bool

    @property
    def label(self) -> str:
        """How the person is chosen from a list."""
        return f"{self.name} ({self.number})"

    @property
    def note(self) -> str:
        """What counts in choosing the person."""
        told = [self.branch_name, _("develops %(count)s") % {"count": self.load}]
        return " · ".join([*told, _("on leave")] if self.is_away else told)


@dataclass(frozen=True, slots=True)
class AssignedOrphan:
    """One orphan and its developer to be."""

    orphan: Any
    developer: SalesPerson


@dataclass(frozen=True, slots=True)
class AssignEffect:
    """What would be done: each move, and the loads it leads to; until when it is to be accepted (None: at once)."""

    day: dt.date
    moves: Sequence[AssignedOrphan]
    hours_to_accept: int

    @property
    def loads(self) -> list[tuple[SalesPerson, int, int]]:
        """Each developer, how many orphans before and after."""
        got = Counter(move.developer.pk for move in self.moves)
        people = {move.developer.pk: move.developer for move in self.moves}
        taken = Counter(move.orphan.developer_id for move in self.moves)
        return [(one, one.load, one.load + got[pk] - taken[pk]) for pk, one in people.items()]

    @property
    def sentence(self) -> str:
        """What will happen."""
        facts = {"count": len(self.moves), "people": len(self.loads), "day": self.day.isoformat()}
        return _("%(count)s orphan clients go to %(people)s sales people, from %(day)s on.") % facts

    @property
    def notes(self) -> list[str]:
        """What else follows."""
        told = []
        if self.hours_to_accept:
            hours = {"hours": self.hours_to_accept}
            told.append(
                _("Each is to be accepted within %(hours)s hours; what is not goes back to the pool by itself.") % hours
            )
        taken = [move for move in self.moves if move.orphan.developer_id is not None]
        if taken:
            text = ngettext(
                "%(count)s is taken from the present developer.", "%(count)s are taken from their present developers.",
                len(taken),
            )  # fmt: skip
            told.append(text % {"count": len(taken)})
        away = sorted({move.developer.name for move in self.moves if move.developer.is_away})
        if away:
            told.append(_("On leave today: %(names)s.") % {"names": _(", ").join(away)})
        told.append(_("It stays an orphan until a sales person closes a contract with it (1-6)."))
        return told

    @property
    def digest(self) -> str:
        """A hash of all that it would do: what is confirmed is what was seen."""
        moves = {(move.orphan.pk, move.developer.pk, move.orphan.developer_id) for move in self.moves}
        return digest_of([self.day, self.hours_to_accept, moves])


def orphans_within_reach(viewer: User) -> QuerySet[Any]:
    """The pool for the viewer, oldest first, with what each client is worth."""
    rows = within_reach(viewer, OrphanClient.objects.order_by("since", "pk"))
    return with_value(rows.select_related("client", "deal_maker", "branch", "developer"), "client")


def sales_people(viewer: User, day: dt.date, among: Q = ANYBODY) -> list[SalesPerson]:
    """Who is in post in sales on the day and today, within the viewer's reach, by staff number; one query."""
    today = timezone.localdate()
    posts = Post.objects.filter(employee=OuterRef("pk"), department__system=Department.System.SALES)
    now = posts.filter(start__lte=today).exclude(end__lte=today)
    then = posts.filter(start__lte=day).exclude(end__lte=day)
    developed = OrphanClient.objects.filter(developer=OuterRef("pk")).order_by().values("developer")
    rows = (
        within_reach(viewer, Employee.objects.order_by("number"))
        .filter(among, Exists(then))
        .annotate(
            branch=Subquery(now.values("department__branch")[:1]),
            branch_code=Subquery(now.values("department__branch__code")[:1]),
            branch_name=Subquery(now.values("department__branch__name")[:1]),
            load=Coalesce(Subquery(developed.annotate(count=Count("pk")).values("count")), 0),
            is_away=Exists(Absence.objects.filter(employee=OuterRef("pk"), start__lte=today, end__gte=today)),
        )
        .filter(branch__isnull=False)
    )
    names = ("pk", "number", "name", "branch", "branch_code", "branch_name", "load", "is_away")
    return [SalesPerson(**row) for row in rows.values(*names)]


def scores_of(people: Sequence[SalesPerson]) -> tuple[Month | None, Mapping[int, Decimal]]:
    """The last assessed month, and by employee id the sales of that month / the quota of the rank held, at least 0."""
    last = RankAssessment.objects.aggregate(last=Max("month"))["last"]
    if last is None:
        return None, {}
    month = last if isinstance(last, Month) else Month.of(last)
    rows = RankAssessment.objects.filter(month=month, employee__in=any_of(one.pk for one in people))
    scores: dict[int, Decimal] = {}
    for row in rows.prefetch_related("plan_version"):
        quota = row.plan_version.plan.rank(row.rank).monthly_quota
        scores[row.employee_id] = max(row.sales / quota, Decimal(0)).quantize(Decimal("0.0001"))
    return month, scores


def effect_of_assigning(wanted: WantedDevelopers, viewer: User) -> AssignEffect:
    """What assigning would do. Raises AssignRefused when it can't be done, naming client, person or day."""
    require_open_day(wanted.day)
    if not wanted.pairs:
        raise AssignRefused(_("Pick the clients in the pool first."))
    if len(wanted.pairs) > MOST:
        raise AssignRefused(_("At most %(most)s clients at once.") % {"most": MOST})
    keys = [client for client, _developer in wanted.pairs]
    orphans = {orphan.pk: orphan for orphan in orphans_within_reach(viewer).filter(client__in=any_of(keys))}
    if len(orphans) < len(set(keys)):
        raise AssignRefused(_("Some of these clients are in the pool no longer: pick anew."))
    people = {one.pk: one for one in sales_people(viewer, wanted.day)}
    moves = []
    for client, developer in wanted.pairs:
        if developer not in people:
            raise AssignRefused(_("Not in post in a sales department on that day and today."), "developer")
        moves.append(AssignedOrphan(orphans[client], people[developer]))
    _require_nothing_since(moves, wanted.day)
    return AssignEffect(wanted.day, moves, pool_rule(timezone.localdate()).hours_to_accept)


def require_open_day(day: dt.date) -> None:
    """Raise AssignRefused for a day to come, or one in a locked month."""
    if day > timezone.localdate():
        raise AssignRefused(_("That day is still to come."), "day")
    month = Month.of(day)
    if is_locked(month):
        text = _("%(month)s is locked: choose a day after it.") % {"month": month_text(month)}
        raise AssignRefused(text, "day")


def _require_nothing_since(moves: Sequence[AssignedOrphan], day: dt.date) -> None:
    """An assignment is the newest turn of its client, and the only one of its day."""
    clients = any_of(move.orphan.pk for move in moves)
    turned = dict(
        ClientStatus.objects.filter(client__in=clients).order_by().values_list("client").annotate(last=Max("since"))
    )
    assigned = set(Assignment.objects.filter(client__in=clients, date=day).values_list("client", flat=True))
    returned = Handover.objects.filter(client__in=clients, day=day, answer__in=Handover.RETURNED)
    refusers = set(returned.values_list("client", "developer"))
    for move in moves:
        facts = {"client": move.orphan.client, "developer": move.developer.name, "day": day.isoformat()}
        if move.orphan.developer_id == move.developer.pk:
            raise AssignRefused(_("%(developer)s develops %(client)s already.") % facts, "developer")
        if (move.orphan.pk, move.developer.pk) in refusers:
            text = _("%(developer)s gave %(client)s back on %(day)s: choose another, or a later day.")
            raise AssignRefused(text % facts, "developer")
        if move.orphan.pk in assigned and move.orphan.developer_id is not None:
            raise AssignRefused(_("%(client)s was assigned on %(day)s already.") % facts, "day")
        if turned[move.orphan.pk] > day:
            facts["since"] = turned[move.orphan.pk].isoformat()
            raise AssignRefused(_("%(client)s has changed on %(since)s: choose a day from then on.") % facts, "day")
