import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE TRIGGER stays BEFORE UPDATE ON staff_payconfirmation
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_account_event();
CREATE INDEX pay_changes_by_log_ins ON access_change (model, row_id)
    WHERE by_id IS NOT NULL AND model IN ('staff.employee', 'staff.personnelevent');
SELECT track_table('staff_sharednumber', 'staff.sharednumber', 'c.people', '', '', 'key');
-- Whoever is here already was paid by it before it had to be confirmed.
INSERT INTO staff_payconfirmation (employee_id, up_to, at, checked)
SELECT id, (SELECT coalesce(max(id), 0) FROM access_change), now(), '' FROM staff_employee;
"""

DROP = """
SELECT untrack_table('staff_sharednumber');
DROP INDEX pay_changes_by_log_ins;
DROP TRIGGER stays ON staff_payconfirmation;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0008_rank_decisions'),
        ('access', '0004_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PayConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('up_to', models.BigIntegerField(verbose_name='up to which change')),
                ('at', models.DateTimeField(verbose_name='confirmed at')),
                ('checked', models.CharField(blank=True, max_length=200, verbose_name='how it was checked')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pay_confirmations', to='staff.employee', verbose_name='employee')),
            ],
            options={
                'verbose_name': 'confirmation of pay details',
                'verbose_name_plural': 'confirmations of pay details',
                'ordering': ['-pk'],
                'constraints': [models.UniqueConstraint(fields=('employee', 'up_to'), name='one_pay_confirmation_of_a_change')],
            },
        ),
        migrations.CreateModel(
            name='SharedNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('account', 'bank account'), ('id_number', 'ID number')], max_length=9, verbose_name='kind')),
                ('key', models.CharField(max_length=64, unique=True, verbose_name='checksum')),
                ('people', models.CharField(max_length=1000, verbose_name='employees')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('decided_at', models.DateTimeField(verbose_name='decided at')),
                ('agreed_at', models.DateTimeField(blank=True, null=True, verbose_name='agreed to at')),
                ('agreed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='agreed to by')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
            ],
            options={
                'verbose_name': 'shared number',
                'verbose_name_plural': 'shared numbers',
                'ordering': ['-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('agreed_by__isnull', True), models.Q(('agreed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='shared_number_agreed_to_by_another'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='shared_number_has_reason')],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
