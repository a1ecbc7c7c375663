from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_change_of_account_event() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%: rows are only ever added', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON access_accountevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_account_event();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON access_accountevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_account_event();
"""

DROP = """
DROP TRIGGER no_truncate ON access_accountevent;
DROP TRIGGER only_added ON access_accountevent;
DROP FUNCTION refuse_change_of_account_event();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_account_events")]

    operations = [migrations.RunSQL(CREATE, DROP)]
