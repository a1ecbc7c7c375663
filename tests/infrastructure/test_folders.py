"""Files lie in folders by noun, few at an app's top, none of them long; what is found by name is found there too."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

from access.discovery import AGREED_NAMES

FOUND_BY_NAME = ("admin", "offers", "models", "tasks", "apps", *AGREED_NAMES)
"""What each app is asked for, by us, by Django and by Celery."""
AT_THE_TOP = ("apps", "tasks", "templatetags", "management", "migrations", "static", "converters")
"""What Django and Celery see at the top of an app alone."""
MOST_AT_THE_TOP = 20
MOST_LINES = 400


def folders() -> list[Path]:
    """The project's apps."""
    paths = [Path(app.path) for app in apps.get_app_configs()]
    return [path for path in paths if path.parent == settings.BASE_DIR]


def files() -> Iterator[Path]:
    """The project's Python files but for migrations, relative to its root."""
    for folder in [*folders(), settings.BASE_DIR / "tests"]:
        for path in folder.rglob("*.py"):
            if path.parent.name != "migrations":
                yield path.relative_to(settings.BASE_DIR)


def loaded() -> set[str]:
    """The modules that a process of the site has loaded once it is set up."""
    told = "import django, sys; django.setup(); print(*sys.modules, sep='\\n')"
    command = [sys.executable, "-c", told]
    return set(
        subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True).stdout.split()
    )


def test_what_is_found_by_its_name_is_found_in_folders_too() -> None:
    named = {
        ".".join(path.with_suffix("").parts)
        for path in files()
        if path.parts[0] != "tests" and path.parts[0] != "salesorg" and path.stem.split("_")[0] in FOUND_BY_NAME
    }
    asked = {name for name in named if not name.endswith(".tasks")}
    assert len(asked) > len(folders()) * 5
    assert asked - loaded() == set()


def test_what_django_sees_at_the_top_of_an_app_alone_lies_there() -> None:
    deep = {
        str(path)
        for path in (folder.relative_to(settings.BASE_DIR) for app in folders() for folder in app.rglob("*"))
        if path.parts[0] != "salesorg"
        and len(path.parts) > 2
        and path.stem in AT_THE_TOP
        and "static" not in path.parts[:2]
    }
    assert deep == set()


def test_no_app_has_many_files_at_its_top() -> None:
    at_top = Counter(path.parts[0] for path in files() if len(path.parts) == 2 and path.parts[0] != "tests")
    assert {app: number for app, number in at_top.items() if number > MOST_AT_THE_TOP} == {}


def test_no_file_is_long() -> None:
    lines = {str(path): (settings.BASE_DIR / path).read_text(encoding="utf-8").count("\n") for path in files()}
    assert {path: number for path, number in lines.items() if number > MOST_LINES} == {}


def test_rules_are_called_so_wherever_they_lie() -> None:
    """The contract that keeps rules pure knows them by this name."""
    own = [path for path in files() if path.parts[0] != "tests"]
    assert [str(path) for path in own if "rules" in path.stem.split("_") and path.stem != "rules"] == []
