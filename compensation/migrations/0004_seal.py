from django.db import migrations

CREATE = """
SELECT seal_table('compensation_supportweight', 'month');
SELECT seal_table('compensation_credit', 'month');
SELECT seal_table('compensation_commissionline', 'month');
SELECT seal_table('compensation_supportpool', 'month');
SELECT seal_table('compensation_supportshare', 'month');
SELECT seal_table('compensation_basepayline', 'month');
SELECT seal_table('compensation_payslip', 'month');
SELECT stamp_table('compensation_supportweight', 'month');
"""

DROP = """
SELECT bare_table('compensation_supportweight');
SELECT bare_table('compensation_credit');
SELECT bare_table('compensation_commissionline');
SELECT bare_table('compensation_supportpool');
SELECT bare_table('compensation_supportshare');
SELECT bare_table('compensation_basepayline');
SELECT bare_table('compensation_payslip');
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0003_seal_locked_months"), ("compensation", "0003_say_what_is_wrong")]

    operations = [migrations.RunSQL(CREATE, DROP)]
