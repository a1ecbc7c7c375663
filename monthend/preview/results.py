"""Writes what a preview found: each person and each branch, as it is beside what is supposed."""

from collections.abc import Iterator
from decimal import Decimal

from monthend.preview.compute import PreviewComparison
from monthend.preview.figures import AMOUNTS, BRANCH_AMOUNTS, BranchFigures, PersonFigures
from monthend.preview.models import SIDES, Preview, PreviewBranch, PreviewLine
from periods.copying import copy_rows
from rulebook.money import ZERO

_GROSS = AMOUNTS.index("gross")

Row = tuple[object, ...]


def _sides(*names: str) -> list[str]:
    return [f"{name}_{side}" for side in SIDES for name in names]


_LINE_FIELDS = (
    "preview", "month", "employee", "branch", *_sides("rank", "next_rank", *AMOUNTS), "difference", "rank_differs",
)  # fmt: skip
_BRANCH_FIELDS = ("preview", "month", "branch", *_sides("claims_rejected", *BRANCH_AMOUNTS))


def write_results(preview: Preview, comparison: PreviewComparison) -> None:
    """Write the rows of a preview that has none yet. Runs inside a transaction."""
    copy_rows(PreviewLine, _LINE_FIELDS, _lines(preview, comparison))
    copy_rows(PreviewBranch, _BRANCH_FIELDS, _branches(preview, comparison))


def _lines(preview: Preview, comparison: PreviewComparison) -> Iterator[Row]:
    for as_is, supposed in zip(comparison.as_is, comparison.supposed, strict=True):
        for person in sorted(as_is.people.keys() | supposed.people.keys()):
            before, after = as_is.people.get(person), supposed.people.get(person)
            paid = after or before
            assert paid is not None  # noqa: S101 - narrows the type; the person is on one side at least
            yield (
                preview.pk, as_is.month, person, paid.branch, *_of_person(before), *_of_person(after),
                _gross(after) - _gross(before), _ranks(before) != _ranks(after),
            )  # fmt: skip


def _of_person(figures: PersonFigures | None) -> Row:
    return (*_ranks(figures), *(figures.amounts if figures else [None] * len(AMOUNTS)))


def _ranks(figures: PersonFigures | None) -> tuple[str, str]:
    return (figures.rank, figures.next_rank) if figures else ("", "")


def _gross(figures: PersonFigures | None) -> Decimal:
    return figures.amounts[_GROSS] if figures else ZERO


def _branches(preview: Preview, comparison: PreviewComparison) -> Iterator[Row]:
    for as_is, supposed in zip(comparison.as_is, comparison.supposed, strict=True):
        for branch in sorted(as_is.branches.keys() | supposed.branches.keys()):
            sides = (as_is.branches.get(branch), supposed.branches.get(branch))
            yield preview.pk, as_is.month, branch, *_of_branch(sides[0]), *_of_branch(sides[1])


def _of_branch(figures: BranchFigures | None) -> Row:
    return (figures.claims_rejected, *figures.amounts) if figures else (0, *[None] * len(BRANCH_AMOUNTS))
