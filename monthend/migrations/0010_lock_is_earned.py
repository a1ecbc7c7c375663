"""A run is locked out of an approval and a verification that agrees, or at the console with the owner's permit."""

from django.db import migrations

CREATE = """
CREATE TABLE monthend_consolepermit (
    month date NOT NULL,
    seal text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (month, seal)
);
COMMENT ON TABLE monthend_consolepermit IS
    'Which rows of a month the console may lock without an approval; only the owner writes it.';

CREATE FUNCTION refuse_unearned_lock() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'month %: a run is not locked from the start', NEW.month USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'locked' THEN
        RETURN NEW;
    END IF;
    IF OLD.month <> NEW.month OR NEW.seal = '' OR NOT EXISTS (
        SELECT FROM monthend_monthverification
        WHERE run_id = NEW.id AND done_at IS NOT NULL AND difference_count = 0 AND seal = NEW.seal
    ) THEN
        RAISE EXCEPTION 'month %: no verification agrees with what would be locked', NEW.month
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.locked_at_console THEN
        IF OLD.state <> 'computed' OR NOT EXISTS (
            SELECT FROM monthend_consolepermit WHERE month = NEW.month AND seal = NEW.seal
        ) THEN
            RAISE EXCEPTION 'month %: the owner has not permitted to lock it at the console', NEW.month
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.state <> 'approved' OR (OLD.prepared_by_id, OLD.approved_by_id) IS DISTINCT FROM
        (NEW.prepared_by_id, NEW.approved_by_id) OR NOT EXISTS (
            SELECT FROM (
                SELECT kind, by_id FROM monthend_monthtransition WHERE run_id = NEW.id ORDER BY id DESC LIMIT 1
            ) AS latest
            WHERE kind = 'approved' AND by_id = NEW.approved_by_id
        )
    THEN
        RAISE EXCEPTION 'month %: it is not approved', NEW.month USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lock_is_earned BEFORE INSERT OR UPDATE ON monthend_monthrun
    FOR EACH ROW WHEN (NEW.state = 'locked') EXECUTE FUNCTION refuse_unearned_lock();
CREATE TRIGGER told_by_whoever_acts BEFORE INSERT ON monthend_monthtransition
    FOR EACH ROW WHEN (NEW.kind <> 'stale') EXECUTE FUNCTION stamp_who_and_when();
"""

DROP = """
DROP TRIGGER told_by_whoever_acts ON monthend_monthtransition;
DROP TRIGGER lock_is_earned ON monthend_monthrun;
DROP FUNCTION refuse_unearned_lock();
DROP TABLE monthend_consolepermit;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_owner_alone"), ("monthend", "0009_reminders")]

    operations = [migrations.RunSQL(CREATE, DROP)]
