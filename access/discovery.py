"""What apps tell by modules of agreed names is found wherever it stands in them, in a noun's folder as at the top."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from django.apps import apps
from django.conf import settings

AGREED_NAMES = ("reach", "rights", "notices", "tracked", "search", "posting", "timeline", "applications")
"""Who reaches and may do what, what asks for whom, what is tracked and found, what surrounds what pages write, what
is told of people, and to what the law was applied."""


def discover(*names: str) -> None:
    """Import the project's modules of these names, or of such a name with a word behind it (`rules_assigning`)."""
    for module in modules_named(*names):
        import_module(module)


def modules_named(*names: str) -> Iterator[str]:
    """The project's modules of these names, app by app as they are installed."""
    for app in apps.get_app_configs():
        root = Path(app.path)
        if root.parent == settings.BASE_DIR:
            for path in sorted(root.rglob("*.py")):
                if any(path.stem == name or path.stem.startswith(f"{name}_") for name in names):
                    yield ".".join([app.name, *path.relative_to(root).with_suffix("").parts])
