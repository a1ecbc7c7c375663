"""What set a month back on its way: sent back, taken back by a change, or its payment taken back; who, when and why."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, JSONField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from access.history.tracking import tracked_as
from access.models import Change, User
from access.reach import scope_of
from access.roles import Scope
from monthend.approval.selectors import called_for
from monthend.models import MonthRun, MonthTransition
from monthend.rights import may_read_details, may_take_payment_back, reason_for
from rulebook.wording import sentences_text

Kind = MonthTransition.Kind
State = MonthRun.State
TRANSITIONS_READ = (
    Kind.STARTED, Kind.STALE, Kind.SUBMITTED, Kind.REJECTED, Kind.APPROVED, *MonthTransition.PAYMENTS,
)  # fmt: skip
"""The transitions that a setback is told by."""

CHANGED, CHANGED_IN = "what_was_changed", "what_of_it_was_changed"
_BEFORE_HANDED = {State.RUNNING, State.STALE, State.COMPUTED}
_OF_FILES = (Change.Source.IMPORT, Change.Source.UNDO)
FEW = 3
"""So many changed fields are named; more are told as their kind of record."""

_KEPT_WITHIN = dt.timedelta(seconds=5)
"""The change that made a result stale is kept right after that: by the table's next trigger."""


@dataclass(frozen=True, slots=True)
class Setback:
    """What set a month back, and what it undid: its handing over and approval, or its payment."""

    row: MonthTransition
    undone: Sequence[MonthTransition] = ()

    def concerns(self, viewer: User) -> bool:
        """Whether it belongs on the viewer's first page: a payment's on that of who pays, a change's on who sees the
        whole company."""
        if self.row.kind == Kind.UNPAID:
            return may_take_payment_back(viewer)
        return is_sent_back(self) or scope_of(viewer) is Scope.COMPANY

    def text_for(self, viewer: User) -> str:
        """Who set it back, when and, where the viewer may read it, why; and whose work that undid."""
        sentence = self._sentence(reason_for(viewer, self.row), may_read_details(viewer))
        return sentences_text([sentence, *map(_undone, self.undone)])

    def _sentence(self, reason: str, reads_details: bool) -> str:
        facts = {"month": self.row.run, "who": _who(self.row), "at": _moment(self.row), "reason": reason}
        match self.row.kind:
            case Kind.REJECTED if reason:
                return _("%(month)s was sent back by %(who)s on %(at)s: %(reason)s") % facts
            case Kind.REJECTED:
                return _("%(month)s was sent back by %(who)s on %(at)s") % facts
            case Kind.UNPAID if reason:
                return _("%(month)s isn't paid: %(who)s took the payment back on %(at)s: %(reason)s.") % facts
            case Kind.UNPAID:
                return _("%(month)s isn't paid: %(who)s took the payment back on %(at)s.") % facts
            case Kind.STARTED:
                return _("%(month)s is to be handed over anew: %(who)s computed it again on %(at)s.") % facts
        changed = getattr(self.row, CHANGED, "") if reads_details else ""
        if changed:
            words = _("%(month)s is to be handed over anew: on %(at)s %(who)s changed %(changed)s.")
            return words % {**facts, "changed": f"{changed}{_fields(getattr(self.row, CHANGED_IN, None))}"}
        return _("%(month)s is to be handed over anew: on %(at)s %(who)s changed what it is computed from.") % facts


def with_what_was_changed(rows: QuerySet[MonthTransition]) -> QuerySet[MonthTransition]:
    """Transitions with the record whose change made a result stale, and what of it, or the file that was imported."""
    name = Case(When(source__in=_OF_FILES, then="origin"), default="label")
    kept = Change.objects.filter(at__gte=OuterRef("at"), at__lte=OuterRef("at") + _KEPT_WITHIN, by=OuterRef("by"))
    first = kept.order_by("pk")
    by_hand = first.exclude(source__in=_OF_FILES).values(told=JSONObject(model="model", fields="after"))
    return rows.annotate(
        **{
            CHANGED: Coalesce(Subquery(first.values(name=name)[:1]), Value("")),
            CHANGED_IN: Subquery(by_hand[:1], output_field=JSONField()),
        }
    )


def setback_of(run: MonthRun | None, transitions: Sequence[MonthTransition]) -> Setback | None:
    """What set a month back and is not made good yet; the newest transition comes first."""
    if run is not None and run.state in _BEFORE_HANDED:
        return _before_handed(transitions)
    payments = [row for row in transitions if row.kind in MonthTransition.PAYMENTS]
    is_unpaid = bool(payments) and payments[0].kind == Kind.UNPAID
    return Setback(payments[0], payments[1:2]) if is_unpaid else None


def is_sent_back(setback: Setback | None) -> bool:
    """Whether an approver sent the month back."""
    return setback is not None and setback.row.kind == Kind.REJECTED


def _before_handed(transitions: Sequence[MonthTransition]) -> Setback | None:
    """Its being sent back, or the first change after it was handed over, until it is handed over again."""
    first, undone = None, list[MonthTransition]()
    for row in transitions:
        match row.kind:
            case Kind.REJECTED:
                return Setback(row)
            case Kind.STALE | Kind.STARTED:
                first = row
            case Kind.APPROVED:
                undone = [row]
            case Kind.SUBMITTED:
                return Setback(first, [row, *undone]) if first else None
    return None


def _fields(told: Mapping[str, Any] | None) -> str:
    """The kind of change in brackets, as its form names it: `(bank account)`; of a new record, what kind of record."""
    if not told:
        return ""
    model = tracked_as(told["model"]).model
    columns = (told["fields"] or {}).keys()
    changed = [str(one.verbose_name) for one in model._meta.concrete_fields if one.column in columns]
    words = _(", ").join(changed) if 0 < len(changed) <= FEW else str(model._meta.verbose_name)
    return _(" (%(what)s)") % {"what": words}


def _undone(row: MonthTransition) -> str:
    facts = {"who": _who(row), "at": _moment(row)}
    match row.kind:
        case Kind.SUBMITTED:
            return _("%(who)s had handed it over on %(at)s.") % facts
        case Kind.APPROVED:
            return _("%(who)s had approved it on %(at)s.") % facts
    return _("%(who)s had marked it as paid on %(at)s.") % facts


def _who(row: MonthTransition) -> str:
    return called_for(row.by, row.on_behalf_of) if row.by else _("console")


def _moment(row: MonthTransition) -> str:
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M}"
