"""The models point one way, as the imports do; a foreign key named by a string escapes the import check."""

import tomllib
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db.models import ForeignKey, ManyToManyField, Model, OneToOneField

POINTING = (ForeignKey, OneToOneField, ManyToManyField)


def layers() -> dict[str, int]:
    """Return the height of each app, from the contract that the import check reads."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    (contract,) = [contract for contract in contracts if contract["id"] == "layers"]
    rows = reversed(contract["layers"])
    return {app.strip(): height for height, row in enumerate(rows) for app in row.split("|")}


def pointers() -> Iterator[tuple[type[Model], str, type[Model]]]:
    """Return each model of the project, its field and the model it points to, third parties' left out."""
    known = layers()
    for model in apps.get_models():
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, POINTING) and model._meta.app_label in known:
                target = field.related_model
                assert isinstance(target, type)
                if target._meta.app_label in known:
                    yield model, field.name, target


def test_every_app_of_the_project_has_its_layer() -> None:
    own = {config.label for config in apps.get_app_configs() if str(config.path).startswith(f"{settings.BASE_DIR}/")}
    installed = {label for label in own if not apps.get_app_config(label).path.startswith(f"{settings.STATE_DIR}/")}
    assert installed == set(layers())


def test_foreign_keys_point_to_the_same_or_a_lower_layer() -> None:
    height = layers()
    found = list(pointers())
    upward = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model, name, target in found
        if model._meta.app_label != target._meta.app_label
        and height[model._meta.app_label] <= height[target._meta.app_label]
    ]
    assert found
    assert upward == []
