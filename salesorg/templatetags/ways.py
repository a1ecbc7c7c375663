"""What the admin's templates ask about the ways between its lists."""

from typing import Any

from django import template
from django.template import Context
from django.utils.text import capfirst

from salesorg import navigation, ways

register = template.Library()


@register.simple_tag(takes_context=True)
def beside(context: Context) -> dict[str, Any]:
    """What the list or page that is shown leads to beside it (salesorg/navigation.py)."""
    return navigation.beside(context["request"])


@register.filter
def called(opts: Any) -> str:
    """What people call a model's list."""
    way = ways.way_of(opts.model)
    return way.title if way else str(capfirst(opts.verbose_name_plural))
