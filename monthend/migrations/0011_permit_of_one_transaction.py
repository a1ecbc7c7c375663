"""The owner's permit for a lock at the console holds for the transaction that asked for it, and for no other."""

from django.db import migrations

HEAD = """
CREATE OR REPLACE FUNCTION refuse_unearned_lock() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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
"""
OF_THIS_TRANSACTION = "                AND transaction = pg_current_xact_id_if_assigned() AND at >= now()\n"
TAIL = """        ) THEN
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
"""
CREATE = f"""
DELETE FROM monthend_consolepermit;
ALTER TABLE monthend_consolepermit
    DROP CONSTRAINT monthend_consolepermit_pkey,
    ADD COLUMN transaction xid8 NOT NULL,
    ADD PRIMARY KEY (month, seal, transaction);
COMMENT ON TABLE monthend_consolepermit IS
    'Which transaction may lock which rows of a month at the console without an approval; only the owner writes it.';
{HEAD}{OF_THIS_TRANSACTION}{TAIL}
"""
DROP = f"""
{HEAD}{TAIL}
DELETE FROM monthend_consolepermit;
ALTER TABLE monthend_consolepermit DROP COLUMN transaction, ADD PRIMARY KEY (month, seal);
COMMENT ON TABLE monthend_consolepermit IS
    'Which rows of a month the console may lock without an approval; only the owner writes it.';
"""


class Migration(migrations.Migration):
    dependencies = [("monthend", "0010_lock_is_earned")]

    operations = [migrations.RunSQL(CREATE, DROP)]
