"""The page of a year's awards: its table, narrowed, sorted and turned page by page as the address says."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, address
from access.pages.records import Cell, Tone
from access.reach import within_reach
from access.rights import Right, may
from compensation.awards.pages import (
    decide_address,
    moves_text,
    place_text,
    reached,
    rounded,
    rounded_share,
    standing_text,
    state_cell,
)
from compensation.awards.selectors import Months, PersonYear, months_of, people_of
from compensation.models import AwardDecision, AwardKind, AwardRecommendation
from compensation.rights import may_decide_awards, may_recommend
from rulebook.cells import amount, number, text
from staff.models import Branch, Department, Employee
from staff.reach import others_of_branch

SALES, SUPPORT = "sales", "support"
PER_PAGE = 50
System = Department.System


@dataclass(frozen=True, slots=True)
class YearColumn:
    """A column of the table: how a person's cell reads and, where it can be sorted by, what it is sorted by.

    A minor one is left out where the screen is narrow, unless the table is sorted by it.
    """

    key: str
    heading: str
    cell: Callable[[PersonYear], Cell]
    value: Callable[[PersonYear], Any] | None = None
    is_number: bool = True
    is_minor: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: where it leads to, and how the table is sorted by it now ("ascending", "descending")."""

    text: str
    href: str
    sorted: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class AwardLine:
    """One person's row: figures, what was recommended and decided, and what the viewer can do."""

    name: Cell
    where: str
    cells: Sequence[tuple[str, Cell, bool]]
    awards: Sequence[Cell]
    ways: Sequence[Cell]


@dataclass
class AwardYear:
    """A year as asked for by an address, within a viewer's reach."""

    year: int
    viewer: User
    asked: QueryDict
    months: Months = field(init=False)

    def __post_init__(self) -> None:
        self.months = months_of(self.year)

    @property
    def system(self) -> str:
        """Whose table it is: that of sales or of support."""
        return SUPPORT if self.asked.get("system") == SUPPORT else SALES

    @property
    def branch(self) -> int | None:
        """The branch that the table is narrowed to."""
        asked = self.asked.get("branch", "")
        return int(asked) if asked.isdecimal() else None

    @property
    def is_recommended_only(self) -> bool:
        """Whether only people show who are recommended or decided on."""
        return bool(self.asked.get("recommended"))

    @cached_property
    def branches(self) -> list[Branch]:
        """The branches to choose from."""
        return list(within_reach(self.viewer, Branch.objects.all()))

    @cached_property
    def _people(self) -> list[PersonYear]:
        return people_of(self.months, self.viewer)

    @cached_property
    def recommendations(self) -> Mapping[int, list[AwardRecommendation]]:
        """The year's recommendations by employee id."""
        if not may(self.viewer, Right.VIEW, AwardRecommendation):
            return {}
        rows = AwardRecommendation.objects.filter(year=self.year).select_related("employee")
        return _by_person(within_reach(self.viewer, rows))

    @cached_property
    def decisions(self) -> Mapping[int, list[AwardDecision]]:
        """The year's awards by employee id."""
        rows = AwardDecision.objects.filter(year=self.year).select_related("payment")
        return _by_person(within_reach(self.viewer, rows))

    @property
    def standing(self) -> str:
        """How far the year's awards are: how many wait for a signature, wait for their money, and are paid."""
        return standing_text([decision for decisions in self.decisions.values() for decision in decisions])

    @property
    def tabs(self) -> list[tuple[str, int, str, bool]]:
        """Sales and support: their names, how many people, where they lead, and whether they are shown."""
        return [
            (
                str(words),
                sum(self._fits(one, system) for one in self._people),
                self._address(system=system),
                system == self.system,
            )
            for system, words in ((SALES, System.SALES.label), (SUPPORT, System.SUPPORT.label))
        ]

    def _fits(self, person: PersonYear, system: str) -> bool:
        if person.in_sales != (system == SALES) or self.branch not in (None, person.branch):
            return False
        is_named = person.employee in self.recommendations or person.employee in self.decisions
        return is_named or not self.is_recommended_only

    @cached_property
    def columns(self) -> list[YearColumn]:
        """The columns of the table that is shown."""
        return _sales_columns() if self.system == SALES else _support_columns()

    @cached_property
    def _sorting(self) -> tuple[YearColumn | None, bool]:
        """What the table is sorted by, and whether the largest comes first; by default the main figure."""
        asked = self.asked.get("sort", "")
        by_key = {column.key: column for column in self.columns if column.value}
        if asked.removeprefix("-") == "number":
            return None, asked.startswith("-")
        if column := by_key.get(asked.removeprefix("-")):
            return column, asked.startswith("-")
        return self.columns[0], True

    @cached_property
    def page(self) -> "Page[PersonYear]":
        """The people of the page that is shown. Who is equal stands by staff number; who has no such figure, last."""
        people = [one for one in self._people if self._fits(one, self.system)]  # by staff number
        column, is_descending = self._sorting
        if column is None:
            people = people[::-1] if is_descending else people
        elif value := column.value:
            known = [one for one in people if value(one) is not None]
            known.sort(key=lambda one: -value(one) if is_descending else value(one))
            people = [*known, *(one for one in people if value(one) is None)]
        return Paginator(people, PER_PAGE).get_page(self.asked.get("page"))

    @property
    def heads(self) -> list[Head]:
        """The headings of the figures, each leading to the table sorted by it; before them that of the person."""
        chosen = self._sorting[0]
        heads = [self._head("number", _("employee"), is_chosen=chosen is None, is_number=False, first="")]
        for column in self.columns:
            if column.value is None:
                heads.append(Head(column.heading, "", "", column.is_number))
            else:
                heads.append(
                    self._head(column.key, column.heading, is_chosen=chosen is column, is_number=True, first="-")
                )
        return heads

    def _head(self, key: str, words: str, *, is_chosen: bool, is_number: bool, first: str) -> Head:
        is_descending = self._sorting[1]
        other = "" if is_descending else "-"
        way = self._address(sort=f"{other if is_chosen else first}{key}")
        return Head(words, way, ("descending" if is_descending else "ascending") if is_chosen else "", is_number)

    def _address(self, **changed: str) -> str:
        kept = ("system", "branch", "recommended", "sort")
        asked = {name: str(self.asked[name]) for name in kept if self.asked.get(name)}
        if "system" in changed:
            asked.pop("sort", None)
        return f"?{urlencode({**asked, **changed})}"

    @cached_property
    def lines(self) -> list[AwardLine]:
        """The rows of the page."""
        shown = list(self.page.object_list)
        people = Employee.objects.in_bulk([one.employee for one in shown])
        links = Links(self.viewer, people.values())
        recommendable = self._recommendable()
        return [
            AwardLine(
                name=text(f"{one.name} ({one.number})", links.to(people[one.employee])),
                where=f"{one.branch_name} · {one.department_name}",
                cells=[(column.heading, column.cell(one), self._is_minor(column)) for column in self.columns],
                awards=self._awards(one.employee),
                ways=self._ways(one, one.employee in recommendable),
            )
            for one in shown
        ]

    def _is_minor(self, column: YearColumn) -> bool:
        return column.is_minor and column is not self._sorting[0]

    def _recommendable(self) -> set[int]:
        """Whom the viewer may recommend."""
        if not may_recommend(self.viewer):
            return set()
        return set(others_of_branch(self.viewer))

    def _waiting(self, person: int) -> list[AwardRecommendation]:
        """What a person is recommended for and nothing is decided on."""
        decided = {decision.kind for decision in self.decisions.get(person, [])}
        return [row for row in self.recommendations.get(person, []) if row.kind not in decided]

    def _awards(self, person: int) -> list[Cell]:
        told = [
            Cell(_("%(kind)s: recommended") % {"kind": row.get_kind_display()}, address(row), tone=Tone.ATTENTION)
            for row in self._waiting(person)
        ]
        for decision in self.decisions.get(person, []):
            state = state_cell(decision)
            told.append(Cell(f"{decision.get_kind_display()} · {state.text}", address(decision), tone=state.tone))
        return told

    def _ways(self, person: PersonYear, is_recommendable: bool) -> list[Cell]:
        given: dict[str, str | int] = {"employee": person.number, "year": self.year, "kind": _usual_kind(person)}
        if may_decide_awards(self.viewer):
            waiting = self._waiting(person.employee)
            way = decide_address(waiting[0]) if waiting else _form("awarddecision", given)
            return [Cell(_("Decide"), way)]
        if is_recommendable:
            return [Cell(_("Recommend"), _form("awardrecommendation", given))]
        return []


