"""The old payroll beside ours, person by person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from compensation.models import Payslip
from rulebook.money import ZERO
from rulebook.wording import amount_text
from workbooks.parallel.models import PARTS, ParallelLine, ParallelRun


@dataclass(frozen=True, slots=True)
class Compared:
    """One person's pay of the month: what the old payroll says, and our payslip; either may be missing."""

    line: ParallelLine | None
    slip: Payslip | None

    @property
    def number(self) -> str:
        """The staff number."""
        if self.line is not None:
            return self.line.number
        return self.slip.employee.number if self.slip else ""

    @property
    def name(self) -> str:
        """The name, as far as it is known."""
        if self.slip is not None:
            return self.slip.name
        return self.line.employee.name if self.line and self.line.employee else ""

    @property
    def difference(self) -> Decimal:
        """What we pay more (CNY)."""
        return (self.slip.gross if self.slip else ZERO) - (self.line.gross if self.line else ZERO)

    @property
    def parts(self) -> Iterator[tuple[str, Decimal | None, Decimal | None]]:
        """Each part of pay: its field, old and ours; None where a side doesn't tell."""
        for part in (*PARTS, "gross"):
            yield part, getattr(self.line, part, None), getattr(self.slip, part, None)

    @property
    def is_alike(self) -> bool:
        """Whether both sides pay the same, and every part that the old payroll tells is the same."""
        if self.line is None or self.slip is None:
            return False
        return all(old is None or old == ours for _part, old, ours in self.parts)

    @property
    def reason(self) -> str:
        """Where the two differ, in a sentence."""
        if self.slip is None:
            return (
                _("There is no payslip here.")
                if self.line and self.line.employee
                else _("Nobody here has this number.")
            )
        if self.line is None:
            return _("The old payroll doesn't have this person.")
        if differing := list(_differing(self)):
            return _("; ").join(differing)
        if self.difference == 0:
            return _("The same.")
        return _("The parts that the old payroll tells are the same; ours: %(parts)s") % {"parts": _ours(self.slip)}


@dataclass(frozen=True, slots=True)
class ParallelComparison:
    """All people of a month; those who differ most come first."""

    people: Sequence[Compared]

    @property
    def differing(self) -> list[Compared]:
        """Those whose pay or any part of it differs, or whom one side doesn't have."""
        return [person for person in self.people if not person.is_alike]

    def total(self, side: str) -> Decimal:
        """What one side, `line` (old) or `slip` (ours), pays in all (CNY)."""
        rows = (getattr(person, side) for person in self.people)
        return sum((row.gross for row in rows if row is not None), ZERO)


def compare(run: ParallelRun) -> ParallelComparison:
    """Set the old payroll beside the payslips as they stand now, in two queries."""
    slips = {slip.employee_id: slip for slip in Payslip.objects.filter(month=run.month).select_related("employee")}
    lines = ParallelLine.objects.filter(run=run).select_related("employee", "run")
    people = [Compared(line, slips.pop(line.employee_id, None) if line.employee_id else None) for line in lines]
    people += [Compared(None, slip) for slip in slips.values()]
    return ParallelComparison(sorted(people, key=lambda person: (-abs(person.difference), person.number)))


def compare_one(line: ParallelLine) -> Compared:
    """One person of a parallel run."""
    slips = Payslip.objects.filter(month=line.run.month, employee=line.employee_id).select_related("employee")
    return Compared(line, slips.first() if line.employee_id else None)


def part_label(part: str) -> str:
    """What a part of pay is called, as on the payslip."""
    return str(Payslip._meta.get_field(part).verbose_name)  # type: ignore[union-attr]


def _differing(person: Compared) -> Iterator[str]:
    for part, old, ours in person.parts:
        if part != "gross" and old is not None and ours is not None and old != ours:
            facts = {"part": part_label(part), "old": amount_text(old), "ours": amount_text(ours)}
            yield _("%(part)s: old %(old)s, ours %(ours)s") % facts


def _ours(slip: Payslip) -> str:
    """The parts of our payslip that aren't zero."""
    parts = ((part, getattr(slip, part)) for part in PARTS)
    return _(", ").join(f"{part_label(part)} {amount_text(amount)}" for part, amount in parts if amount)
