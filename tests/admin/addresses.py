"""The addresses of the admin's pages."""

from django.db.models import Model
from django.urls import reverse

from access.pages.links import address as door


def page_of(record: Model) -> str:
    """A record's page, as others lead to it."""
    return door(record)


def address(model: type[Model], view: str, *args: object) -> str:
    """A model's page in the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{view}", args=args)
