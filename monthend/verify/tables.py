"""Which stored tables hold what is recomputed, and under which names."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

from django.db.models import Field, Model
from django.utils.translation import gettext as _

from clients.models import Contract
from compensation.models import (
    Adjustment,
    BasePayLine,
    BranchSalesMove,
    CommissionLine,
    Credit,
    HeldCommission,
    Payslip,
    RulingShare,
    SupportPool,
    SupportShare,
)
from funds.models import ClaimDecision, FundLot, FundMovement
from monthend.lock.selectors_seal import OF_DISPUTES, SEALED, columns
from monthend.verify.results import Key, MonthResults, Row
from rulebook.month import Month
from staff.models import RankAssessment

TAKEN_OVER = object()
"""Stands for a value that can't be recomputed, and is taken as it is stored."""

RESULTS: Mapping[type[Model], str] = {
    Credit: "credits",
    CommissionLine: "lines",
    BasePayLine: "base_pay",
    RankAssessment: "assessments",
    SupportPool: "pools",
    SupportShare: "shares",
    FundLot: "lots",
    ClaimDecision: "decisions",
    FundMovement: "movements",
    Payslip: "payslips",
    Adjustment: "adjustments",
}
"""What each table is called among a month's results."""

RESULTS_OF_DISPUTES: Mapping[type[Model], str] = {
    Credit: "ruled_credits",
    CommissionLine: "ruled_lines",
    HeldCommission: "held",
    Adjustment: "ruled_adjustments",
    RulingShare: "ruling_shares",
    BranchSalesMove: "branch_moves",
}
"""What those of disputes are called."""

AS_IT_WAS: Mapping[type[Model], frozenset[str]] = {
    Payslip: frozenset({"name", "branch_name", "department_name", "bank_name", "bank_account"}),
    SupportShare: frozenset({"reason"}),
}
"""Names, bank details and reasons stand as they were on the day of computing: what they are now tells nothing."""

CALLED = {
    "branch__code": "branch",
    "home__code": "home",
    "department__code": "department",
    "employee__number": "person",
    "plan_version__version": "plan",
    "reversed_line__receipt__number": "reverses",
    "ruling__number": "ruling",
    "hold__reference": "hold",
}
"""What a recomputed row calls a column, where it is called otherwise."""


@dataclass(frozen=True)
class Table:
    """A stored table; `key` are the columns that tell its rows of a month apart, and come first among `columns`.

    Among a month's results its rows are called `results`.
    """

    model: type[Model]
    key: tuple[str, ...]
    columns: tuple[str, ...]
    results: str

    @cached_property
    def scales(self) -> list[int]:
        """The decimals of each column's numbers; 0 where there are none."""
        return [getattr(self._field(path), "decimal_places", 0) or 0 for path in self.columns]

    def has_rows(self, results: MonthResults) -> bool:
        """Whether any row is recomputed."""
        return bool(getattr(results, self.results))

    def recomputed(self, results: MonthResults) -> Iterator[tuple[Key, tuple[object, ...]]]:
        """The recomputed rows as the columns' values, with their keys, in the keys' order."""
        rows: Mapping[Key, Row] = getattr(results, self.results)
        getters = [self._getter(path, results.month) for path in self.columns[len(self.key) :]]
        for key in sorted(rows):
            row = rows[key]
            yield key, (*self._key_values(key), *(get(row) for get in getters))

    def key_of(self, stored: Sequence[object]) -> Key:
        """The key of a stored row, as a recomputed one would have it."""
        return tuple("" if part is None else str(part) for part in stored[: len(self.key)])

    def label(self, column: str) -> str:
        """What people call a column."""
        return str(self.model._meta.get_field(column.partition("__")[0]).verbose_name)  # type: ignore[union-attr]

    def shown(self, column: str, value: object) -> str:
        """A column's value as people read it."""
        if value is None or value == "":
            return _("nothing")
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(dict(self._field(column).flatchoices).get(value, value))

    def _getter(self, path: str, month: Month) -> Callable[[Row], object]:
        if path == "month":
            return lambda _row: month
        if path in AS_IT_WAS.get(self.model, ()):
            return lambda _row: TAKEN_OVER
        return attrgetter(CALLED.get(path, path))

    def _key_values(self, key: Key) -> Iterator[object]:
        """The values that a key's texts stand for; only a column that may be empty has none."""
        for path, text in zip(self.key, key, strict=True):
            is_month = path.endswith("month")
            yield Month.parse(text) if is_month else text or None

    def _field(self, path: str) -> "Field[Any, Any]":
        model: Any = self.model
        *way, leaf = path.split("__")
        for name in way:
            model = model._meta.get_field(name).related_model
        field: Field[Any, Any] = model._meta.get_field(leaf)
        return field


CONTRACTS = Table(Contract, ("number",), ("number", "branch__code", "orphan_kind"), "contracts")
"""What is derived for the contracts whose cash arrived in the month; it isn't under the seal."""

SEALED_TABLES = tuple(Table(model, key, tuple(columns(model, key)), RESULTS[model]) for model, key in SEALED)
"""The tables under the seal, in its order."""

TABLES_OF_DISPUTES = tuple(
    Table(model, key, tuple(columns(model, key)), RESULTS_OF_DISPUTES[model]) for model, key in OF_DISPUTES
)
"""Those that are under the seal of a month that has any of their rows, after the others."""
