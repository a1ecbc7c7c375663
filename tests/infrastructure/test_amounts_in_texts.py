"""Amounts in texts go through the wording of the rulebook: grouped, two decimals, never `3E+4`."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import DecimalField

WORDING = "rulebook/wording.py"
WRITES_FOR_MACHINES = {
    "api/money.py",  # to programs
    "clients/bank/actions.py",  # what tells a bank's line apart
    "rulebook/money.py",  # to programmers
    "salesorg/management/commands/bench.py",  # bytes
    "workbooks/uploads/work.py",  # a sum as kept
}
NO_AMOUNTS = {"days", "seconds"}


def test_no_amount_is_put_into_a_text_by_itself() -> None:
    fields = [field for model in apps.get_models() for field in model._meta.fields if isinstance(field, DecimalField)]
    names = {field.name for field in fields} - NO_AMOUNTS
    assert {"amount", "gross", "base_salary", "weight", "sales"} <= names
    root = settings.BASE_DIR
    sources = [path for path in root.glob("*/**/*.py") if path.relative_to(root).parts[0] not in ("tests", "var")]
    assert len(sources) > 300
    found = [told for path in sources for told in _found(path, root, names)]
    assert found == [], "\n".join(found)


def test_what_is_put_into_a_text_by_itself_is_found(tmp_path: Path) -> None:
    source = tmp_path / "app" / "text.py"
    source.parent.mkdir()
    source.write_text(
        'told = _("%(a)s") % {"a": line.amount}\n'
        'facts = {"a": entry["amount"], "b": amount_text(line.amount)}\n'
        'told = f"{line.amount} {total:,.2f} {number:.1%} {amount_text(amount)} {line.amount_text}"\n'
    )
    assert [place.rpartition(":")[0] for place in _found(source, tmp_path, {"amount"})] == [
        "app/text.py:1",
        "app/text.py:2",
        "app/text.py:3",
        "app/text.py:3",
    ]


def _found(path: Path, root: Path, names: set[str]) -> Iterator[str]:
    place = str(path.relative_to(root))
    if place == WORDING or place in WRITES_FOR_MACHINES or "migrations" in path.parts:
        return
    tree = ast.parse(path.read_text())
    values = [value for node in ast.walk(tree) for value in _put_into_texts(node, names)]
    for value in sorted(values, key=lambda value: value.lineno):
        yield f"{place}:{value.lineno}: {ast.unparse(value)}"


def _put_into_texts(node: ast.AST, names: set[str]) -> Iterator[ast.expr]:
    """Amounts, told by their names, among what a text is filled with, and whatever is formatted with decimals."""
    match node:
        case ast.BinOp(op=ast.Mod(), right=ast.Dict(values=values)):
            yield from (value for value in values if _name(value) in names)
        case ast.Assign(targets=[ast.Name(id="facts" | "told")], value=ast.Dict(values=values)):
            yield from (value for value in values if _name(value) in names)
        case ast.FormattedValue(value=value, format_spec=ast.JoinedStr(values=[ast.Constant(value=str(spec))])):
            if "," in spec or _name(value) in names:
                yield value
        case ast.FormattedValue(value=value, format_spec=None) if _name(value) in names:
            yield value


def _name(value: ast.expr) -> str | None:
    match value:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.UnaryOp(operand=inner) | ast.BinOp(left=inner) | ast.Call(func=inner):
            return _name(inner)
    return None
