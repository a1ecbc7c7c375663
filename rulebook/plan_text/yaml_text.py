"""Reads YAML with distrust: every scalar stays text, and nothing is taken that a plan has no use for."""

from typing import Any

import yaml
from django.utils.translation import gettext as _

from rulebook.plan import PlanError

_LONGEST_TEXT = 100_000
_DEEPEST = 12


def load_text(text: str) -> Any:
    """The document as dicts, lists and str; PlanError, with the line, for anything but plain YAML.

    No number becomes a float and no date a date. Doubled keys, tags, anchors and aliases, deep nesting and very long
    texts are refused.
    """
    if len(text) > _LONGEST_TEXT:
        raise PlanError([("", _("the text is too long to be a plan"))])
    try:
        return yaml.load(text, Loader=_TextLoader)  # noqa: S506 - a SafeLoader that takes still less
    except yaml.YAMLError as error:
        raise PlanError([("", _("not readable as YAML: %s") % " ".join(str(error).split()))]) from error


class _TextLoader(yaml.SafeLoader):
    yaml_implicit_resolvers: dict[str, Any] = {}
    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise _refusal(event, _("anchors and aliases can't be used here"))
        if event.tag is not None:
            raise _refusal(event, _("tags can't be used here"))
        if self.depth == _DEEPEST:
            raise _refusal(event, _("nested too deep to be a plan"))
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise _refusal(key_node, _("a key must be plain text"))
            if key in seen:
                raise _refusal(key_node, _("key “%s” stands twice") % key)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _refusal(where: Any, reason: str) -> PlanError:
    return PlanError([(_("line %d") % (where.start_mark.line + 1), reason)])
