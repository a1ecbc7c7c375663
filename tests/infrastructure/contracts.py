"""What import-linter doesn't bring: a noun's folder is asked by its front doors."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

NO_NOUNS = ("management", "migrations", "templatetags")


class FoldersContract(Contract):
    """From outside a folder of an app only its modules named in `asked` are imported, by these names or with a word
    behind them (`actions_lock`), and what `opened` says as `importer -> imported`, with `*` for any words.

    The files at the top of an app and its commands put its folders together, so they count as inside. What is opened
    and never entered breaks the contract too.
    """

    type_name = "folders"
    apps: Any = fields.ListField(subfield=fields.StringField())
    asked: Any = fields.ListField(subfield=fields.StringField())
    opened: Any = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Hold the project's imports against the contract."""
        crossing = set(self._crossing(graph))
        entered = {line: [pair for pair in crossing if _matches(pair, line)] for line in self.opened}
        allowed = {pair for pairs in entered.values() for pair in pairs}
        shut = sorted(crossing - allowed)
        unused = sorted(line for line, pairs in entered.items() if not pairs)
        return ContractCheck(kept=not shut and not unused, metadata={"shut": shut, "unused": unused})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Tell which imports pass by the doors, and which doors nobody uses."""
        for importer, imported in check.metadata["shut"]:
            output.print_error(f"{importer} imports {imported} from outside its folder")
        for line in check.metadata["unused"]:
            output.print_error(f"opened, but nothing is imported so: {line}")

    def _crossing(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        """Imports from outside into what isn't asked of a folder."""
        for imported in graph.modules:
            app, _dot, within = imported.partition(".")
            folder, _dot, module = within.partition(".")
            if app in self.apps and module and folder not in NO_NOUNS and not self._is_asked(module):
                for importer in graph.find_modules_that_directly_import(imported):
                    if not _is_inside(importer, app, folder):
                        yield importer, imported

    def _is_asked(self, module: str) -> bool:
        return any(module == name or module.startswith(f"{name}_") for name in self.asked)


def _is_inside(importer: str, app: str, folder: str) -> bool:
    """Whether a module lies in the folder, at the top of its app, or is a command of it."""
    start, _dot, within = importer.partition(".")
    return start == app and ("." not in within or within.startswith((f"{folder}.", "management.")))


def _matches(pair: tuple[str, str], line: str) -> bool:
    importer, imported = line.split(" -> ")
    return fnmatchcase(pair[0], importer) and fnmatchcase(pair[1], imported)
