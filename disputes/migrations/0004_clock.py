"""The working calendar as it is published; and the changes of calendar, pauses and evidence are kept."""

from chinese_calendar.constants import Holiday, holidays, workdays
from django.db import migrations

TRACK = """
SELECT track_table('disputes_workingday', 'disputes.workingday', '{day}');
SELECT track_table('disputes_pause', 'disputes.pause', '{dispute_id.number} {start}');
SELECT track_table('disputes_evidence', 'disputes.evidence', '{dispute_id.number} {day}', 'stored_as');
"""
UNTRACK = """
SELECT untrack_table('disputes_evidence');
SELECT untrack_table('disputes_pause');
SELECT untrack_table('disputes_workingday');
"""


def enter_published_days(apps, schema_editor):
    """Enter the holidays and make-up days; what is published later comes with `bin/manage seed_calendar`."""
    names = {one.value: one.chinese for one in Holiday}
    days = apps.get_model('disputes', 'WorkingDay')
    days.objects.bulk_create(
        days(day=day, is_working=is_working, name=names.get(occasion, occasion), is_official=True)
        for given, is_working in ((holidays, False), (workdays, True))
        for day, occasion in given.items()
    )


def remove_published_days(apps, schema_editor):
    apps.get_model('disputes', 'WorkingDay').objects.filter(is_official=True).delete()


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0003_guards'),
        ('access', '0012_owner_alone'),
    ]

    operations = [
        migrations.RunPython(enter_published_days, remove_published_days),
        migrations.RunSQL(TRACK, UNTRACK),
    ]
