"""A role is told in one place: what it sees, gives and is charged with; its side bar in another."""

import re
from pathlib import Path

import pytest

from access.models import User
from access.rights import has
from access.roles import PEOPLE, ROLES, Duty, Role, charged
from salesorg.navigation import SIDE_BARS
from salesorg.state.places import ROOT

WHERE_ROLES_ARE_NAMED = {"access/roles.py", "salesorg/navigation.py"}
PLAYED = {"demo", "benchmark"}
"""Folders of who is who in the demo, and as whom lists are measured."""
NAMED = re.compile(rf"\bRole\.({'|'.join(Role.__members__)})\b|[\"']({'|'.join(Role.values)})[\"']")
APPS = "access clients compensation disputes funds monthend periods portal rulebook salesorg staff templates workbooks"


def sources() -> list[Path]:
    """The project's own files of Python and templates, without tests and migrations."""
    found = [path for app in APPS.split() for kind in ("py", "html") for path in (ROOT / app).rglob(f"*.{kind}")]
    return [path for path in found if not {"migrations", *PLAYED} & set(path.parts)]


def test_a_role_is_named_where_it_is_told_and_nowhere_else() -> None:
    naming = {str(path.relative_to(ROOT)) for path in sources() if NAMED.search(path.read_text())}
    assert naming == WHERE_ROLES_ARE_NAMED


def test_every_role_is_told() -> None:
    assert set(ROLES) == set(Role)
    assert set(SIDE_BARS) == set(PEOPLE) - {Role.SALESPERSON}


@pytest.mark.parametrize("duty", Duty)
def test_somebody_is_charged_with_each_duty(duty: Duty) -> None:
    assert charged(duty)


def test_a_shut_log_in_has_no_duty_and_an_unknown_role_none() -> None:
    hr = User(username="hr", role=Role.HR)
    assert has(hr, Duty.PREPARES_MONTHS)
    hr.is_active = False
    assert not has(hr, Duty.PREPARES_MONTHS)
    assert not has(User(username="emperor", role="emperor"), Duty.PREPARES_MONTHS)
