"""Whatever a row names must exist: in the file, or already in the database."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise

from django.utils.translation import gettext as _

from rulebook.month import Month
from rulebook.plan import Plan
from workbooks.company.columns import SheetColumn
from workbooks.company.company import Company, SheetTable
from workbooks.company.entries import Entry
from workbooks.company.rows import ParsedSheet
from workbooks.problems import Problem, Problems

Reference = tuple[Entry, SheetColumn]

NUMBERED = ("branches", "departments", "employees", "clients", "contracts", "receipts")

_NUMBERED = re.compile(r"(.*?)(\d+)")


def check_references(company: Company, problems: Problems) -> None:
    """Report references to nobody, but not those that may well mean a row whose own number can't be read."""
    dangling: dict[str, list[Reference]] = defaultdict(list)
    for table in company.tables.values():
        for entry, column in _references(table):
            if column.refers_to and company[column.refers_to].get(entry.said[column.field]) is None:
                dangling[column.refers_to].append((entry, column))
    for name, references in dangling.items():
        target = company[name].parsed
        if not company[name].entries and not target.is_in_file:
            reason = _("this sheet is missing: others refer to it")
            problems.refuse(Problem(target.sheet.title, None, None, None, reason))
            target.has_keys = False
        excused = _keys_of_unreadable_rows(target, {entry.said[column.field] for entry, column in references})
        alike = Alike(key[0] for key in company[name].entries)
        for entry, column in references:
            said = entry.said[column.field]
            if target.has_keys and said not in excused:
                entry.refuse(problems, column.field, _none_such(target.sheet.title, alike.to(said)))
            entry.distrust(column.field)
    for name in NUMBERED:
        _warn_of_likeness(company[name], problems)


def _none_such(title: str, meant: list[str]) -> str:
    if not meant:
        return _("there is no such row in “%(sheet)s”") % {"sheet": title}
    facts = {"sheet": title, "meant": _(" or ").join(meant)}
    return _("there is no such row in “%(sheet)s”: is %(meant)s meant?") % facts


def _warn_of_likeness(table: SheetTable, problems: Problems) -> None:
    """Warn of a new row whose number may mean one that is there, in the database or before it in the file."""
    new = [entry for entry in table.touched if entry.record is None]
    if not new:
        return
    kept = [entry for entry in table.entries.values() if entry.record is not None or entry.row is not None]
    alike = Alike(entry.key[0] for entry in sorted(kept, key=lambda entry: entry.record is None))
    places = {entry.key[0]: -1 if entry.record else entry.row or 0 for entry in kept}
    for entry in new:
        number = entry.key[0]
        meant = [other for other in alike.to(number) if places[other] < places[number]]
        if meant:
            reason = _("%(meant)s is there as well: another one?") % {"meant": _(" or ").join(meant)}
            problems.warn(entry.problem(entry.sheet.key[0], reason))


def _references(table: SheetTable) -> Iterator[Reference]:
    """What rows of the file refer to, also those whose own key can't be read."""
    for column in table.parsed.sheet.columns:
        if column.refers_to:
            for entry in (*table.in_file, *table.parsed.undeclared):
                is_new = entry.record is None or column.field in entry.changed
                if is_new and entry.said.get(column.field) is not None:
                    yield entry, column


def _keys_of_unreadable_rows(target: ParsedSheet, missing: set[str]) -> set[str]:
    """Those of the missing keys that rows without a readable key stand for.

    Most sheets are numbered through: there such a row's key is taken to be the number after the row's before it (of the
    first row, before the row's after it), as anything wider would hide references to what isn't there. In others, such
    as departments, any missing key may be meant if no more are missing than rows are unreadable. Rows that bear another
    row's key don't count for that.
    """
    keys = [key[0] if key else None for _row, key in target.keys_in_order]
    if not _is_numbered_through(keys):
        return missing if len(missing) <= keys.count(None) - target.retyped else set()
    first = next(index for index, key in enumerate(keys) if key)
    meant: set[str] = set()
    for sequence, step in ((keys[first:], 1), (keys[first::-1], -1)):
        before = sequence[0]
        for key in sequence:
            before = key or _neighbour(before, step)
            if key is None and before:
                meant.add(before)
    return meant & missing


def _is_numbered_through(keys: list[str | None]) -> bool:
    """Whether most rows have the number after that of the row before."""
    known = [key for key in keys if key]
    following = sum(_neighbour(before, 1) == key for before, key in pairwise(known))
    return 2 * following > len(known)


def _neighbour(key: str | None, step: int) -> str | None:
    """The number before or after a key that ends in digits, as `C000009` → `C000010`; else None."""
    found = _NUMBERED.fullmatch(key or "")
    if not found:
        return None
    letters, digits = found.groups()
    return f"{letters}{int(digits) + step:0{len(digits)}}"


def check_departments(company: Company, problems: Problems) -> None:
    """Refuse to move a department to the other system under people hired or moved into it: their pay hangs on it."""
    peopled = {
        entry["department"]
        for name in ("employees", "events")
        for entry in company[name].entries.values()
        if not entry.is_touched
    }
    for department in company["departments"].touched:
        if "system" in department.changed and department["code"] in peopled:
            department.refuse(problems, "system", _("people are or were posted here: make a new department instead"))


def check_ranks(company: Company, problems: Problems) -> None:
    """Check the ranks taken on a hire and on entering sales, by the plan of that day."""
    for name, date in (("employees", "hired_on"), ("events", "date")):
        for entry in company[name].touched:
            if entry["rank"] is not None and entry.knows("rank", date):
                check_rank(problems, entry, "rank", company.plans.at_or_first(Month.of(entry[date])))


def check_rank(problems: Problems, entry: Entry, field: str, plan: Plan | None) -> None:
    """Refuse a rank code that a plan doesn't know; without any plan there are no ranks."""
    codes = [rank.code for rank in plan.ranks] if plan else []
    if entry[field] not in codes:
        entry.refuse(problems, field, _("no such rank; there are: %(ranks)s") % {"ranks": _(", ").join(codes)})


_DIGITS = re.compile(r"0*([0-9]+)")
_BLANKS = re.compile(r"\s+")
MOST_NAMED = 3


def folded(number: str) -> str:
    """What a number is told by, however it is written: half width, small letters, no blanks, no leading zeros."""
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", number)).casefold()
    return _DIGITS.sub(r"\1", plain)


class Alike:
    """Numbers that are there, to be found by any that may mean them."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._by_form: dict[str, list[str]] = defaultdict(list)
        for number in numbers:
            self._by_form[folded(number)].append(number)

    def to(self, number: str) -> list[str]:
        """The first other ones that may be meant."""
        return [other for other in self._by_form.get(folded(number), []) if other != number][:MOST_NAMED]
