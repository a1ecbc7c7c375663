"""Keeps the keys by which people and clients are found."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("salesorg", "0001_track_changes"), ("access", "0006_search")]

    operations = [
        migrations.RunSQL(
            "SELECT search_table('staff_employee', 'staff.employee', true)",
            "SELECT unsearch_table('staff_employee', 'staff.employee')",
        ),
        migrations.RunSQL(
            "SELECT search_table('clients_client', 'clients.client', false)",
            "SELECT unsearch_table('clients_client', 'clients.client')",
        ),
    ]
