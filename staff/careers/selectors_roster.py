"""Who was where in a month: read once, then asked in memory."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from rulebook.month import Month
from staff.assessment.rules import Stretch, is_full_month, stretches_of
from staff.careers.rules import PostSpan, RankSpan
from staff.models import Absence, Department, Employee, Post, RankHolding


@dataclass(frozen=True, slots=True)
class Person:
    """One employee's posts and ranks up to the month's end; amounts in CNY."""

    id: int
    number: str
    name: str
    bank_name: str
    bank_account: str
    month: Month
    posts: tuple[PostSpan, ...]
    ranks: tuple[RankSpan, ...]
    is_protected: bool

    def post_on(self, day: dt.date) -> PostSpan | None:
        """The post held on a day, or None when not in post."""
        for post in reversed(self.posts):
            if post.start <= day:
                return post if post.end is None or day < post.end else None
        return None

    def rank_on(self, day: dt.date) -> str:
        """The rank held on a day, or ""."""
        for rank in reversed(self.ranks):
            if rank.start <= day:
                return rank.rank if rank.end is None or day < rank.end else ""
        return ""

    @property
    def stretches(self) -> list[Stretch]:
        """The month's stretches in post."""
        return stretches_of(self.posts, self.month)

    @property
    def last_post(self) -> PostSpan | None:
        """Where the person stood on the last day in post in the month; None if not in post in it at all."""
        last = self.posts[-1] if self.posts else None
        return last if last and (last.end is None or last.end > self.month.first) else None

    @property
    def last_support_post(self) -> PostSpan | None:
        """The last post in support that reaches into the month."""
        in_month = (post for post in self.posts if post.end is None or post.end > self.month.first)
        return next((post for post in reversed(list(in_month)) if not post.in_sales), None)

    @property
    def rank_in_month(self) -> str:
        """The rank held in the month by whoever was in sales on any day of it, the latest one; else ""."""
        rank = self.ranks[-1] if self.ranks else None
        return rank.rank if rank and (rank.end is None or rank.end > self.month.first) else ""

    @property
    def last_rank(self) -> str:
        """The latest rank ever held up to the month's end, or ""."""
        return self.ranks[-1].rank if self.ranks else ""

    def was_in_sales_by(self, day: dt.date) -> bool:
        """Whether the person was in sales on the day or at any time before."""
        return bool(self.ranks) and self.ranks[0].start <= day

    @property
    def entered_sales_on(self) -> dt.date | None:
        """When the spell in sales that lasts to the month's end began; None outside sales."""
        start: dt.date | None = None
        left_on: dt.date | None = None
        for post in self.posts:
            if not post.in_sales:
                start = None
            elif start is None or left_on != post.start:
                start = post.start
            left_on = post.end
        return start

    @property
    def is_assessed(self) -> bool:
        """A full month in sales without protected absence is assessed (1-4.1, 1-3.6)."""
        stretches = self.stretches
        return is_full_month(stretches, self.month) and stretches[0].in_sales and not self.is_protected


@dataclass(frozen=True, slots=True)
class DepartmentPlace:
    """A department's name and branch."""

    name: str
    branch: int


@dataclass(slots=True)
class Roster:
    """Everybody who was ever in post up to the month's end.

    Who is left out is known, and credited, but not paid: bad data keeps the pay from being computed.
    """

    month: Month
    people: dict[int, Person]
    departments: dict[int, DepartmentPlace]
    branch_names: dict[int, str]
    left_out: Collection[int] = ()
    _homes: dict[int, int] = field(init=False)
    _at_home: dict[int, list[Person]] = field(init=False)
    _in_support: dict[int, list[tuple[Person, int]]] = field(init=False)

    def __post_init__(self) -> None:
        self._homes, self._at_home, self._in_support = {}, defaultdict(list), defaultdict(list)
        for person in self.people.values():
            if post := person.last_post:
                home = self._homes[person.id] = self.departments[post.department].branch
                if person.id not in self.left_out:
                    self._at_home[home].append(person)
            if post := person.last_support_post:
                self._in_support[self.departments[post.department].branch].append((person, post.department))

    def home_of(self, employee: int | None) -> int | None:
        """The branch that pays a person for the month: where he stood on the last day in post; None if not in post."""
        return None if employee is None else self._homes.get(employee)

    def post_on(self, employee: int | None, day: dt.date) -> PostSpan | None:
        """The post that anybody, also somebody hired later, held on a day; None when not in post."""
        person = None if employee is None else self.people.get(employee)
        return person.post_on(day) if person else None

    def paid_post_on(self, employee: int | None, day: dt.date) -> PostSpan | None:
        """The post that somebody whom the month pays held on a day, perhaps of an earlier month; else None.

        Cash that counts late pays nobody who left before the month that it counts in.
        """
        if day < self.month.first and self.home_of(employee) is None:
            return None
        return self.post_on(employee, day)

    def runs_on_into_month(self, employee: int) -> bool:
        """Whether a person is in post on the last day of the month before and on the month's first, in any post."""
        first = self.month.first
        return all(self.post_on(employee, day) is not None for day in (first - dt.timedelta(days=1), first))

    def at_home(self, branch: int) -> Sequence[Person]:
        """The people the branch pays for the month, by staff number."""
        return self._at_home[branch]

    def gone_from(self, branch: int, people: Collection[int]) -> Sequence[Person]:
        """Those of `people` (ids) who left before the month, from the branch."""
        known = (self.people[person] for person in sorted(people) if person in self.people)
        gone = (person for person in known if person.posts and person.id not in self._homes)
        return [person for person in gone if self.departments[person.posts[-1].department].branch == branch]

    def support_staff(self, branch: int) -> Sequence[tuple[Person, int]]:
        """The people whose last support post in the month was in the branch, each with its department."""
        return self._in_support[branch]


def read_roster(month: Month) -> Roster:
    """Read all posts, ranks and protected absences that begin up to the month's end; a fixed number of queries."""
    departments = {row.pk: row for row in Department.objects.select_related("branch")}
    posts: dict[int, list[PostSpan]] = defaultdict(list)
    for employee, department, start, end, salary in (
        Post.objects.filter(start__lte=month.last)
        .order_by("employee", "start")
        .values_list("employee", "department", "start", "end", "base_salary")
    ):
        in_sales = departments[department].system == Department.System.SALES
        posts[employee].append(PostSpan(department, in_sales, start, end, salary))
    ranks: dict[int, list[RankSpan]] = defaultdict(list)
    for employee, rank, start, end in (
        RankHolding.objects.filter(start__lte=month.last)
        .order_by("employee", "start")
        .values_list("employee", "rank", "start", "end")
    ):
        ranks[employee].append(RankSpan(rank, start, end))
    protected = set(
        Absence.objects.filter(kind__in=Absence.PROTECTED, start__lte=month.last, end__gte=month.first).values_list(
            "employee", flat=True
        )
    )
    people = {
        employee: Person(
            id=employee,
            number=number,
            name=name,
            bank_name=bank_name,
            bank_account=bank_account,
            month=month,
            posts=tuple(posts[employee]),
            ranks=tuple(ranks[employee]),
            is_protected=employee in protected,
        )
        for employee, number, name, bank_name, bank_account in Employee.objects.filter(hired_on__lte=month.last)
        .order_by("number")
        .values_list("id", "number", "name", "bank_name", "bank_account")
    }
    return Roster(
        month=month,
        people=people,
        departments={pk: DepartmentPlace(row.name, row.branch_id) for pk, row in departments.items()},
        branch_names={row.branch_id: row.branch.name for row in departments.values()},
    )
