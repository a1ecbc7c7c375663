"""Takes an import back: rows that it added go, values that it changed go back, and what follows is derived anew."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from psycopg2 import sql

from access.actor import Actor
from access.history.acting import acting, action
from access.models import Change
from clients.history.actions import rebuild_histories
from monthend.runs import withdraw_results
from periods.bulk import any_of
from periods.copying import clear_rows
from periods.turns import wait_for_turn
from periods.undoing import going_with_input
from staff.careers.actions import rebuild_careers
from staff.models import Branch, Department, Employee, PersonnelEvent, Review
from workbooks.uploads.models import Upload
from workbooks.uploads.undo import IMPORTED, Undoing, UndoObstacle, check_own_weight, look_at_undo, untouched_reviews

logger = logging.getLogger(__name__)

_PLACES_AND_PEOPLE = (Branch, Department, Employee)


def try_undo(upload: Upload) -> Undoing:
    """Look at what undoing would do; if nothing speaks against it, do it and take it back, to know that it works."""
    with transaction.atomic():
        wait_for_turn()
        undoing = look_at_undo(upload)
        if not undoing.obstacles:
            try:
                with transaction.atomic():
                    _undo(undoing, by=Actor(upload.confirmed_by))
                    transaction.set_rollback(True)
            except DatabaseError:
                logger.exception("upload %s can't be undone", upload.pk)
                reason = _("what stands in the data without these rows would break a rule")
                undoing.obstacles.append(UndoObstacle("", upload.file_name, reason))
    return undoing


@action
def undo_import(upload: Upload, *, by: Actor) -> Undoing:
    """Take an import back if that does what was shown (`upload.undo_shown`) and nothing speaks against what comes of
    it; else only tell what it would do now, and what speaks against it."""
    wait_for_turn()
    undoing = look_at_undo(upload)
    if undoing.digest == upload.undo_shown:
        with acting(by, Change.Source.UNDO, origin=upload.file_name, origin_id=upload.pk):
            _undo(undoing, by=by)
            if undoing.obstacles:
                transaction.set_rollback(True)
    return undoing


def _undo(undoing: Undoing, *, by: Actor) -> None:
    people = _people_concerned(undoing)
    withdraw_results(undoing.months, by=by)
    for model in reversed(IMPORTED):
        if model not in _PLACES_AND_PEOPLE:
            _remove(undoing, model)
    for model in IMPORTED:
        _put_back(model, undoing.restored[model])
    rebuild_careers(people)
    for model in reversed(_PLACES_AND_PEOPLE):
        _remove(undoing, model)
    _go_back_to_earlier_imports(undoing.upload)
    rebuild_histories()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    check_own_weight(undoing)


def _people_concerned(undoing: Undoing) -> set[int]:
    """Those whose posts and ranks may be others afterwards (ids); all if a department moved."""
    if any(back.keys() & {"branch_id", "system"} for back in undoing.restored[Department].values()):
        return set(Employee.objects.values_list("pk", flat=True))
    events = {*undoing.removed[PersonnelEvent], *undoing.restored[PersonnelEvent]}
    concerned = PersonnelEvent.objects.filter(pk__in=any_of(events)).values_list("employee", flat=True)
    return {*concerned, *undoing.removed[Employee]}


def _remove(undoing: Undoing, model: type[Model]) -> None:
    """Delete the rows of a table that the import added, and before what follows from them."""
    keys = undoing.removed[model]
    if not keys:
        return
    if model is Employee:
        clear_rows(Review.objects.filter(pk__in=untouched_reviews().values("pk"), employee__in=any_of(keys)))
    for following in going_with_input():
        for field in following._meta.concrete_fields:
            if field.related_model is model:
                clear_rows(following._default_manager.filter(**{f"{field.name}__in": any_of(keys)}))
    clear_rows(model._default_manager.filter(pk__in=any_of(keys)))


def _put_back(model: type[Model], rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Write columns as they were, in one statement; the database reads its own account of them."""
    columns = sorted({column for back in rows.values() for column in back})
    if not columns:
        return
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    given = [{"id": key, "before": back} for key, back in rows.items()]
    statement = sql.SQL(
        "UPDATE {table} AS kept SET ({names}) ="
        " (SELECT {names} FROM jsonb_populate_record(kept, given.before) AS was)"
        " FROM jsonb_to_recordset(%s::jsonb) AS given (id bigint, before jsonb) WHERE kept.id = given.id"
    ).format(table=sql.Identifier(model._meta.db_table), names=names)
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(given)])


def _go_back_to_earlier_imports(upload: Upload) -> None:
    """Let the rows of the workbook say again what an earlier import said of them; without one they are forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM workbooks_importedrow WHERE batch_id = %s AND replaced = '[]'::jsonb", [upload.batch_id]
        )
        cursor.execute(
            "UPDATE workbooks_importedrow SET batch_id = (replaced -> -1 ->> 0)::bigint, content = replaced -> -1 -> 1,"
            " replaced = replaced - -1 WHERE batch_id = %s",
            [upload.batch_id],
        )
