"""Every action is all or nothing and kept as done by whom it is told, on whichever way it is called."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction

from access.actor import CONSOLE, Actor
from access.history.acting import acting, action
from access.models import Change, User
from staff.actions import save_branches
from staff.models import Branch
from tests.infrastructure.test_layers import layers

ASK_ONLY = {
    "look_at_correction", "looked_after", "require_lockable", "require_party", "require_right_to_lock",
    "why_no_further", "why_no_link", "why_not_linked", "why_weight_stays",
}  # fmt: skip
"""What actions ask before they write, in modules of actions."""
TELL_THEMSELVES = {"disclose", "note_event"}
"""What is kept of log-ins within other actions: they say themselves who acts, without a transaction of their own."""


def told_who_acts() -> Iterator[tuple[Path, ast.FunctionDef]]:
    """Every function of the project that is told by whom something is done."""
    for app in layers():
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    arguments = node.args.args + node.args.kwonlyargs
                    if "by" in [one.arg for one in arguments]:
                        yield path, node


def decorators(function: ast.FunctionDef) -> list[str]:
    return [ast.unparse(one) for one in function.decorator_list]


def test_what_is_written_in_somebodys_name_is_an_action() -> None:
    found = list(told_who_acts())
    own = [f"{path.stem}.{one.name}" for path, one in found if "transaction.atomic" in decorators(one)]
    public = [
        one.name
        for path, one in found
        if path.stem.startswith("actions") and not one.name.startswith("_") and "action" not in decorators(one)
    ]
    by_keyword = {
        one.name for _path, one in found if "action" in decorators(one) and "by" in [arg.arg for arg in one.args.args]
    }
    assert len(found) > 100
    assert own == [], "mark it @action (access/history/acting.py) instead: that keeps who does it"
    assert set(public) == ASK_ONLY | TELL_THEMSELVES, "mark it @action (access/history/acting.py)"
    assert by_keyword == set()


@pytest.fixture
def hr(db: None) -> Actor:
    return Actor(User.objects.create(username="hr", role=User.Role.HR))


def kept(label: str) -> tuple[User | None, str, str]:
    change = Change.objects.get(model="staff.branch", label=label)
    return change.by, change.source, change.origin


def test_an_action_is_kept_as_theirs_who_does_it_also_where_nobody_told_before(hr: Actor) -> None:
    save_branches(new=[Branch(code="B1", name="北京")], changed=[], by=hr)
    Branch.objects.create(code="B2", name="上海")
    with acting(CONSOLE, Change.Source.TASK, origin="task"):
        save_branches(new=[Branch(code="B3", name="广州")], changed=[], by=hr)
        save_branches(new=[Branch(code="B4", name="深圳")], changed=[], by=CONSOLE)
    assert kept("北京") == (hr.user, Change.Source.CONSOLE, "")
    assert kept("上海") == (None, Change.Source.CONSOLE, "")
    assert kept("广州") == (hr.user, Change.Source.TASK, "task")
    assert kept("深圳") == (None, Change.Source.TASK, "task")


def test_an_action_that_fails_leaves_nothing_and_nobody_acting(hr: Actor) -> None:
    @action
    def halfway(*, by: Actor) -> None:
        Branch.objects.create(code="B1", name=f"{by.user}")
        assert transaction.get_connection().in_atomic_block
        raise RuntimeError

    with pytest.raises(RuntimeError):
        halfway(by=hr)
    assert not Branch.objects.exists()
    Branch.objects.create(code="B1", name="北京")
    assert kept("北京")[0] is None
