"""A preview's result as tables, side by side, each figure leading to the lines behind it."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Cell, Heading, Row, Table, Tone
from compensation.models import Payslip, SupportPool
from funds.models import FundKind
from monthend.preview.figures import AMOUNTS
from monthend.preview.models import SIDES, Preview, PreviewLine
from monthend.preview.summary import BranchSum, Pair, PersonSum, RankSum, Summary
from rulebook.cells import NOTHING, amount, difference, headings, month, number, numeric, text
from rulebook.money import ZERO
from rulebook.selectors import rank_names
from rulebook.wording import amount_text, attainment_text, difference_text
from staff.models import Branch, Employee

_NEXT_RANKS = ("next_rank_as_is", "next_rank_supposed")


def amount_label(name: str) -> str:
    """What an amount of a person is called, as on the payslip."""
    return str(Payslip._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def branch_label(name: str) -> str:
    """What an amount of a branch is called."""
    if name in FundKind.values:
        return str(FundKind(name).label)
    return str(SupportPool._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def names_of_ranks(preview: Preview) -> dict[str, str]:
    """The ranks' names by code, those of the supposed plan among them."""
    supposed = preview.supposed_plan
    return rank_names() | ({rank.code: rank.name for rank in supposed.plan.ranks} if supposed else {})


def sides() -> list[Heading]:
    """The heads of an amount as it is, supposed, and the difference."""
    return [numeric(_("as it is")), numeric(_("supposed")), numeric(_("difference"))]


def pair(value: Pair, href: str = "") -> list[Cell]:
    """An amount as it is, supposed, and the difference."""
    return [amount(value.as_is), amount(value.supposed), difference(value.difference, href)]


def amounts_of(line: PreviewLine) -> Iterator[tuple[str, Pair]]:
    """A line's amounts by what they are called."""
    for name in AMOUNTS:
        as_is, supposed = (getattr(line, f"{name}_{side}") or ZERO for side in SIDES)
        yield amount_label(name), Pair(as_is, supposed)


def ranks_in_order(summary: Summary, names: Mapping[str, str]) -> list[tuple[str, RankSum]]:
    """The ranks by what they are called, lowest first, those outside sales last."""
    order = {code: place for place, code in enumerate(names)}
    ranks = sorted(summary.ranks.items(), key=lambda entry: order.get(entry[0], len(order)))
    return [(names.get(code, code) or _("outside sales"), row) for code, row in ranks]


