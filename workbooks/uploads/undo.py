"""What undoing an import takes back, and what speaks against it, as the history of changes tells."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import Count, Exists, ForeignObjectRel, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from access.accounts.second_person import is_about, is_unknown_person, person_of, unknown_person
from access.decisions.effect import digest_of
from access.models import Change
from clients.models import BankPair, Contract, Receipt
from compensation.corrections.selectors import closers_by_number
from compensation.models import Correction, SupportWeight
from compensation.month.selectors import sharing_with
from funds.models import FundLot
from monthend.lock.selectors_seal import RESULTS
from monthend.models import MonthRun
from periods.bulk import any_of
from periods.selectors import last_locked_month
from periods.undoing import going_with_input
from rulebook.month import Month
from rulebook.wording import month_text
from staff.careers.selectors_own import own_event
from staff.models import Absence, Department, Employee, OpeningState, PersonnelEvent, Post, RankDecision, Review
from staff.numbers.privacy import MASKED
from workbooks.company.checks.own import own_contract, own_receipt
from workbooks.company.checks.weights import own_pool, own_weight
from workbooks.company.company import key_text
from workbooks.company.layout import SHEET_BY_NAME, SHEET_BY_TITLE, SHEETS
from workbooks.models import ImportedRow
from workbooks.uploads.models import Upload, UploadRow

MOST_OBSTACLES = 200

IMPORTED: tuple[type[Model], ...] = tuple(sheet.model for sheet in SHEETS)
"""The tables that an import writes, parents first."""

_OF_IMPORTS = (Change.Source.IMPORT, Change.Source.UNDO)


@dataclass(frozen=True, slots=True)
class UndoObstacle:
    """Why an import can't be undone: which kind of record, which one, and what of it."""

    kind: str
    record: str
    reason: str


