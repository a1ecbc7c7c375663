"""Every address of the site, from the URL resolver, with who may ask for it and who may send something to it.

An address that is classified nowhere fails the matrix (test_matrix.py): see own_pages.py and writers.py.
"""

from collections.abc import Iterator

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from access.models import User
from access.rights import is_sealed
from monthend.models import Deputy
from monthend.preview.models import Preview
from tests.admin.cast import OF_BRANCH, House, Role
from tests.admin.own_pages import OWN_PAGES
from tests.admin.reaching import opens_list, reads_history
from tests.admin.visits import Visit, Visits, looked_after, near_and_far
from tests.admin.writers import STAFF, WRITERS

SHORTCUT = "<path:object_id>/"
"""How the route ends that leads on to a record's page: Django's own for each model, behind the same door."""

BY_PLACE = {Role.SALESPERSON, *OF_BRANCH}
"""To whom one's own row, one of the own branch and one of another differ; of others a row for each right tells all."""


def patterns() -> dict[str, URLPattern]:
    """Every pattern of the site by what it is called; one without a name by its route. But the API's, where no session
    lets anybody in: tests/api asks for each of its addresses."""
    found = {name or route: pattern for route, name, pattern in _walk(get_resolver())}
    return {name: pattern for name, pattern in found.items() if not name.startswith("api:")}


def _walk(resolver: URLResolver, route: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for pattern in resolver.url_patterns:
        at = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, at, namespace + (f"{pattern.namespace}:" if pattern.namespace else ""))
        else:
            yield at, f"{namespace}{pattern.name}" if pattern.name else "", pattern


def classified() -> dict[str, Visits]:
    """What is asked of each pattern, by its name or route."""
    pages = dict(OWN_PAGES)
    for model in admin.site._registry:
        label = f"{model._meta.app_label}_{model._meta.model_name}"
        for view in ("changelist", "add", "history", "delete", "change"):
            pages[f"admin:{label}_{view}"] = _of_model(model, view)
        pages[f"admin/{model._meta.app_label}/{model._meta.model_name}/{SHORTCUT}"] = _shortcut(model)
    return pages


def _of_model(model: type[Model], view: str) -> Visits:
    """One of the five pages that the admin makes for a model."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}"
        rows, seen = near_and_far(house, role, model)
        writes = role in WRITERS.get(model, {}).get(view, frozenset())
        if view == "changelist":
            opens = opens_list(role, model, seen)
            yield Visit(reverse(name), opens, opens)
        elif view == "add":
            yield Visit(reverse(name), writes, writes)
        else:
            asked = list[tuple[bool, bool]]()
            for row in rows:
                reached = row.pk in seen and (view != "history" or reads_history(role, model))
                may_write = reached and writes and not is_sealed(row) and _is_theirs(house, role, row)
                read = may_write if view == "delete" else reached
                may = (read, read if view == "history" else may_write)
                if role in BY_PLACE or may not in asked:
                    asked.append(may)
                    yield Visit(reverse(name, args=[row.pk]), *may)

    return visits


def _is_theirs(house: House, role: str, row: Model) -> bool:
    """Whether a row that belongs to whoever asked for it or appointed is this log-in's."""
    match row:
        case User():
            return looked_after(house, role, row)
        case Preview():
            return row.asked_by == house.users[role]
        case Deputy():
            return row.principal == house.users[role] and row.end >= timezone.localdate()
    return True


def _shortcut(model: type[Model]) -> Visits:
    """The address without a view's name, which leads on to the record's page and tells nothing; asked of one model."""

    def visits(house: House, role: str) -> Iterator[Visit]:
        if model is not next(iter(admin.site._registry)):
            return
        row = model._default_manager.earliest("pk")
        list_page = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        yield Visit(f"{list_page}{row.pk}/", role in STAFF, role in STAFF)

    return visits