class ResultTables:
    """The tables of one preview for one viewer."""

    def __init__(self, preview: Preview, viewer: User, summary: Summary) -> None:
        self.preview = preview
        self.viewer = viewer
        self.summary = summary
        self.names = names_of_ranks(preview)
        self._branches = Branch.objects.in_bulk([row.branch for row in summary.branches])

    def all(self, people: Sequence[PersonSum]) -> list[Table]:
        """From the months to the people."""
        months = [self.months()] if len(self.summary.months) > 1 else []
        return [*months, self.totals(), self.branches(), self.ranks(), self.people(people)]

    def months(self) -> Table:
        """Each month: gross pay, and whom it changes."""
        heads = [Heading(_("month")), *sides(), numeric(_("other pay")), numeric(_("other rank"))]
        rows = [
            Row(
                [
                    month(row.month),
                    *pair(row.gross, self._lines(month=row.month)),
                    _count(row.people_differing, self._lines(month=row.month, differs="pay")),
                    _count(row.ranks_differing, self._lines(month=row.month, differs="rank")),
                ]
            )
            for row in self.summary.months
        ]
        return Table(_("months"), heads, rows, anchor="months", total=self._total(len(heads)))

    def totals(self) -> Table:
        """Every amount on the payslips, summed up."""
        *parts, gross = (Row([Cell(amount_label(name)), *pair(sums)]) for name, sums in self.summary.amounts.items())
        return Table(_("sums"), [Heading(_("amount")), *sides()], parts, anchor="sums", total=gross)

    def branches(self) -> Table:
        """Each branch: what it pays, its attainment, its support bonus and what its funds accrue."""
        branches = self._branches
        links = Links(self.viewer, branches.values())
        heads = [
            Heading(_("branch")),
            *sides(),
            numeric(_("attainment")),
            *(numeric(branch_label(name)) for name in ("pool", *FundKind.values)),
        ]
        rows = [
            Row(
                [
                    text(branches[row.branch], links.to(branches[row.branch])),
                    *pair(row.gross, self._lines(branch__id__exact=row.branch)),
                    _change(*_attainments(row)),
                    *(_change_of(row.amounts[name]) for name in ("pool", *FundKind.values)),
                ],
                _rejections(row),
            )
            for row in self.summary.branches
        ]
        return Table(_("branches"), heads, rows, anchor="branches", total=self._total(len(heads)))

    def ranks(self) -> Table:
        """Each rank: who holds it, and what they are paid."""
        heads = [Heading(_("rank")), *sides(), numeric(_("people, counted once a month"))]
        rows = [
            Row([Cell(name), *pair(row.gross), _change(*map(str, row.people))])
            for name, row in ranks_in_order(self.summary, self.names)
        ]
        return Table(_("ranks"), heads, rows, anchor="ranks", total=self._total(len(heads)))

    def people(self, people: Sequence[PersonSum]) -> Table:
        """The people whose pay or rank differs, those by the most yuan first."""
        employees = Employee.objects.in_bulk([row.employee for row in people])
        latest = self._latest_lines(employees.keys())
        links = Links(self.viewer, latest.values())
        is_run = len(self.summary.months) > 1
        rows = []
        for row in people:
            line = latest[row.employee]
            href = self._lines(employee__id__exact=row.employee) if is_run else links.to(line)
            rows.append(
                Row(
                    [
                        Cell(str(employees[row.employee]), href),
                        Cell(self._branches[row.branch].name),
                        *pair(row.amounts["gross"], href),
                        *self._next_ranks(line),
                    ],
                    _parts(row),
                )
            )
        return Table(
            _("people who differ"),
            [*headings(_("employee"), _("branch")), *sides(), *headings(*map(_column, _NEXT_RANKS))],
            rows,
            anchor="people",
            articles=[Cell(_("all people"), self._lines()), Cell(_("all who differ"), self._lines(differs="any"))],
            empty=_("Nobody's pay or rank differs."),
        )

    def _total(self, width: int) -> Row:
        """Gross pay of all, below a table of so many columns."""
        cells = [Cell(_("total")), *pair(self.summary.amounts["gross"])]
        return Row([*cells, *[Cell("")] * (width - len(cells))])

    def _latest_lines(self, employees: Collection[int]) -> dict[int, PreviewLine]:
        lines = PreviewLine.objects.filter(preview=self.preview, employee__in=employees).order_by("month")
        return {line.employee_id: line for line in lines}

    def _next_ranks(self, line: PreviewLine) -> list[Cell]:
        codes = (getattr(line, name) for name in _NEXT_RANKS)
        as_is, supposed = (self.names.get(code, code) or NOTHING for code in codes)
        return [Cell(as_is), Cell(supposed, tone=Tone.ATTENTION if as_is != supposed else None)]

    def _lines(self, **filters: object) -> str:
        return listed(PreviewLine, preview__id__exact=self.preview.pk, **filters)


def _column(name: str) -> str:
    return str(PreviewLine._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _count(value: int, href: str) -> Cell:
    return number(value, href if value else "")


def _change(as_is: str, supposed: str) -> Cell:
    return Cell(as_is if as_is == supposed else f"{as_is} → {supposed}", is_number=True)


def _change_of(amounts: Pair) -> Cell:
    return _change(amount_text(amounts.as_is), amount_text(amounts.supposed))


def _attainments(row: BranchSum) -> Iterator[str]:
    sales, target = row.amounts["sales"], row.amounts["target"]
    for sold, wanted in ((sales.as_is, target.as_is), (sales.supposed, target.supposed)):
        yield attainment_text(sold, wanted) if wanted else NOTHING


def _rejections(row: BranchSum) -> str:
    as_is, supposed = row.claims_rejected
    if as_is == supposed:
        return ""
    return _("Claims rejected: %(as_is)d as it is, %(supposed)d supposed") % {"as_is": as_is, "supposed": supposed}


def _parts(row: PersonSum) -> str:
    """Which amounts of a person differ, and by how much; gross pay, which they make up, left out."""
    differing = (
        f"{amount_label(name)} {difference_text(amounts.difference)}"
        for name, amounts in row.amounts.items()
        if name != "gross" and amounts.difference
    )
    return _("; ").join(differing)
