"""A month by branch: sales against target, people, pay against the month before, the support bonus."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links, listed
from access.pages.records import Cell, Row, Table, Tone
from compensation.models import Payslip, SupportPool
from monthend.page.figures import Figures, Paid, change_text
from rulebook.cells import amount, headings, number, numeric, text
from rulebook.money import ZERO
from rulebook.wording import attainment_text


def branch_table(figures: Figures, viewer: User, unshared: Collection[int] = ()) -> Table:
    """The month's branches; `unshared` are those whose pool nobody has shared yet."""
    pools = figures.pools()
    links = Links(viewer, reached=[*pools, *(pool.branch for pool in pools)])
    return Table(
        _("branches"),
        headings(
            _("branch"), numeric(_("sales of the branch")), numeric(_("target")), numeric(_("attainment")),
            numeric(_("people")), numeric(_("gross pay")), numeric(_("against the month before")),
            numeric(_("support bonus")),
        ),
        [_row(pool, figures, links, is_shared=pool.branch_id not in unshared) for pool in pools],
        anchor="branches",
        total=_total(pools, figures) if len(pools) > 1 else None,
        empty=_("The month has not been computed yet."),
    )  # fmt: skip


def _row(pool: SupportPool, figures: Figures, links: Links, *, is_shared: bool) -> Row:
    here = links.to(pool)
    slips = listed(Payslip, month=pool.month, branch__id__exact=pool.branch_id)
    paid = figures.paid_by_branch[pool.month].get(pool.branch_id, Paid())
    before = figures.paid_by_branch[pool.month - 1].get(pool.branch_id)
    return Row(
        [
            text(pool.branch, links.to(pool.branch)),
            amount(pool.sales, here),
            amount(pool.target, here),
            _attained(pool, here),
            number(paid.people, slips),
            amount(paid.gross, slips),
            Cell(change_text(paid.gross, before.gross if before else None), is_number=True),
            amount(pool.pool, here) if is_shared else _unshared(pool, here),
        ]
    )


def _attained(pool: SupportPool, href: str) -> Cell:
    if not pool.target:
        return Cell("–", is_number=True)
    share = min(max(pool.sales / pool.target, ZERO), ZERO + 1)
    return Cell(attainment_text(pool.sales, pool.target), href, is_number=True, bar=share)


def _unshared(pool: SupportPool, href: str) -> Cell:
    words = _("%(pool)s not shared") % {"pool": amount(pool.pool).text}
    return Cell(words, href, is_number=True, tone=Tone.ATTENTION)


def _total(pools: list[SupportPool], figures: Figures) -> Row:
    month = figures.month
    sales, target = figures.sales(month), figures.target(month)
    paid, before = figures.paid(month), figures.paid(month - 1)
    return Row(
        [
            Cell(_("total")),
            amount(sales),
            amount(target),
            Cell(attainment_text(sales, target) if target else "–", is_number=True),
            number(paid.people),
            amount(paid.gross),
            Cell(change_text(paid.gross, before.gross), is_number=True),
            amount(sum((pool.pool for pool in pools), ZERO)),
        ]
    )
