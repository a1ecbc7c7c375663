"""Which models' changes the database keeps, and who is shown which of their fields.

A new model needs two lines: `SELECT track_table(…)` in a migration of its app, which depends on the one that tells the
arguments (access/migrations/0012_owner_alone.py), and `track(Model)` in the app's tracked.py.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Tracked:
    """A model whose changes are kept; `private` are fields that only `seen_by` (roles) are shown. Where `read_by` names
    roles, they alone search its changes.
    """

    model: type[Model]
    private: frozenset[str] = frozenset()
    seen_by: frozenset[str] = frozenset()
    read_by: frozenset[str] | None = None


_TRACKED: dict[str, Tracked] = {}


def track(
    *models: type[Model],
    private: Collection[str] = (),
    seen_by: Collection[str] = (),
    read_by: Collection[str] | None = None,
) -> None:
    """Enter models whose tables the database tracks."""
    for model in models:
        _TRACKED[model._meta.label_lower] = Tracked(
            model, frozenset(private), frozenset(seen_by), None if read_by is None else frozenset(read_by)
        )


def tracked(model: type[Model]) -> Tracked | None:
    """What is kept of a model's changes; None where nothing is."""
    return _TRACKED.get((model._meta.concrete_model or model)._meta.label_lower)


def tracked_models() -> list[Tracked]:
    """All models whose changes are kept, in the order of their names for the reader."""
    return sorted(_TRACKED.values(), key=lambda one: str(one.model._meta.verbose_name))


def tracked_as(label: str) -> Tracked:
    """What is kept under a name such as `clients.receipt`; raises LookupError for a model that is no more."""
    return _TRACKED.get(label) or Tracked(apps.get_model(label))
