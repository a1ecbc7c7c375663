"""Imports that can't be undone stay imported; they stood as undoings to be confirmed before."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("workbooks", "0006_answers")]

    operations = [
        migrations.RunSQL(
            "UPDATE workbooks_upload SET state = 'applied' WHERE state = 'undo_shown' AND undo_shown = ''",
            migrations.RunSQL.noop,
        )
    ]
