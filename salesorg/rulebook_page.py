"""The page that maps each article of the law to its reading, to the functions that carry it out, and to their tests."""

import ast
import inspect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from access.discovery import discover
from rulebook.articles import RULES_BY_ARTICLE
from rulebook.law.selectors import Article, Law

_HEAD = """\
# The rulebook

Made by `bin/manage write_rulebook` from `rulebook/law/law.yaml`, the code and the tests: don't edit it here.
Each article stands with the law's own words, how we read them, the settings of the plan that express the reading,
the functions that carry it out and the tests that hold them to it. Where a person decides, it says who.
"""


def rules_by_article() -> Mapping[str, Sequence[str]]:
    """Return the functions marked with each article, in all apps."""
    discover("rules", "selectors")
    return RULES_BY_ARTICLE


def marked_tests(tests: Path) -> Mapping[str, Sequence[str]]:
    """Return the tests marked `@pytest.mark.article("…")`, found in the files without running them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        for article, name in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            found[article].append(f"{path.relative_to(tests.parent)}::{name}")
    return found


def orphaned_articles(law: Law, rules: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the articles that neither a function carries out nor a person decides."""
    return [
        article.number for article in law.articles if not rules.get(article.number) and not article.decided_by_person
    ]


def render(law: Law, rules: Mapping[str, Sequence[str]], tests: Mapping[str, Sequence[str]]) -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    told: set[str] = set()
    for article in law.articles:
        parts += _headings(law, article.number, told)
        if article.number not in law.headings:
            parts.append(f"#### {article.number}\n")
        parts.append(_article(article, sorted(rules.get(article.number, ())), tests.get(article.number, ())))
    return "\n".join(parts)


def _headings(law: Law, number: str, told: set[str]) -> Iterator[str]:
    """The headings above an article that were not told yet."""
    for heading, words in law.headings.items():
        is_above = number == heading or number.startswith((f"{heading}-", f"{heading}."))
        if is_above and heading not in told:
            told.add(heading)
            yield f"{'##' if heading.isdigit() else '###'} {heading} {words.rstrip(':')}\n"


def _article(article: Article, rules: Sequence[str], tests: Sequence[str]) -> str:
    lines = [f"> {article.words}", "", article.reading.en, ""]
    if article.settings:
        lines += [f"- Plan: {', '.join(f'`{setting}`' for setting in article.settings)}"]
    if article.decided_by_person:
        lines += [f"- Decided by a person: {article.decided_by_person.en}"]
    lines += [f"- Function: `{rule}`: {_summary(rule)}" for rule in rules]
    lines += [f"- Tests: {', '.join(f'`{name}`' for name in names)} in `{path}`" for path, names in _by_file(tests)]
    return "\n".join([*lines, ""])


def _summary(rule: str) -> str:
    """The first sentence of a function's docstring."""
    module, _dot, name = rule.rpartition(".")
    words = " ".join((inspect.getdoc(getattr(import_module(module), name)) or "").split())
    return words.split(". ")[0].rstrip(".")


def _by_file(tests: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    names: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        path, _colons, name = test.partition("::")
        names[path].append(name)
    yield from names.items()


def _marked(module: ast.Module) -> Iterator[tuple[str, str]]:
    """The articles marked in a test file, each with its test; `pytestmark` marks all of the file's tests."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for decorator in [*node.decorator_list, *_module_marks(module)]:
                yield from ((article, node.name) for article in _articles(decorator))


def _module_marks(module: ast.Module) -> Iterator[ast.expr]:
    for node in module.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets):
            yield from node.value.elts if isinstance(node.value, ast.List | ast.Tuple) else [node.value]


def _articles(decorator: ast.expr) -> Iterator[str]:
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.article":
        yield from (str(argument.value) for argument in decorator.args if isinstance(argument, ast.Constant))
