"""What an uploaded workbook does, in sentences and in the cells of its tables."""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from access.history.masking import masked
from rulebook.cells import NOTHING
from rulebook.wording import amount_text
from workbooks.company.layout import SHEET_BY_TITLE
from workbooks.uploads.models import Upload, UploadRow

PRIVATE = frozenset({"身份证号", "银行卡号", "手机"})
_AMOUNT = re.compile(r"-?\d+\.\d\d", re.ASCII)


def what_it_does(counts: Mapping[str, Mapping[str, int]]) -> str:
    """How many rows of which sheets are added, changed and skipped."""
    parts = [
        words % {"rows": sum(rows.values()), "sheets": _by_sheet(rows)}
        for change, words in (
            ("added", _("%(rows)d rows are added (%(sheets)s)")),
            ("changed", _("%(rows)d rows are changed (%(sheets)s)")),
        )
        if (rows := _of(counts, change))
    ]
    skipped = sum(_of(counts, "skipped").values())
    if skipped:
        parts.append(_("%(rows)d rows were imported before and are skipped") % {"rows": skipped})
    return _("%(parts)s.") % {"parts": _("; ").join(parts)} if parts else _("The file holds no rows.")


def what_undoing_does(counts: Mapping[str, Mapping[str, int]]) -> str:
    """How many rows of which sheets go, and how many go back to what they were."""
    parts = [
        words % {"rows": sum(rows.values()), "sheets": _by_sheet(rows)}
        for change, words in (
            ("added", _("%(rows)d rows are removed (%(sheets)s)")),
            ("changed", _("%(rows)d rows go back to what they were (%(sheets)s)")),
        )
        if (rows := _of(counts, change))
    ]
    return _("%(parts)s.") % {"parts": _("; ").join(parts)}


def short_undoing(counts: Mapping[str, Mapping[str, int]]) -> str:
    """What the button that undoes it says: how many rows go, and how many go back."""
    facts = {change: sum(_of(counts, change).values()) for change in ("added", "changed")}
    return _("%(added)d removed, %(changed)d put back") % facts


def short_account(counts: Mapping[str, Mapping[str, int]]) -> str:
    """What a button says of it: how many rows it adds and changes."""
    facts = {change: sum(_of(counts, change).values()) for change in ("added", "changed")}
    return _("%(added)d added, %(changed)d changed") % facts


def touches_something(counts: Mapping[str, Mapping[str, int]]) -> bool:
    """Whether there is anything to write."""
    return any(sheet["added"] or sheet["changed"] for sheet in counts.values())


def _of(counts: Mapping[str, Mapping[str, int]], change: str) -> dict[str, int]:
    return {title: sheet[change] for title, sheet in counts.items() if sheet[change]}


def _by_sheet(rows: Mapping[str, int]) -> str:
    return _(", ").join(f"{title} {count}" for title, count in rows.items())


def errors_text(upload: Upload) -> str:
    """That nothing was written because of errors, and what to do."""
    count = len(upload.errors)
    words = ngettext(
        "Nothing was imported: there is %(count)d error.", "Nothing was imported: there are %(count)d errors.", count
    )
    return words % {"count": count}


def row_text(row: UploadRow, *, is_back: bool = False) -> str:
    """What a row says beside its key: of a new one its values, of a changed one old → new, or the way back."""
    if row.change == UploadRow.Change.ADDED:
        sheet = SHEET_BY_TITLE[row.sheet]
        of_key = {sheet.by_field[field].header for field in sheet.key}
        told = [
            f"{heading} {value_text(heading, new)}" for heading, _old, new in row.differences if heading not in of_key
        ]
        return " · ".join(told) or NOTHING
    return " · ".join(
        f"{heading} {value_text(heading, new if is_back else old)} → {value_text(heading, old if is_back else new)}"
        for heading, old, new in row.differences
    )


def value_text(heading: str, value: str | None) -> str:
    """A value under its heading, as the pages show it: amounts grouped, private numbers by their last digits."""
    if not value:
        return NOTHING
    if _AMOUNT.fullmatch(value):
        return amount_text(Decimal(value))
    return unless_private(heading, value)


def unless_private(heading: str | None, value: str) -> str:
    """A value as it is, or by its last digits where it stands under a private heading."""
    return masked(value) if heading in PRIVATE else value
