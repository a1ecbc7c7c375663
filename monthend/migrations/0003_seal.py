from django.db import migrations

CREATE = """
SELECT seal_table('monthend_monthrun', 'month');
CREATE FUNCTION refuse_change_of_locked_step() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(369125);
    IF EXISTS (
        SELECT 1 FROM monthend_monthrun
        WHERE state = 'locked' AND id IN (CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.run_id END,
                                          CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.run_id END)
    ) THEN
        RAISE EXCEPTION '%: the run''s month is locked', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER locked_run_stays AFTER INSERT OR UPDATE OR DELETE ON monthend_monthstep
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_locked_step();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON monthend_monthstep
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();

CREATE FUNCTION refuse_change_of_transition() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%: rows are only ever added', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON monthend_monthtransition
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_transition();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON monthend_monthtransition
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_transition();

CREATE FUNCTION make_runs_stale() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    WITH stale AS (
        UPDATE monthend_monthrun
        SET state = 'stale', prepared_at = NULL, prepared_by_id = NULL,
            approved_at = NULL, approved_by_id = NULL, approved_for_id = NULL
        WHERE month >= NEW.month AND state IN ('computed', 'submitted', 'approved')
        RETURNING id, month
    ), opened AS (
        UPDATE periods_period SET state = 'open' WHERE month IN (SELECT month FROM stale)
    )
    INSERT INTO monthend_monthtransition (run_id, kind, at, reason) SELECT id, 'stale', now(), '' FROM stale;
    RETURN NULL;
END $$;
CREATE TRIGGER changed_inputs_make_stale AFTER INSERT OR UPDATE ON periods_inputstamp
    FOR EACH ROW EXECUTE FUNCTION make_runs_stale();
"""

DROP = """
DROP TRIGGER no_truncate ON monthend_monthtransition;
DROP TRIGGER only_added ON monthend_monthtransition;
DROP FUNCTION refuse_change_of_transition();
DROP TRIGGER changed_inputs_make_stale ON periods_inputstamp;
DROP FUNCTION make_runs_stale();
DROP TRIGGER no_truncate ON monthend_monthstep;
DROP TRIGGER locked_run_stays ON monthend_monthstep;
DROP FUNCTION refuse_change_of_locked_step();
SELECT bare_table('monthend_monthrun');
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0003_seal_locked_months"), ("monthend", "0002_workflow")]

    operations = [migrations.RunSQL(CREATE, DROP)]
