"""Stops the embedded servers."""

from typing import Any

from django.core.management.base import BaseCommand

from salesorg.servers.running import stop_servers, stop_servers_of_tests
from salesorg.state.keys import load_keys
from salesorg.state.lock import exclusive
from salesorg.state.places import current_places


class Command(BaseCommand):
    help = "Stop the embedded PostgreSQL and Valkey of this state directory."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Stop what runs and say what it was."""
        places = current_places()
        with exclusive(places):
            stopped = [*stop_servers(places, load_keys(places)), *stop_servers_of_tests(places)]
        self.stdout.write(f"Stopped {' and '.join(stopped)}." if stopped else "Nothing was running.")
