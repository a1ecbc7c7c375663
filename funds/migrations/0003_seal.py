from django.db import migrations

CREATE = """
SELECT seal_table('funds_fundlot', 'month');
SELECT seal_table('funds_claimdecision', 'month');
SELECT seal_table('funds_fundmovement', 'month');
SELECT seal_table('funds_fundclaim', 'date');
SELECT stamp_table('funds_fundclaim', 'date');
"""

DROP = """
SELECT bare_table('funds_fundlot');
SELECT bare_table('funds_claimdecision');
SELECT bare_table('funds_fundmovement');
SELECT bare_table('funds_fundclaim');
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0003_seal_locked_months"), ("funds", "0002_say_what_is_wrong")]

    operations = [migrations.RunSQL(CREATE, DROP)]
