"""Changes of tokens are kept, but for their hashes, and when they were used last."""

from django.db import migrations

TRACK = "SELECT track_table('api_token', 'api.token', '{name}', 'digest last_used_at');"
UNTRACK = "SELECT untrack_table('api_token');"


class Migration(migrations.Migration):

    dependencies = [
        ('api', '0002_exports'),
        ('access', '0013_programs'),
    ]

    operations = [migrations.RunSQL(TRACK, UNTRACK)]
