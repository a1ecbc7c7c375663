"""A transaction that began before a month was locked must not go on as if it were open.

Which months are locked is asked after waiting for the lock, and a snapshot older than that would still see them open.
So whatever asks refuses transactions whose snapshot stays the same, whether anything is locked or not.
"""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION require_read_committed() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION 'what is written is checked at READ COMMITTED only' USING ERRCODE = 'feature_not_supported';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION last_locked_day() RETURNS date LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM require_read_committed();
    RETURN (SELECT (max(month) + interval '1 month')::date - 1 FROM periods_period WHERE state = 'locked');
END $$;
"""

DROP = """
CREATE OR REPLACE FUNCTION last_locked_day() RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (max(month) + interval '1 month')::date - 1 FROM periods_period WHERE state = 'locked'
$$;
CREATE OR REPLACE FUNCTION require_read_committed() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION 'references can be checked at READ COMMITTED only' USING ERRCODE = 'feature_not_supported';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0004_references_in_sets")]

    operations = [migrations.RunSQL(CREATE, DROP)]
