"""The seal of a month: a hash over its result rows in a fixed order, told by what people know them by, not by ids."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import CharField, Field, Model, Q, QuerySet, TextField
from django.db.models.functions import Collate

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
from rulebook.month import Month
from staff.models import RankAssessment

SEALED: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Credit, ("receipt__number",)),
    (CommissionLine, ("receipt__number", "employee__number", "kind")),
    (BasePayLine, ("employee__number", "start")),
    (RankAssessment, ("employee__number",)),
    (SupportPool, ("branch__code",)),
    (SupportShare, ("employee__number",)),
    (FundLot, ("branch__code", "fund")),
    (ClaimDecision, ("claim__number",)),
    (FundMovement, ("lot__branch__code", "lot__fund", "lot__month", "kind", "claim__number")),
    (
        Adjustment,
        (
            "correction__number",
            "employee__number",
            "line__receipt__number",
            "line__kind",
            "line__employee__number",
        ),
    ),
    (Payslip, ("employee__number",)),
)
"""The tables in the order of the hash, each with the key that orders its rows and tells them apart."""

OF_DISPUTES: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Credit, ("receipt__number", "party__number")),
    (CommissionLine, ("receipt__number", "employee__number", "kind", "reversed_line__employee__number")),
    (
        HeldCommission,
        ("line__receipt__number", "line__kind", "employee__number", "line__reversed_line__employee__number"),
    ),
    (
        Adjustment,
        (
            "correction__number",
            "employee__number",
            "line__receipt__number",
            "line__kind",
            "line__employee__number",
            "line__reversed_line__employee__number",
        ),
    ),
    (RulingShare, ("correction__number", "employee__number")),
    (BranchSalesMove, ("correction__number", "branch__code")),
)
"""What the hash reads after them, of a month that has any: what rulings split, moved and held (3-1.3)."""

_BY_RULING: dict[type[Model], Q] = {
    Credit: Q(party__isnull=False),
    CommissionLine: Q(ruling__isnull=False),
    Adjustment: Q(line__ruling__isnull=False),
}
_ONLY_BY_RULING = {"party", "ruling"}

BEFORE_SEALS = "none"
"""Stands for the seal of months that were locked before there were seals."""

RESULTS: tuple[type[Model], ...] = (
    HeldCommission,
    *(model for model, _key in reversed(SEALED) if model is not Adjustment),
)
"""The tables that a run writes, those that point at others first; adjustments are posted by people."""

_KNOWN_BY = {
    "branch": "branch__code",
    "home": "home__code",
    "department": "department__code",
    "employee": "employee__number",
    "receipt": "receipt__number",
    "claim": "claim__number",
    "plan_version": "plan_version__version",
    "reversed_line": "reversed_line__receipt__number",
    "party": "party__number",
    "ruling": "ruling__number",
    "correction": "correction__number",
    "hold": "hold__reference",
}


def seal_of(month: Month) -> str:
    """The SHA-256 (hex) of the month's rows as they stand; streamed by COPY, so that no month must fit into memory."""
    digest = _Digest()
    for model, key in SEALED:
        digest.write(heading(model))
        _copy(sealed_rows(model, key, month), digest)
    of_disputes = [(model, sealed_rows(model, key, month)) for model, key in OF_DISPUTES]
    for (model, rows), are_there in zip(of_disputes, _are_there([rows for _model, rows in of_disputes]), strict=True):
        if are_there:
            digest.write(heading(model))
            _copy(rows, digest)
    return digest.hexdigest()


def _are_there(tables: Sequence[QuerySet[Any, Any]]) -> tuple[bool, ...]:
    """Whether each of the tables has any of these rows; in one query."""
    with connection.cursor() as cursor:
        asked = [cursor.mogrify(*rows.order_by().values("pk").query.sql_with_params()).decode() for rows in tables]
        cursor.execute(f"SELECT {', '.join(f'EXISTS ({each})' for each in asked)}")
        found: tuple[bool, ...] = cursor.fetchone()
    return found


def columns(model: type[Model], key: Sequence[str]) -> list[str]:
    """The paths to the sealed values of a model's rows: the key first, then every other field in its order."""
    known = {path.partition("__")[0] for path in key}
    if (model, key) in SEALED:
        known |= _ONLY_BY_RULING
    fields: list[Field] = [field for field in model._meta.concrete_fields if not field.primary_key]  # type: ignore[type-arg]
    rest = [field.name for field in fields if field.name not in known]
    return [*key, *(_KNOWN_BY.get(name, name) for name in rest)]


def heading(model: type[Model]) -> bytes:
    """What the hash reads before a table's rows."""
    return f"{model._meta.label}\n".encode()


def sealed_rows(model: type[Model], key: Sequence[str], month: Month) -> QuerySet[Model, tuple[Any, ...]]:
    """The sealed values of a table's rows of a month, in the order of the hash: bytes compare, not a language."""
    order = [Collate(path, "C") if _is_text(model, path) else path for path in key]
    found = model._default_manager.filter(month=month).order_by(*order)
    if by_ruling := _BY_RULING.get(model):
        found = found.exclude(by_ruling) if (model, key) in SEALED else found.filter(by_ruling)
    return found.values_list(*columns(model, key))


class _Digest:
    """A hash that COPY can write to."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._hash.update(data)

    def hexdigest(self) -> str:
        return self._hash.hexdigest()


def _is_text(model: type[Model], path: str) -> bool:
    *way, leaf = path.split("__")
    related: Any = model
    for name in way:
        related = related._meta.get_field(name).related_model
    return isinstance(related._meta.get_field(leaf), CharField | TextField)


def _copy(rows: QuerySet[Model, tuple[Any, ...]], digest: _Digest) -> None:
    statement, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        query = cursor.mogrify(statement, values).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT", digest)
