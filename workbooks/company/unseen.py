"""Tells what was read although Excel doesn't show it: hidden sheets, rows and columns, and what a filter drops."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workbooks.company.columns import SheetColumn
from workbooks.problems import Problem, Problems
from workbooks.xlsx.values import OutOfSight

MOST_NAMED = 5


def warn_of_unseen(title: str, unseen: OutOfSight, columns: Mapping[int, SheetColumn], problems: Problems) -> None:
    """Warn of each; of columns, told by their position, only those that are read."""
    if unseen.is_whole:
        problems.warn(Problem(title, None, None, None, _("this sheet is hidden; it was read too")))
    for position, column in columns.items():
        if any(position in hidden for hidden in unseen.columns):
            problems.warn(Problem(title, 1, column.header, None, _("this column is hidden; it was read too")))
    if unseen.is_filtered:
        problems.warn(Problem(title, None, None, None, _("a filter is set; the rows that it hides were read too")))
    if unseen.rows:
        problems.warn(Problem(title, unseen.rows[0], None, None, _rows_told(unseen.rows)))


def _rows_told(rows: list[int]) -> str:
    count = len(rows)
    told = ngettext("%(count)d hidden row was read: %(rows)s", "%(count)d hidden rows were read: %(rows)s", count)
    named = _(", ").join(str(row) for row in rows[:MOST_NAMED])
    return told % {"count": count, "rows": named if count <= MOST_NAMED else f"{named} …"}
