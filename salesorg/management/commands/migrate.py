"""Django's migrate, run by the database's owner, and the application's rights renewed after it."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from monthend.preview.scratch import make_scratch_tables, remove_scratch_tables
from salesorg.databases.database import connected_as, grant_rights


class Command(DjangoMigrate):
    """Migrate as the role of DATABASE_OWNER_URL; the role of DATABASE_URL need own nothing."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate without the previews' tables, then make these anew as the tables are now, and grant."""
        connection = connections[options["database"]]
        application = connection.settings_dict["USER"]
        with connected_as(connection, settings.DATABASE_OWNER):
            remove_scratch_tables(connection)
            super().handle(*args, **options)
            make_scratch_tables(connection, application)
            if application != settings.DATABASE_OWNER["USER"]:
                grant_rights(connection, application)
