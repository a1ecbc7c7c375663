import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON access_disclosure
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_account_event();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON access_disclosure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_account_event();
"""

DROP = """
DROP TRIGGER no_truncate ON access_disclosure;
DROP TRIGGER only_added ON access_disclosure;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0004_changes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Disclosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('model', models.CharField(max_length=60, verbose_name='kind of record')),
                ('row_id', models.BigIntegerField(verbose_name='key of the record')),
                ('label', models.CharField(max_length=300, verbose_name='whose')),
                ('field', models.CharField(max_length=60, verbose_name='what was shown')),
                ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='network address')),
                ('device', models.CharField(blank=True, max_length=200, verbose_name='device')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='shown to')),
            ],
            options={
                'verbose_name': 'look at a masked number',
                'verbose_name_plural': 'looks at masked numbers',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['model', 'row_id'], name='disclosures_of_record')],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
