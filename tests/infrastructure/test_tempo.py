"""The long tests are begun first, and the run says which files took longest."""

from pathlib import Path

import pytest

from tests.tempo import SHOWN, in_order, where_time_went


def nothing() -> None: ...


def test_files_with_what_takes_long_are_begun_first(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    items = list[pytest.Item]()
    for name, markers in {"a": ["", ""], "b": ["", "slow"], "c": ["slow"], "d": ["slow", "long"], "e": [""]}.items():
        file = pytest.Module.from_parent(request.session, path=tmp_path / name)
        for marker in markers:
            items.append(pytest.Function.from_parent(file, name=f"{name} {marker}", callobj=nothing))
            if marker:
                items[-1].add_marker(marker)
    assert [item.name for item in in_order(items)] == ["d slow", "d long", "b ", "b slow", "c slow", "a ", "a ", "e "]


def report(file: int, when: str, seconds: float) -> pytest.TestReport:
    nodeid = f"tests/test_{file:02}.py::test_it"
    return pytest.TestReport(nodeid, (nodeid, 1, ""), {}, "passed", None, when, duration=seconds)  # type: ignore[arg-type]


def test_the_longest_files_are_told_with_the_sum() -> None:
    files = range(SHOWN + 2)
    reports = [report(file, when, file + 1) for file in files for when in ("setup", "call")]
    first, *told = where_time_went(reports)
    assert first == "156 s in 12 files, of which the longest:"
    assert told == [f"{2 * (file + 1):8,.1f} s  tests/test_{file:02}.py" for file in reversed(files)][:SHOWN]
    assert list(where_time_went([])) == []
