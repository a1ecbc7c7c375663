"""What changed since the month before of what people are paid by, as a table of a month's page."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Heading, Row, Table, Tone
from access.reach import scope_of
from access.roles import Scope
from monthend.approval.selectors_since_last_month import Changed, ChangeKind
from rulebook.cells import headings, text
from rulebook.month import Month
from rulebook.wording import month_text


def may_see_changes(viewer: User) -> bool:
    """Whether the viewer is told of them: who sees the whole company's pay."""
    return scope_of(viewer) is Scope.COMPANY


def changes_table(month: Month, viewer: User, found: Sequence[Changed]) -> Table:
    """Accounts, hires, leavers, base pay and links of log-ins, each with who entered and who confirmed it."""
    links = Links(viewer, [one.person for one in found])
    facts = {"before": month_text(month - 1)}
    return Table(
        _("changed since %(before)s: what people are paid by") % facts,
        headings(
            _("employee"), _("what"), _("before"), _("now"), _("entered by"), Heading(_("confirmed by")),
        ),
        [_row(one, links) for one in found],
        anchor="changes",
        empty=_("Nothing changed since %(before)s: no account, hire, departure, base pay or log-in.") % facts,
        note=_("Accounts by their last four digits.") if found else "",
    )  # fmt: skip


def _row(one: Changed, links: Links) -> Row:
    is_open = one.confirmed is None and one.needs_confirmation
    return Row(
        [
            text(one.person, links.to(one.person)),
            Cell(str(one.what.value), tone=Tone.BLOCKS if one.what is ChangeKind.AFTER_APPROVAL else Tone.PLAIN),
            text(one.was),
            text(one.becomes),
            text(one.entered.text if one.entered else ""),
            Cell(one.confirmed_text, tone=Tone.ATTENTION if is_open else None),
        ]
    )
