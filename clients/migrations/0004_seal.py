from django.db import migrations

CREATE = """
ALTER FUNCTION refuse_refund_above_receipt() SET search_path = public, pg_temp;
SELECT seal_table('clients_client', 'registered_on', 'name is_strategic');
SELECT seal_table('clients_assignment', 'date');
SELECT seal_table('clients_contract', 'signed_on');
SELECT seal_table('clients_receipt', 'posted_in');
SELECT stamp_table('clients_client', 'registered_on', 'name is_strategic');
SELECT stamp_table('clients_assignment', 'date');
SELECT stamp_table('clients_contract', 'signed_on');
SELECT stamp_table('clients_receipt', 'posted_in');
"""

DROP = """
SELECT bare_table('clients_client');
SELECT bare_table('clients_assignment');
SELECT bare_table('clients_contract');
SELECT bare_table('clients_receipt');
ALTER FUNCTION refuse_refund_above_receipt() RESET search_path;
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0003_seal_locked_months"), ("clients", "0003_say_what_is_wrong")]

    operations = [migrations.RunSQL(CREATE, DROP)]
