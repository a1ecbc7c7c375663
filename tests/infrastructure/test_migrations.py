"""Migrations can be taken back to nothing, and made again."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from salesorg.databases.clones import Databases
from salesorg.state.places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.long]

OURS = [app.label for app in apps.get_app_configs() if (ROOT / app.label / "migrations").exists()]
FUNCTIONS = """
    SELECT proname FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
"""


def test_every_migration_can_be_taken_back_and_made_again(databases: Databases) -> None:
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]
    tables = {model._meta.db_table for model in models}
    with databases.clone():
        for app in ("staff", *OURS):  # with staff goes in one plan all that stands on it, which is most
            if any(taken == app for taken, _name in MigrationRecorder(connection).applied_migrations()):
                call_command("migrate", app, "zero", verbosity=0)
        assert tables.isdisjoint(connection.introspection.table_names())
        with connection.cursor() as cursor:
            cursor.execute(FUNCTIONS)
            assert cursor.fetchall() == []
        call_command("migrate", verbosity=0)
        assert tables <= set(connection.introspection.table_names())
