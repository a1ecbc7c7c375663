
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0012_owner_alone'),
    ]

    operations = [
        migrations.AlterField(
            model_name='change',
            name='source',
            field=models.CharField(choices=[('page', 'by hand'), ('import', 'import of a workbook'), ('undo', 'import taken back'), ('task', 'by itself'), ('api', 'by a program'), ('console', 'at the server')], max_length=8, verbose_name='from where'),
        ),
        migrations.AlterField(
            model_name='user',
            name='role',
            field=models.CharField(choices=[('salesperson', 'salesperson'), ('sales_manager', 'branch sales manager'), ('branch_gm', 'branch general manager'), ('hr', 'human resources'), ('finance', 'finance'), ('marketing_director', 'marketing director'), ('general_manager', 'general manager'), ('auditor', 'auditor'), ('operator', 'operator'), ('integration', 'integration (a program)')], default='salesperson', max_length=20, verbose_name='role'),
        ),
    ]
