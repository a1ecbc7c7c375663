from django.db import migrations

CREATE = """
CREATE FUNCTION past_part(span jsonb, until date, last date) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN (span->>'start')::date <= until
        THEN span || jsonb_build_object('end', least((span->>'end')::date, last)) END
$$;
CREATE FUNCTION refuse_change_of_past_part() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    was jsonb;
    becomes jsonb;
    until date;
    last date;  -- the latest end that a span can have for what lies in locked months
    unsealed text[] := string_to_array(coalesce(TG_ARGV[1], ''), ' ');
BEGIN
    PERFORM pg_advisory_xact_lock_shared(369125);
    until := last_locked_day();
    last := CASE TG_ARGV[0] WHEN 'included' THEN until ELSE until + 1 END;
    IF TG_OP <> 'INSERT' THEN
        was := past_part(to_jsonb(OLD) - unsealed, until, last);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        becomes := past_part(to_jsonb(NEW) - unsealed, until, last);
    END IF;
    IF was IS DISTINCT FROM becomes THEN
        RAISE EXCEPTION '%: % reaches into a locked month', TG_TABLE_NAME, coalesce(becomes, was)
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER locked_past_stays AFTER INSERT OR UPDATE OR DELETE ON staff_post
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_past_part('excluded');
CREATE TRIGGER locked_past_stays AFTER INSERT OR UPDATE OR DELETE ON staff_rankholding
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_past_part('excluded');
CREATE TRIGGER locked_past_stays AFTER INSERT OR UPDATE OR DELETE ON staff_absence
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_past_part('included', 'note');
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON staff_post
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON staff_rankholding
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON staff_absence
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();
CREATE TRIGGER sealed_once_locked BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON staff_openingstate
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();
SELECT seal_table('staff_personnelevent', 'date');
SELECT seal_table('staff_target', 'month');
SELECT seal_table('staff_openingsales', 'month');
SELECT seal_table('staff_rankassessment', 'month');
SELECT stamp_table('staff_personnelevent', 'date');
SELECT stamp_table('staff_absence', 'start', 'note');
SELECT stamp_table('staff_target', 'month');
SELECT stamp_table('staff_openingsales', 'month');
SELECT stamp_table('staff_openingstate', 'DATE ''0001-01-01''');
SELECT stamp_table('staff_employee', 'DATE ''0001-01-01''', 'user_id phone email id_number rank_since');
SELECT stamp_table('staff_branch', 'DATE ''0001-01-01''');
SELECT stamp_table('staff_department', 'DATE ''0001-01-01''', 'manager_id function');
"""

DROP = """
DROP TRIGGER sealed_once_locked ON staff_openingstate;
DROP TRIGGER no_truncate ON staff_rankholding;
DROP TRIGGER no_truncate ON staff_post;
DROP TRIGGER locked_past_stays ON staff_absence;
DROP TRIGGER locked_past_stays ON staff_rankholding;
DROP TRIGGER locked_past_stays ON staff_post;
DROP FUNCTION refuse_change_of_past_part();
DROP FUNCTION past_part(jsonb, date, date);
SELECT bare_table('staff_personnelevent');
SELECT bare_table('staff_absence');
SELECT bare_table('staff_target');
SELECT bare_table('staff_openingsales');
SELECT bare_table('staff_rankassessment');
SELECT bare_table('staff_openingstate');
SELECT bare_table('staff_employee');
SELECT bare_table('staff_branch');
SELECT bare_table('staff_department');
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0003_seal_locked_months"), ("staff", "0002_say_what_is_wrong")]

    operations = [migrations.RunSQL(CREATE, DROP)]
