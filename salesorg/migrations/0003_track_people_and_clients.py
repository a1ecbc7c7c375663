"""Keeps who changed what in reviews, targets, the pools of clients and the bank's statements."""

from django.db import migrations

PERSON = "(SELECT p.name || ' (' || p.number || ')' FROM staff_employee p WHERE p.id = c.employee_id)"
CLIENT = "(SELECT k.name || ' (' || k.number || ')' FROM clients_client k WHERE k.id = c.client_id)"

TRACKED = {
    # table: how a row is called, columns that follow from others
    "staff_review": (f"{PERSON} || ' ' || to_char(c.month, 'YYYY-MM')", ""),
    "staff_reviewstep": (
        "(SELECT p.name || ' (' || p.number || ')' FROM staff_review r JOIN staff_employee p ON p.id = r.employee_id"
        " WHERE r.id = c.review_id) || ' ' || c.date", "",
    ),
    "staff_yeartarget": ("c.year::text", ""),
    "staff_persontarget": (f"{PERSON} || ' ' || to_char(c.month, 'YYYY-MM')", ""),
    "clients_poolrule": ("c.effective_from::text", ""),
    "clients_assignmentbatch": ("c.day::text", "settings candidates waiting proposals"),
    "clients_handover": (f"{CLIENT} || ' ' || c.day", ""),
    "clients_followup": (f"{CLIENT} || ' ' || c.date", ""),
    "clients_lapse": (f"{CLIENT} || ' ' || c.date", ""),
    "clients_poolclaim": (f"{CLIENT} || ' ' || c.date", ""),
    "clients_protectionterms": ("c.start::text", ""),
    "clients_bankstatement": ("c.file_name", ""),
    "clients_bankline": ("c.day || ' ' || c.payer", ""),
    "clients_bankpair": ("(SELECT r.number FROM clients_receipt r WHERE r.id = c.receipt_id)", ""),
}  # fmt: skip


def track(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, (label, unkept) in TRACKED.items():
            app, model = table.split("_")
            cursor.execute("SELECT track_table(%s, %s, %s, %s)", [table, f"{app}.{model}", label, unkept])


def untrack(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in TRACKED:
            cursor.execute("SELECT untrack_table(%s)", [table])


class Migration(migrations.Migration):
    dependencies = [
        ("salesorg", "0002_search_keys"),
        ("staff", "0007_year_and_person_targets"),
        ("clients", "0011_protection_seal"),
    ]

    operations = [migrations.RunPython(track, untrack)]
