
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0001_tokens'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('payroll', 'payroll')], max_length=10, verbose_name='kind')),
                ('month', models.DateField(verbose_name='month')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('ready', 'ready'), ('failed', 'failed')], default='waiting', max_length=8, verbose_name='state')),
                ('asked_at', models.DateTimeField(db_index=True, verbose_name='asked at')),
                ('starts', models.PositiveSmallIntegerField(default=0, verbose_name='how often begun')),
                ('problem', models.TextField(blank=True, verbose_name='problem')),
                ('is_draft', models.BooleanField(default=False, verbose_name='draft')),
                ('content', models.BinaryField(blank=True, null=True, verbose_name='content')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'export',
                'verbose_name_plural': 'exports',
                'constraints': [models.CheckConstraint(condition=models.Q(('month__day', 1)), name='export_month_is_first'), models.CheckConstraint(condition=models.Q(models.Q(('content__isnull', False), ('state', 'ready')), models.Q(models.Q(('state', 'ready'), _negated=True), ('content', None)), _connector='OR'), name='export_is_ready_with_content')],
            },
        ),
    ]
