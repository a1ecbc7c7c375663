"""The chain codes that left the database: read from payroll workbooks, and from the log of what was locked."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.utils.translation import gettext as _

from monthend.lock.selectors_chain import Kept
from rulebook.month import Month
from workbooks.export.payroll import CODE_COLUMN, MONTH_COLUMN, SEAL_SHEET
from workbooks.xlsx.package import MAX_FILE_BYTES, UnreadableWorkbook
from workbooks.xlsx.reading import read_sheets

_ZIP = b"PK"
_LOGGED = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8},[0-9]{3} INFO monthend\.actions_lock:"
    r" locked month=([0-9]{4}-[0-9]{2}) seal=[0-9a-f]{64} link=([0-9a-f]{64})"
)
"""The whole line as the lock logs it: others log words of whoever asks for a page, but never as a line of their own."""


class NothingKept(Exception):
    """The file can't be read, or holds no chain code."""


def codes_in(path: Path) -> list[Kept]:
    """The chain codes in a payroll workbook, or in a log file of any length; NothingKept says why there are none."""
    try:
        with path.open("rb") as file:
            is_workbook = file.read(len(_ZIP)) == _ZIP
        found = _in_workbook(path) if is_workbook else list(_in_log(path))
    except OSError as error:
        raise NothingKept(
            _("%(path)s can't be read: %(reason)s.") % {"path": path, "reason": error.strerror}
        ) from error
    except UnreadableWorkbook as error:
        raise NothingKept(f"{path}: {error.reason}") from error
    if not found:
        raise NothingKept(
            _("%(path)s holds no chain code: it is no payroll workbook of a locked month, and no log of a lock.")
            % {"path": path}
        )
    return found


def _in_workbook(path: Path) -> list[Kept]:
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    sheet = next((one for one in read_sheets(data) if one.title == SEAL_SHEET), None)
    rows = [{place: str(cell) for place, cell in row.items()} for _number, row in sheet.rows] if sheet else []
    return list(_in_sheet(rows, path))


def _in_sheet(rows: list[dict[int, str]], path: Path) -> Iterator[Kept]:
    headings = {heading: place for place, heading in rows[0].items()} if rows else {}
    if {MONTH_COLUMN, CODE_COLUMN} <= headings.keys():
        for row in rows[1:]:
            month, code = row.get(headings[MONTH_COLUMN], ""), row.get(headings[CODE_COLUMN], "")
            with suppress(ValueError):
                yield Kept.typed(Month.parse(month), code, path.name)


def _in_log(path: Path) -> Iterator[Kept]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := _LOGGED.fullmatch(line.rstrip()):
                with suppress(ValueError):
                    yield Kept(Month.parse(found[1]), found[2], path.name)