def _form(model: str, given: Mapping[str, str | int]) -> str:
    return f"{reverse(f'admin:compensation_{model}_add')}?{urlencode(given)}"


def _usual_kind(person: PersonYear) -> str:
    """What a person is most often recommended for."""
    if not person.in_sales:
        return AwardKind.SUPPORT.value
    return AwardKind.CHAMPION.value if person.place else AwardKind.TRAVEL.value


def _by_person(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.employee_id].append(row)
    return found


def _sales_columns() -> list[YearColumn]:
    return [
        YearColumn("sales", _("net credited sales"), lambda one: amount(one.sales), lambda one: one.sales),
        YearColumn("place", _("place"), lambda one: text(place_text(one.place)), is_number=False),
        YearColumn("quota", _("quota reached"), reached, lambda one: one.attainment, is_minor=True),
        YearColumn(
            "rank", _("rank at the year's end"), lambda one: text(one.rank_name), is_number=False, is_minor=True
        ),
        YearColumn("moves", _("moves of the rank"), lambda one: text(moves_text(one)), is_number=False, is_minor=True),
        YearColumn(
            "threshold",
            _("months on threshold wage"),
            lambda one: number(one.threshold_months),
            lambda one: one.threshold_months,
            is_minor=True,
        ),
        *_common_columns(),
    ]


def _support_columns() -> list[YearColumn]:
    return [
        YearColumn("bonus", _("support bonus of the year"), lambda one: amount(one.bonus), lambda one: one.bonus),
        YearColumn(
            "bonus_months",
            _("months with support bonus"),
            lambda one: number(one.bonus_months),
            lambda one: one.bonus_months,
            is_minor=True,
        ),
        YearColumn(
            "weight", _("average weight"), lambda one: rounded(one.weight), lambda one: one.weight, is_minor=True
        ),
        YearColumn(
            "share", _("average share of the pool"), lambda one: rounded_share(one.share), lambda one: one.share
        ),
        *_common_columns(),
    ]


def _common_columns() -> list[YearColumn]:
    return [
        YearColumn(
            "absent", _("days absent"), lambda one: number(one.absent_days), lambda one: one.absent_days, is_minor=True
        ),
        YearColumn(
            "months", _("months counted"), lambda one: number(one.months), lambda one: one.months, is_minor=True
        ),
    ]
