"""The project itself as an app, for its commands; it has no models."""

from django.apps import AppConfig


class SalesorgConfig(AppConfig):
    name = "salesorg"

    def ready(self) -> None:
        """Make the queue known, so that tasks sent from any process reach its broker, and the pages to the search."""
        from salesorg import celery, navigation  # noqa: F401
