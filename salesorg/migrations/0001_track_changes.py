"""Keeps who changed what in the tables that people and imports write; what the month end computes follows from these."""

from django.db import migrations

PERSON = "(SELECT p.name || ' (' || p.number || ')' FROM staff_employee p WHERE p.id = c.employee_id)"
BRANCH = "(SELECT b.name FROM staff_branch b WHERE b.id = c.branch_id)"
CLIENT = "(SELECT k.name || ' (' || k.number || ')' FROM clients_client k WHERE k.id = c.client_id)"
NAMED = "c.name || ' (' || c.number || ')'"

TRACKED = {
    # table: how a row is called, columns that follow from others, masked ones, hidden ones
    "staff_branch": ("c.name", "", "", ""),
    "staff_department": ("c.name", "", "", ""),
    "staff_employee": (NAMED, "", "id_number bank_account phone", ""),
    "staff_personnelevent": (f"{PERSON} || ' ' || c.date", "", "", ""),
    "staff_absence": (f"{PERSON} || ' ' || c.start", "", "", ""),
    "staff_target": (f"{BRANCH} || ' ' || to_char(c.month, 'YYYY-MM')", "", "", ""),
    "staff_openingstate": (PERSON, "", "", ""),
    "staff_openingsales": (f"{PERSON} || ' ' || to_char(c.month, 'YYYY-MM')", "", "", ""),
    "staff_minimumwage": ("c.city || ' ' || c.effective_from", "", "", ""),
    "clients_client": (NAMED, "", "", ""),
    "clients_assignment": (f"{CLIENT} || ' ' || c.date", "", "", ""),
    "clients_contract": ("c.number", "branch_id orphan_kind", "", ""),
    "clients_receipt": ("c.number", "", "", ""),
    "funds_fundclaim": ("c.number", "", "", ""),
    "compensation_supportweight": (f"{PERSON} || ' ' || to_char(c.month, 'YYYY-MM')", "", "", ""),
    "compensation_correction": ("c.number", "", "", ""),
    "rulebook_planversion": ("c.version", "", "", "text"),
    "rulebook_plandraft": ("c.version", "changed_at changed_by_id", "", "text"),
    "rulebook_interpretation": ("c.article", "", "", ""),
    "monthend_deputy": (
        "(SELECT u.username FROM access_user u WHERE u.id = c.principal_id) || ' → ' ||"
        " (SELECT u.username FROM access_user u WHERE u.id = c.deputy_id)", "", "", "",
    ),
}


def track(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, told in TRACKED.items():
            app, model = table.split("_")
            cursor.execute("SELECT track_table(%s, %s, %s, %s, %s, %s)", [table, f"{app}.{model}", *told])


def untrack(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in TRACKED:
            cursor.execute("SELECT untrack_table(%s)", [table])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_changes"),
        ("staff", "0005_minimum_wage"),
        ("clients", "0005_corrected"),
        ("funds", "0003_seal"),
        ("compensation", "0007_spared"),
        ("rulebook", "0004_draft_rules"),
        ("monthend", "0006_seal_what_surrounds"),
    ]

    operations = [migrations.RunPython(track, untrack)]
