import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


CREATE = """
CREATE FUNCTION keep_signed_rank_decisions() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(369125);
    IF TG_OP <> 'INSERT' AND OLD.state = 'signed' THEN
        RAISE EXCEPTION 'rank decision %: signed, nothing in it can change', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.state = 'signed' AND NEW.month <= last_locked_day() THEN
        RAISE EXCEPTION 'rank decision: % lies in a locked month', NEW.month USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_rank_decision_stays BEFORE INSERT OR UPDATE OR DELETE ON staff_rankdecision
    FOR EACH ROW EXECUTE FUNCTION keep_signed_rank_decisions();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON staff_rankdecision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();
SELECT stamp_table('staff_rankdecision', 'CASE WHEN state = ''signed'' THEN month END');
SELECT track_table('staff_rankdecision', 'staff.rankdecision',
    '(SELECT p.name || '' ('' || p.number || '')'' FROM staff_employee p WHERE p.id = c.employee_id)'
    ' || '' '' || to_char(c.month, ''YYYY-MM'')', 'file_data');
"""

DROP = """
SELECT untrack_table('staff_rankdecision');
DROP TRIGGER signed_rank_decision_stays ON staff_rankdecision;
DROP FUNCTION keep_signed_rank_decisions();
SELECT bare_table('staff_rankdecision');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0007_year_and_person_targets'),
        ('access', '0004_changes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='RankDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(verbose_name='in force from')),
                ('rank', models.CharField(blank=True, max_length=16, verbose_name='rank')),
                ('entered_on', models.DateField(verbose_name='in sales since')),
                ('reason', models.CharField(max_length=1000, verbose_name='reason')),
                ('document', models.CharField(max_length=200, verbose_name='number or title of the document')),
                ('file_name', models.CharField(blank=True, max_length=255, verbose_name='file')),
                ('file_data', models.BinaryField(blank=True, null=True, verbose_name='content of the file')),
                ('state', models.CharField(choices=[('waiting', 'waits for the second signature'), ('signed', 'signed'), ('returned', 'sent back'), ('withdrawn', 'withdrawn')], default='waiting', max_length=9, verbose_name='state')),
                ('decided_at', models.DateTimeField(verbose_name='decided at')),
                ('signed_at', models.DateTimeField(blank=True, null=True, verbose_name='signed at')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='sent back or withdrawn at')),
                ('closed_because', models.CharField(blank=True, max_length=500, verbose_name='why sent back')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sent back or withdrawn by')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rank_decisions', to='staff.employee', verbose_name='employee')),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='second signature by')),
            ],
            options={
                'verbose_name': 'rank decision',
                'verbose_name_plural': 'rank decisions',
                'ordering': ['-month', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='rank_decision_month_is_first'), models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('employee', 'month'), name='one_rank_decision_waits'), models.CheckConstraint(condition=models.Q(('entered_on__lt', models.F('month'))), name='rank_decision_after_entering_sales'), models.CheckConstraint(condition=models.Q(('signed_by__isnull', True), models.Q(('signed_by', models.F('decided_by')), _negated=True), _connector='OR'), name='rank_decision_signed_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), ('state', 'signed')), models.Q(models.Q(('state', 'signed'), _negated=True), ('signed_at', None), ('signed_by', None)), _connector='OR'), name='rank_decision_counts_when_signed'), models.CheckConstraint(condition=models.Q(models.Q(('reason', ''), _negated=True), models.Q(('document', ''), _negated=True)), name='rank_decision_has_reason_and_document')],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
