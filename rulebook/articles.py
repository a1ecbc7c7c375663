"""Which function carries out which article of the law."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

Rule = TypeVar("Rule", bound=Callable[..., object])

RULES_BY_ARTICLE: dict[str, list[str]] = defaultdict(list)


def article(*numbers: str) -> Callable[[Rule], Rule]:
    """Mark a function as the one that carries out these articles (part-article, such as `1-4.3.3`)."""

    def register(rule: Rule) -> Rule:
        for number in numbers:
            RULES_BY_ARTICLE[number].append(f"{rule.__module__}.{rule.__qualname__}")
        return rule

    return register
