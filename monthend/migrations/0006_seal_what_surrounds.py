"""A locked month's steps and verifications stay as they are, and months are locked in order, each by its run."""

from django.db import migrations

IS_LOCKED = """
    IF EXISTS (
        SELECT 1 FROM monthend_monthrun
        WHERE state = 'locked' AND id IN (CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE OLD.run_id END,
                                          CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE NEW.run_id END)
    ) THEN
        RAISE EXCEPTION '%: the run''s month is locked', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
"""
STEP = "CREATE OR REPLACE FUNCTION refuse_change_of_locked_step() RETURNS trigger LANGUAGE plpgsql"
PINNED = " SET search_path = public, pg_temp AS $$\nBEGIN\n"

CREATE = f"""
{STEP}{PINNED}
    PERFORM require_read_committed();
    PERFORM pg_advisory_xact_lock_shared(369125);
{IS_LOCKED}
CREATE TRIGGER locked_run_stays AFTER UPDATE OR DELETE ON monthend_monthverification
    FOR EACH ROW WHEN (OLD.done_at IS NOT NULL) EXECUTE FUNCTION refuse_change_of_locked_step();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON monthend_monthverification
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();

CREATE FUNCTION refuse_lock_out_of_order() RETURNS trigger LANGUAGE plpgsql{PINNED}
    IF NEW.month <> last_locked_day() + 1 THEN
        RAISE EXCEPTION 'month % would be locked out of order', NEW.month USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM monthend_monthrun WHERE month = NEW.month AND state = 'locked') THEN
        RAISE EXCEPTION 'month % has no run that is locked', NEW.month USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER locked_in_order BEFORE INSERT OR UPDATE ON periods_period
    FOR EACH ROW WHEN (NEW.state = 'locked') EXECUTE FUNCTION refuse_lock_out_of_order();
"""

DROP = f"""
DROP TRIGGER locked_in_order ON periods_period;
DROP FUNCTION refuse_lock_out_of_order();
DROP TRIGGER no_truncate ON monthend_monthverification;
DROP TRIGGER locked_run_stays ON monthend_monthverification;
{STEP}{PINNED}
    PERFORM pg_advisory_xact_lock_shared(369125);
{IS_LOCKED}
"""


class Migration(migrations.Migration):
    dependencies = [("monthend", "0005_branch_names"), ("periods", "0005_refuse_old_snapshots")]

    operations = [migrations.RunSQL(CREATE, DROP)]
