"""What happened to a month on its way, with who and when, and what the verifications found."""

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone
from django.utils.translation import gettext as _

from access.models import User
from access.pages.links import Links
from access.pages.records import Cell, Row, Table, Tone
from access.reach import within_reach
from monthend.approval.selectors import who_did
from monthend.lock.selectors_chain import long_code
from monthend.models import MonthTransition, MonthVerification
from monthend.page.setbacks import with_what_was_changed
from monthend.pages import verification_state
from monthend.rights import may_read_details, reason_for
from rulebook.cells import headings, number, numeric, text
from rulebook.month import Month

MOST = 30
_TONES = {
    MonthTransition.Kind.LOCKED: Tone.DONE,
    MonthTransition.Kind.PAID: Tone.DONE,
    MonthTransition.Kind.STALE: Tone.ATTENTION,
    MonthTransition.Kind.REJECTED: Tone.ATTENTION,
    MonthTransition.Kind.UNPAID: Tone.ATTENTION,
}


def read_history(month: Month, viewer: User) -> list[MonthTransition]:
    """The latest transitions of all of the month's runs, the newest first."""
    rows = within_reach(viewer, MonthTransition.objects.filter(run__month=month))
    return list(
        with_what_was_changed(rows)
        .select_related("run", "by__employee", "on_behalf_of__employee")
        .order_by("-id")[:MOST]
    )


def history_table(transitions: Sequence[MonthTransition], viewer: User) -> Table:
    """The transitions, each with who did it, for whom and, where the viewer may read it, why."""
    links = Links(viewer, [row.run for row in transitions])
    return Table(
        _("what happened"),
        headings(_("when"), _("what"), _("who")),
        [
            Row(
                [
                    text(f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"),
                    Cell(row.get_kind_display(), links.to(row.run), tone=_TONES.get(MonthTransition.Kind(row.kind))),
                    text(who_did(row)),
                ],
                sentence=_what(row, viewer),
            )
            for row in transitions
        ],
        anchor="history",
        empty=_("Nothing has happened yet."),
    )


def _what(row: MonthTransition, viewer: User) -> str:
    """What is told of it: with a payment its day and voucher, with the lock the whole chain code (here is room for it);
    else the reason. A branch is told the chain code alone."""
    if row.kind == MonthTransition.Kind.LOCKED:
        return _("Chain code %(code)s") % {"code": long_code(row.run.link)}
    return paid_text(row, viewer) or reason_for(viewer, row)


def paid_text(payment: MonthTransition, viewer: User) -> str:
    """On which day a month was paid by which voucher, for who may read that; else, and of other steps, empty."""
    if payment.paid_on is None or not may_read_details(viewer):
        return ""
    return _("paid on %(day)s, voucher %(voucher)s") % {"day": payment.paid_on, "voucher": payment.voucher}


def verification_table(verifications: Sequence[MonthVerification], viewer: User) -> Table:
    """What recomputing the month a second way found, and what it cost."""
    links = Links(viewer, verifications)
    return Table(
        _("verification"),
        headings(
            _("when"), _("result"), numeric(_("number of differences")), numeric(_("people")),
            numeric(_("seconds taken")), _("seal"),
        ),
        [
            Row(
                [
                    text(f"{timezone.localtime(row.asked_at):%Y-%m-%d %H:%M}", links.to(row)),
                    replace(verification_state(row), href=links.to(row)),
                    number(row.difference_count, links.to(row)),
                    number(row.people, links.to(row)),
                    number(row.seconds, links.to(row)),
                    text(row.seal[:12]),
                ],
                sentence=_("; ").join(row.differences[:3]) or row.refusal,
            )
            for row in verifications
        ],
        anchor="verification",
        empty=_("Not verified yet: each lock recomputes the month a second way first."),
    )  # fmt: skip
