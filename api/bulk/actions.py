"""Rows taken in as a workbook's are: all of them or none, or the good ones of a sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from access.actor import Actor
from access.history.acting import action
from workbooks.company.importing import ImportOutcome, take_in
from workbooks.company.layout import SHEET_BY_NAME
from workbooks.company.pushed import read_pushed
from workbooks.problems import Problem

Rows = Sequence[Mapping[str, Any]]


@action
def push(pushed: Mapping[str, Rows], *, origin: str, dry_run: bool, by: Actor) -> ImportOutcome:
    """Take rows in by sheet: all of them, or with any error nothing. Errors are told, not raised."""
    return take_in(read_pushed(pushed), file_name=origin, by=by, dry_run=dry_run)


@action
def push_good_rows(name: str, rows: Rows, *, origin: str, dry_run: bool, by: Actor) -> ImportOutcome:
    """Take in those rows of a sheet of which none is wrong, also not for want of one that is; all errors are told.

    Rows keep the places at which they were sent.
    """
    title = SHEET_BY_NAME[name].title
    left, errors = dict(enumerate(rows, start=1)), list[Problem]()
    while True:
        places = list(left)
        outcome = push({name: list(left.values())}, origin=origin, dry_run=dry_run, by=by)
        found = [_at_place(problem, places) for problem in outcome.errors]
        errors += found
        wrong = {problem.row for problem in found if problem.sheet == title and problem.row in left}
        if not wrong:
            outcome.errors = errors
            return outcome
        left = {place: row for place, row in left.items() if place not in wrong}


def _at_place(problem: Problem, places: Sequence[int]) -> Problem:
    """The problem at the place at which its row was sent."""
    if problem.row is None or problem.row > len(places):
        return problem
    return Problem(problem.sheet, places[problem.row - 1], problem.column, problem.value, problem.reason)
