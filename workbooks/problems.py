"""What is wrong with a workbook, each with its place."""

import unicodedata
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from workbooks.company.layout import ORDER, SHEET_BY_TITLE

MOST_LISTED = 2_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where it is (a row as Excel counts, a column by its heading), what stands there, why that won't do.

    What isn't in one place (a file that can't be read, a missing column) leaves sheet, row, column or value None.
    `correction` names what a correction puts right instead of an import, as the address of its form does.
    """

    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    reason: str
    correction: str = ""

    def as_dict(self) -> dict[str, object]:
        """As it is printed for programs: what is fixed, without the way to a form."""
        told = asdict(self)
        del told["correction"]
        return told

    @property
    def position(self) -> tuple[int, str, int, int, str]:
        """Sorts by sheet, row and column, as a reader goes through the workbook."""
        sheet = SHEET_BY_TITLE.get(self.sheet or "")
        headers = [column.header for column in sheet.columns] if sheet else []
        column = headers.index(self.column) if self.column in headers else len(headers)
        known = ORDER.get(self.sheet or "", len(ORDER) if self.sheet else -1)
        return known, self.sheet or "", self.row or 0, column, self.reason


@dataclass(slots=True)
class Problems:
    """All that was found; past MOST_LISTED of a kind they are only counted."""

    _errors: list[Problem] = field(default_factory=list)
    _warnings: list[Problem] = field(default_factory=list)
    _unlisted_errors: int = 0
    _unlisted_warnings: int = 0

    def refuse(self, problem: Problem) -> None:
        """Add an error: nothing will be imported."""
        if len(self._errors) < MOST_LISTED:
            self._errors.append(problem)
        else:
            self._unlisted_errors += 1

    def warn(self, problem: Problem) -> None:
        """Add a warning, which stops nothing."""
        if len(self._warnings) < MOST_LISTED:
            self._warnings.append(problem)
        else:
            self._unlisted_warnings += 1

    @property
    def errors(self) -> list[Problem]:
        """The errors in the workbook's order."""
        return _listed(self._errors, self._unlisted_errors)

    @property
    def warnings(self) -> list[Problem]:
        """The warnings in the workbook's order."""
        return _listed(self._warnings, self._unlisted_warnings)


def printable(text: str) -> str:
    """The text without what a terminal would obey, a reader not see, or a database not keep."""
    return "".join("�" if unicodedata.category(character).startswith("C") else character for character in text)


def _listed(problems: list[Problem], unlisted: int) -> list[Problem]:
    listed = sorted(problems, key=lambda problem: problem.position)
    if unlisted:
        reason = _("%(count)d further ones are not listed") % {"count": unlisted}
        listed.append(Problem(None, None, None, None, reason))
    return listed
