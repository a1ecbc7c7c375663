"""Links to records: a link is shown only where the viewer may go through it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.admin.utils import quote
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet, Value
from django.urls import reverse
from django.utils.http import urlencode

from access.pages.addresses import lasting_key
from access.reach import reaches_all, within_reach
from access.rights import Right, may


class Links:
    """The addresses of records' pages for one viewer; asks the database once, however many records and models."""

    def __init__(
        self,
        viewer: AbstractBaseUser | AnonymousUser,
        records: Iterable[Model | None] = (),
        *,
        reached: Iterable[Model] = (),
    ) -> None:
        """Prepare records; `reached` were read within the viewer's reach, which is not asked again."""
        self._viewer = viewer
        self._open: dict[type[Model], set[object]] = defaultdict(set)
        for record in reached:
            if may(viewer, Right.VIEW, type(record)):
                self._open[type(record)].add(record.pk)
        self.prepare(records)

    def prepare(self, records: Iterable[Model | None]) -> None:
        """Find out which of these records the viewer reaches."""
        wanted: dict[type[Model], set[object]] = defaultdict(set)
        for record in records:
            if record is not None and record.pk not in self._open[type(record)]:
                wanted[type(record)].add(record.pk)
        asked = []
        for model, keys in wanted.items():
            if not may(self._viewer, Right.VIEW, model):
                continue
            if reaches_all(self._viewer, model):
                self._open[model] |= keys
            else:
                asked.append(model._default_manager.filter(pk__in=keys))
        self._ask(asked)

    def _ask(self, asked: Sequence[QuerySet[Model]]) -> None:
        """Open what lies within reach, of all the models by one question."""
        parts = [
            within_reach(self._viewer, rows).order_by().values_list(Value(index), "pk")
            for index, rows in enumerate(asked)
        ]
        if parts:
            for index, key in parts[0].union(*parts[1:], all=True):
                self._open[asked[index].model].add(key)

    def to(self, record: Model | None, anchor: str = "") -> str:
        """The address of a prepared record's page, empty where the viewer can't go."""
        if record is None or record.pk not in self._open[type(record)]:
            return ""
        return address(record) + (f"#{anchor}" if anchor else "")


def listed(model: type[Model], /, **filters: object) -> str:
    """The address of a model's list in the admin, filtered."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{url}?{urlencode({name: str(value) for name, value in filters.items()})}"


def address(record: Model) -> str:
    """The address of a record's page in the admin; a month that is computed again keeps it."""
    key = quote(lasting_key(record))
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[key])