@dataclass(slots=True)
class Undoing:
    """What undoing an import does: rows (ids) that go, columns that go back, months whose results go with the rows, and
    the weights among the rows, as they stand."""

    upload: Upload
    removed: dict[type[Model], set[int]] = field(default_factory=lambda: defaultdict(set))
    restored: dict[type[Model], dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    labels: dict[tuple[type[Model], int], str] = field(default_factory=dict)
    months: set[Month] = field(default_factory=set)
    weights: list[SupportWeight] = field(default_factory=list)
    obstacles: list[UndoObstacle] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """A hash of all that it does; empty if something speaks against it."""
        if self.obstacles:
            return ""
        rows = (
            # What goes back, as the history keeps it: in JSON.
            (model._meta.label, self.removed[model], json.dumps(sorted(self.restored[model].items()), sort_keys=True))
            for model in IMPORTED
        )
        return digest_of([self.months, *rows])

    def first_obstacles(self) -> list[dict[str, str]]:
        """The first obstacles, as they are kept."""
        return [asdict(obstacle) for obstacle in self.obstacles[:MOST_OBSTACLES]]

    def refuse(self, model: type[Model], key: int, reason: str) -> None:
        """Note what speaks against undoing because of one row."""
        label = self.labels.get((model, key), "")
        self.obstacles.append(UndoObstacle(str(model._meta.verbose_name), label, reason))


def look_at_undo(upload: Upload) -> Undoing:
    """What undoing an import would do, and all that speaks against it; nothing is written."""
    undoing = Undoing(upload)
    _read_changes(undoing)
    _read_opening_lots(undoing)
    _unmask(undoing)
    weights = [*undoing.restored[SupportWeight], *undoing.removed[SupportWeight]]
    undoing.weights = list(SupportWeight.objects.filter(pk__in=any_of(weights)).order_by("month", "pk"))
    for check in _CHECKS:
        check(undoing)
    return undoing


def _read_changes(undoing: Undoing) -> None:
    """The rows that the import added, and of those that it changed the columns as they were."""
    for change in _own_changes(undoing.upload).order_by("pk").iterator():
        model = apps.get_model(change.model)
        undoing.labels[model, change.row_id] = change.label
        if change.kind == Change.Kind.ADDED:
            undoing.removed[model].add(change.row_id)
        elif change.row_id not in undoing.removed[model]:
            back = undoing.restored[model].setdefault(change.row_id, {})
            for column, value in (change.before or {}).items():
                back.setdefault(column, value)


def _own_changes(upload: Upload) -> Any:
    return Change.objects.filter(at__gte=_begun(upload), source=Change.Source.IMPORT, origin_id=upload.pk)


def _begun(upload: Upload) -> dt.datetime:
    """A time before all changes of an import, by whichever clock, so that the history need not be read whole."""
    return upload.uploaded_at - dt.timedelta(days=1)


def _read_opening_lots(undoing: Undoing) -> None:
    """Funds brought along: their table holds what months compute, too, and has no history of changes."""
    sheet = SHEET_BY_NAME["opening_lots"]
    balance = sheet.by_field["balance"].header
    rows = {row.key: row for row in UploadRow.objects.filter(upload=undoing.upload, sheet=sheet.title)}
    if not rows:
        return
    for pk, *key in FundLot.objects.filter(is_opening=True).values_list("pk", "branch__code", "fund", "month"):
        name = key_text(sheet, tuple(key))
        row = rows.get(name)
        if row is None:
            continue
        undoing.labels[FundLot, pk] = name
        if row.change == UploadRow.Change.ADDED:
            undoing.removed[FundLot].add(pk)
        else:
            before = {heading: old for heading, old, _new in row.differences}
            undoing.restored[FundLot][pk] = {"amount": before[balance]}


def _unmask(undoing: Undoing) -> None:
    """Numbers that the history keeps masked, from the rows of the workbook, which tell what stood there."""
    masked = {key: back for key, back in undoing.restored[Employee].items() if any(column in back for column in MASKED)}
    if not masked:
        return
    sheet = SHEET_BY_NAME["employees"]
    numbers = dict(Employee.objects.filter(pk__in=any_of(masked)).values_list("number", "pk"))
    for row in UploadRow.objects.filter(upload=undoing.upload, sheet=sheet.title, key__in=numbers):
        before = {heading: old for heading, old, _new in row.differences}
        back = masked[numbers[row.key]]
        for column in MASKED:
            if column in back:
                back[column] = before[sheet.by_field[column].header] or ""


def _check_history(undoing: Undoing) -> None:
    """Without a history of changes nobody can tell what stood there before."""
    if not any(undoing.removed.values()) and not any(undoing.restored.values()):
        reason = _("it was imported before changes were kept, or changed nothing")
        undoing.obstacles.append(UndoObstacle("", undoing.upload.file_name, reason))


def _check_running(undoing: Undoing) -> None:
    """A month being computed reads what would go."""
    for run in MonthRun.objects.filter(state=MonthRun.State.RUNNING):
        reason = _("%(month)s is being computed: try again afterwards") % {"month": month_text(run.month)}
        undoing.obstacles.append(UndoObstacle(str(MonthRun._meta.verbose_name), str(run.month), reason))


def _check_later_imports(undoing: Undoing) -> None:
    """A row that a later import changed belongs to that one: it must be undone first."""
    touched = UploadRow.objects.filter(upload=undoing.upload, sheet=OuterRef("sheet"), key=OuterRef("key"))
    later = ImportedRow.objects.filter(Exists(touched), batch__gt=undoing.upload.batch_id or 0)
    for sheet, key, file in later.values_list("sheet", "key", "batch__file_name")[: MOST_OBSTACLES + 1]:
        reason = _("a later import changed it: “%(file)s”") % {"file": file}
        undoing.obstacles.append(UndoObstacle(SHEET_BY_TITLE[sheet].title, key, reason))


def _check_later_changes(undoing: Undoing) -> None:
    """A row that somebody changed by hand since, or that followed from something else."""
    ours = _own_changes(undoing.upload).filter(model=OuterRef("model"), row_id=OuterRef("row_id"))
    touched = ours.filter(pk__lt=OuterRef("pk"))
    later = (
        Change.objects.filter(Exists(touched), at__gte=_begun(undoing.upload))
        .exclude(source__in=_OF_IMPORTS)
        .select_related("by")
        .order_by("pk")
    )
    for change in later[: MOST_OBSTACLES + 1]:
        reason = _("changed on %(day)s since, %(how)s") % {
            "day": timezone.localdate(change.at),
            "how": str(change.by or change.get_source_display()),
        }
        undoing.refuse(apps.get_model(change.model), change.row_id, reason)


def _check_locked(undoing: Undoing) -> None:
    """Nothing that counts in a locked month goes, or is changed back."""
    locked = last_locked_month()
    if locked is None:
        return
    for sheet in SHEETS:
        model, day = sheet.model, sheet.counts_in
        if not day:
            continue
        changed = [key for key, back in undoing.restored[model].items() if back.keys() - sheet.free_columns]
        rows = model._default_manager.filter(pk__in=any_of([*undoing.removed[model], *changed]))
        for key, found in rows.filter(**{f"{day}__lte": locked.last}).values_list("pk", day):
            month = found if isinstance(found, Month) else Month.of(found)
            undoing.refuse(model, key, _("%(month)s is locked") % {"month": month_text(month)})
    for key in [*undoing.removed[OpeningState], *undoing.restored[OpeningState]]:
        undoing.refuse(OpeningState, key, _("%(month)s is locked") % {"month": locked})


def _check_references(undoing: Undoing) -> None:
    """What goes must not be missed by rows that stay; the results of open months go with it."""
    for model in IMPORTED:
        if undoing.removed[model]:
            for relation in _relations_to(model):
                _check_relation(undoing, model, relation)


def _relations_to(model: type[Model]) -> Iterator[ForeignObjectRel]:
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in going_with_input():
            yield relation


def _check_relation(undoing: Undoing, model: type[Model], relation: ForeignObjectRel) -> None:
    pointing: type[Model] = relation.related_model
    name = relation.field.name
    rows = pointing._default_manager.filter(**{f"{name}__in": any_of(undoing.removed[model])}).order_by()
    if pointing in RESULTS:
        computed = rows.filter(is_opening=False) if pointing is FundLot else rows
        undoing.months.update(computed.values_list("month", flat=True).distinct())
        rows = rows.filter(is_opening=True) if pointing is FundLot else rows.none()
    if pointing is Review:
        rows = rows.exclude(pk__in=untouched_reviews())
    column = str(relation.field.column)
    going = [key for key, back in undoing.restored[pointing].items() if column in back]
    rows = rows.exclude(pk__in=any_of([*undoing.removed[pointing], *going]))
    for key, count in rows.values_list(name).annotate(Count("pk")):
        words = {"count": count, "kind": pointing._meta.verbose_name}
        undoing.refuse(model, key, _("%(count)d × %(kind)s refer to it") % words)


def untouched_reviews() -> QuerySet[Review]:
    """Reviews that a month opened and nobody did anything about: they go with the month's result."""
    return Review.objects.filter(state=Review.State.OPEN, steps=None)


def _check_corrections(undoing: Undoing) -> None:
    """What was corrected or matched with the bank since stands as it was corrected or matched."""
    for model, pointing, name in (
        (Contract, Correction, "contract"),
        (Receipt, Correction, "receipt"),
        (Receipt, BankPair, "receipt"),
    ):
        rows = pointing._default_manager.filter(**{f"{name}__in": any_of(undoing.restored[model])}).order_by()
        for key, count in rows.values_list(name).annotate(Count("pk")):
            words = {"count": count, "kind": pointing._meta.verbose_name}
            undoing.refuse(model, key, _("%(count)d × %(kind)s refer to it") % words)


def _check_careers(undoing: Undoing) -> None:
    """A person's story is not rewritten from its middle: moves, contracts and ranks given since stand on it."""
    keys = {*undoing.removed[PersonnelEvent], *undoing.restored[PersonnelEvent]}
    if not keys:
        return
    later_moves = PersonnelEvent.objects.filter(employee=OuterRef("employee"), date__gt=OuterRef("date"))
    contracts = Contract.objects.filter(closer=OuterRef("employee"), signed_on__gte=OuterRef("date"))
    ranks = RankDecision.objects.filter(
        employee=OuterRef("employee"), entered_on=OuterRef("date"), state=RankDecision.State.SIGNED
    )
    events = PersonnelEvent.objects.filter(pk__in=any_of(keys)).annotate(
        has_moved=Exists(later_moves.filter(_written_since(undoing, PersonnelEvent))),
        has_closed=Exists(contracts.filter(_written_since(undoing, Contract))),
        has_rank=Exists(ranks),
    )
    reasons = {
        "has_moved": _("the person has moved again since"),
        "has_closed": _("the person has closed contracts since"),
        "has_rank": _("the person was given a rank by decision since"),
    }
    stands_on = Q(has_moved=True) | Q(has_closed=True) | Q(has_rank=True)
    for event in events.filter(stands_on).values("pk", *reasons):
        undoing.refuse(PersonnelEvent, event["pk"], next(told for name, told in reasons.items() if event[name]))


def _written_since(undoing: Undoing, model: type[Model]) -> Exists:
    """Whether a row was written after the import, and neither by it nor by one that is undone already."""
    since = Change.objects.filter(
        model=model._meta.label_lower, row_id=OuterRef("pk"), at__gte=undoing.upload.confirmed_at
    )
    passed = Upload.objects.filter(Q(state=Upload.State.UNDONE) | Q(pk=undoing.upload.pk))
    return Exists(since.exclude(source__in=_OF_IMPORTS, origin_id__in=passed.values("pk")))


def check_own_weight(undoing: Undoing) -> None:
    """Nobody takes their own weight back, or one of a pool in which they share, be it changed or added by an import,
    nor does a log-in that is nobody's (1-7.2.2).

    Who shares in a month's pool is told by the posts of that month as they stand: asked once more when the import is
    undone, it is told by those to which people went back.
    """
    by = undoing.upload.undo_by
    if by is None:
        return
    is_nobody = is_unknown_person(by)
    for month, found in groupby(undoing.weights, lambda row: row.month):
        sharing = sharing_with(month, person_of(by))
        for row in found:
            if is_nobody or is_about(by, row.employee_id):
                undoing.refuse(SupportWeight, row.pk, unknown_person() if is_nobody else own_weight())
            elif row.employee_id in sharing:
                undoing.refuse(SupportWeight, row.pk, own_pool())


def _check_own(undoing: Undoing) -> None:
    """Nobody gets back for themselves, by undoing an import, who is paid by a contract or what happened to themselves,
    nor takes cash away that pays them."""
    by = undoing.upload.undo_by
    own = Employee.objects.filter(pk=person_of(by) or 0).first() if by else None
    if own is not None:
        _check_own_contracts(undoing, own)
        _check_own_receipts(undoing, own)
        _check_own_events(undoing, own)


def _check_own_contracts(undoing: Undoing, own: Employee) -> None:
    touched = [*undoing.restored[Contract], *undoing.removed[Contract]]
    stands = Contract.objects.filter(Q(closer=own) | Q(assistant=own), pk__in=any_of(touched))
    earning = set(stands.values_list("pk", flat=True))
    for key in touched:
        back = undoing.restored[Contract].get(key)
        moves = back is None or not set(Contract.EARNER_KEYS).isdisjoint(back)
        if moves and (key in earning or own.pk in [(back or {}).get(name) for name in Contract.EARNER_KEYS]):
            undoing.refuse(Contract, key, own_contract())


def _check_own_receipts(undoing: Undoing, own: Employee) -> None:
    """As the import takes them (workbooks/company/checks/own.py), of the contract that they are of or go back to."""
    in_sales = Post.objects.filter(
        Q(end=None) | Q(end__gt=OuterRef("received_on")),
        employee=own,
        start__lte=OuterRef("received_on"),
        department__system=Department.System.SALES,
    )
    right_closers = {contract: closer for _day, _number, contract, closer in closers_by_number()}
    named = Contract.objects.filter(Q(closer=own) | Q(assistant=own) | Q(corrections__right_closer=own))
    numbers, assisted = {}, set()
    for pk, number, closer, assistant in named.values_list("pk", "number", "closer__number", "assistant"):
        if assistant == own.pk:
            assisted.add(pk)
        if assistant == own.pk or right_closers.get(number, closer) == own.number:
            numbers[pk] = number
    touched = [*undoing.restored[Receipt], *undoing.removed[Receipt]]
    rows = Receipt.objects.filter(pk__in=any_of(touched)).annotate(sells=Exists(in_sales))
    for key, contract, reverses, sells in rows.values_list("pk", "contract", "reverses", "sells"):
        back = undoing.restored[Receipt].get(key, {})
        counts = sells or reverses is not None or not {"received_on", "reverses_id"}.isdisjoint(back)
        for one in {contract, back.get("contract_id", contract)}:
            if one in assisted or (counts and one in numbers):
                undoing.refuse(Receipt, key, own_receipt(own, numbers[one]))
                break


def _check_own_events(undoing: Undoing, own: Employee) -> None:
    for model in (PersonnelEvent, Absence):
        touched = [*undoing.restored[model], *undoing.removed[model]]
        rows = model._default_manager.filter(employee=own, pk__in=any_of(touched))
        for key in rows.values_list("pk", flat=True):
            undoing.refuse(model, key, own_event())


_CHECKS: Sequence[Callable[[Undoing], None]] = (
    _check_history,
    _check_running,
    _check_later_imports,
    _check_later_changes,
    _check_locked,
    _check_references,
    _check_corrections,
    _check_careers,
    check_own_weight,
    _check_own,
)
