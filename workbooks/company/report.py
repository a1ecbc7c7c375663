"""An import's outcome, for people and for programs."""

import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbooks.company.importing import ImportOutcome
from workbooks.problems import Problem, printable


def as_json(outcome: ImportOutcome) -> str:
    """The outcome as one JSON object."""
    return json.dumps(
        {
            "imported": outcome.imported,
            "dry_run": outcome.is_dry_run,
            "sheets": outcome.sheets,
            "errors": [problem.as_dict() for problem in outcome.errors],
            "warnings": [problem.as_dict() for problem in outcome.warnings],
        },
        ensure_ascii=False,
        indent=2,
    )


def as_text(outcome: ImportOutcome) -> str:
    """The outcome as a reader of the console wants it: what happened, per sheet, and all that is wrong."""
    return "\n".join(_lines(outcome))


def _lines(outcome: ImportOutcome) -> Iterator[str]:
    yield _headline(outcome)
    if outcome.sheets and not outcome.errors:
        yield ""
        yield from _table([_("Sheet"), _("added"), _("changed"), _("skipped")], _count_rows(outcome))
    for title, problems in ((_("Errors"), outcome.errors), (_("Warnings"), outcome.warnings)):
        if problems:
            yield ""
            yield title
            headings = [_("Sheet"), _("Row"), _("Column"), _("Value"), _("Reason")]
            yield from _table(headings, [_problem_row(problem) for problem in problems])


def _headline(outcome: ImportOutcome) -> str:
    if outcome.errors:
        count = len(outcome.errors)
        return ngettext(
            "Nothing was imported: there is %(count)d error.",
            "Nothing was imported: there are %(count)d errors.",
            count,
        ) % {"count": count}
    if outcome.is_dry_run:
        return _("The workbook can be imported; this was a trial, nothing was written.")
    return _("The workbook was imported.")


def _count_rows(outcome: ImportOutcome) -> list[list[str]]:
    return [
        [title, *(str(counts[change]) for change in ("added", "changed", "skipped"))]
        for title, counts in outcome.sheets.items()
    ]


def _problem_row(problem: Problem) -> list[str]:
    row = "" if problem.row is None else str(problem.row)
    return [printable(text or "") for text in (problem.sheet, row, problem.column, problem.value, problem.reason)]


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    lines = [headings, *rows]
    widths = [max(_width(line[index]) for line in lines) for index in range(len(headings))]
    for line in lines:
        yield "  ".join(text + " " * (width - _width(text)) for text, width in zip(line, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal a text takes: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
