"""Whoever takes a file out is kept: no code answers with one but through access/history/downloads.py.

That each address which answers with a file keeps it is asked in tests/admin/test_matrix.py.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from salesorg.state.places import ROOT

THE_WAY = Path("access/history/downloads.py")
OF_FILES = {"FileResponse", "StreamingHttpResponse", "serve", "sendfile", "as_attachment"}
OF_HEADERS = ("content-disposition", "x-accel-redirect", "x-sendfile", "content-type")
READ_BY_BROWSERS = ("text/html", "text/plain", "application/json")


def files_in(source: str) -> Iterator[str]:
    """What in a file's code answers with a file, or may."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.ImportFrom() | ast.Import():
                yield from (alias.name for alias in node.names if alias.name.rpartition(".")[2] in OF_FILES)
            case ast.Attribute(attr=name) | ast.keyword(arg=name) if name in OF_FILES:
                yield str(name)
            case ast.Constant(value=str(text)) if text.lower().startswith(OF_HEADERS):
                yield text
            case ast.Call(func=called, keywords=given) if ast.unparse(called) != "hand_out":
                kinds = [ast.unparse(word.value).strip("'\"") for word in given if word.arg == "content_type"]
                yield from (kind for kind in kinds if not kind.startswith(READ_BY_BROWSERS))


def code() -> Iterator[Path]:
    """The files of the project's apps."""
    for app in sorted(path.parent for path in ROOT.glob("*/__init__.py")):
        if app.name != "tests":
            yield from sorted(path.relative_to(ROOT) for path in app.rglob("*.py"))


def test_only_one_module_answers_with_files() -> None:
    found = {str(path): list(files_in((ROOT / path).read_text())) for path in code() if path != THE_WAY}
    assert len(found) > 200
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from django.http import FileResponse",
        "from django import http; http.FileResponse(file)",
        "from django.http import StreamingHttpResponse as Streamed",
        "from django.views.static import serve",
        "HttpResponse(text, headers={'Content-Disposition': 'inline'})",
        "response['content-disposition'] = f'attachment; filename={name}'",
        "response.headers['Content-Type'] = 'text/csv'",
        "HttpResponse(text, content_type='text/csv; charset=utf-8')",
        "open_view(as_attachment=True)",
    ],
)
def test_a_way_around_would_be_found(source: str) -> None:
    assert list(files_in(source))
