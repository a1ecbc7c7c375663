from django.db import migrations

# Back with the package, its own migrations make its tables anew.
DROP = """
DROP TABLE IF EXISTS axes_accessattemptexpiration, axes_accessattempt, axes_accessfailurelog, axes_accesslog;
DELETE FROM django_migrations WHERE app = 'axes';
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0010_guesses")]

    operations = [migrations.RunSQL(DROP, migrations.RunSQL.noop)]
