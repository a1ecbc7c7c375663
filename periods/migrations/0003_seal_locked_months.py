"""Functions for triggers: what is posted in a locked month can't change, and changed inputs make a result stale.

They trust no temporary table that bears the name of one of ours: their search path is fixed.

Both are for statement triggers with the transition tables `removed` and `added`. A lock waits for the writers that
share the advisory lock, so that nothing slips in while a month is being locked.
"""

from django.db import migrations

CREATE = """
ALTER FUNCTION refuse_change_of_used_plan() SET search_path = public, pg_temp;

CREATE FUNCTION last_locked_day() RETURNS date LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (max(month) + interval '1 month')::date - 1 FROM periods_period WHERE state = 'locked'
$$;

CREATE FUNCTION refuse_locked_months() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    day text := TG_ARGV[0];
    unsealed text[] := string_to_array(coalesce(TG_ARGV[1], ''), ' ');
    locked_until date;
    found date;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(369125);
    locked_until := last_locked_day();
    IF locked_until IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT min(%1$I) FROM added WHERE %1$I <= $1', day) INTO found USING locked_until;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT min(%1$I) FROM removed WHERE %1$I <= $1', day) INTO found USING locked_until;
    ELSE
        EXECUTE format(
            'SELECT min(least(removed.%1$I, added.%1$I)) FROM removed FULL JOIN added USING (id)
             WHERE (removed.%1$I <= $1 OR added.%1$I <= $1)
               AND (to_jsonb(removed) - $2) IS DISTINCT FROM (to_jsonb(added) - $2)', day)
            INTO found USING locked_until, unsealed;
    END IF;
    IF found IS NOT NULL THEN
        RAISE EXCEPTION '%: % lies in a locked month', TG_TABLE_NAME, found USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_once_locked() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(369125);
    IF last_locked_day() IS NOT NULL THEN
        RAISE EXCEPTION '%: a month is locked', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_change_of_locked_period() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state = 'locked' THEN
        RAISE EXCEPTION 'month % is locked', OLD.month USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER locked_period_stays BEFORE UPDATE OR DELETE ON periods_period
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_locked_period();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON periods_period
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();

CREATE TABLE periods_inputstamp (
    month date PRIMARY KEY,
    version bigint NOT NULL
);
COMMENT ON TABLE periods_inputstamp IS
    'How often what is dated in a month was changed. What has no date is stamped to the first month of all.';
CREATE FUNCTION inputs_version(until date) RETURNS bigint LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(version), 0)::bigint FROM periods_inputstamp WHERE month <= until
$$;

CREATE FUNCTION stamp_inputs() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    day text := TG_ARGV[0];
    unread text[] := string_to_array(coalesce(TG_ARGV[1], ''), ' ');
    changed text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := format('SELECT %s AS day FROM added', day);
    ELSIF TG_OP = 'DELETE' THEN
        changed := format('SELECT %s AS day FROM removed', day);
    ELSE
        changed := format(
            'SELECT %1$s AS day FROM (SELECT * FROM removed r WHERE NOT EXISTS
                (SELECT 1 FROM added a WHERE a.id = r.id AND (to_jsonb(a) - $1) = (to_jsonb(r) - $1))) was
             UNION ALL SELECT %1$s FROM (SELECT * FROM added a WHERE NOT EXISTS
                (SELECT 1 FROM removed r WHERE a.id = r.id AND (to_jsonb(a) - $1) = (to_jsonb(r) - $1))) becomes', day);
    END IF;
    EXECUTE format(
        'INSERT INTO periods_inputstamp (month, version)
         SELECT DISTINCT date_trunc(''month'', day)::date, 1 FROM (%s) AS days WHERE day IS NOT NULL ORDER BY 1
         ON CONFLICT (month) DO UPDATE SET version = periods_inputstamp.version + 1', changed) USING unread;
    RETURN NULL;
END $$;

CREATE FUNCTION on_each_change(tbl text, prefix text, call text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    change record;
BEGIN
    FOR change IN SELECT * FROM (VALUES
        ('insert', 'REFERENCING NEW TABLE AS added'),
        ('update', 'REFERENCING OLD TABLE AS removed NEW TABLE AS added'),
        ('delete', 'REFERENCING OLD TABLE AS removed')) AS changes (kind, tables)
    LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I %s FOR EACH STATEMENT EXECUTE FUNCTION %s',
            prefix || '_' || change.kind, change.kind, tbl, change.tables, call);
    END LOOP;
END $$;

CREATE FUNCTION seal_table(tbl text, day text, unsealed text DEFAULT '') RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM on_each_change(tbl, 'sealed', format('refuse_locked_months(%L, %L)', day, unsealed));
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %I
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked()', tbl);
END $$;

CREATE FUNCTION stamp_table(tbl text, day text, unread text DEFAULT '') RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT on_each_change(tbl, 'stamped', format('stamp_inputs(%L, %L)', day, unread))
$$;

CREATE FUNCTION bare_table(tbl text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT tgname FROM pg_trigger WHERE tgrelid = tbl::regclass
        AND (tgname LIKE 'sealed\\_%' OR tgname LIKE 'stamped\\_%' OR tgname = 'no_truncate')
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', name, tbl);
    END LOOP;
END $$;

SELECT stamp_table('rulebook_planversion', 'CASE WHEN approved_at IS NOT NULL THEN effective_from END', 'name');
CREATE FUNCTION refuse_plan_for_locked_months() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(369125);
    IF TG_OP = 'UPDATE' AND OLD.approved_at IS NOT NULL AND OLD.effective_from = NEW.effective_from THEN
        RETURN NEW;
    END IF;
    IF NEW.approved_at IS NOT NULL AND NEW.effective_from <= last_locked_day() THEN
        RAISE EXCEPTION 'plan version % would be in force in a locked month', NEW.version
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER locked_months_keep_their_plan BEFORE INSERT OR UPDATE ON rulebook_planversion
    FOR EACH ROW EXECUTE FUNCTION refuse_plan_for_locked_months();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON rulebook_planversion
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_once_locked();
"""

DROP = """
SELECT bare_table('rulebook_planversion');
DROP TRIGGER locked_months_keep_their_plan ON rulebook_planversion;
DROP FUNCTION refuse_plan_for_locked_months();
DROP FUNCTION bare_table(text);
DROP FUNCTION stamp_table(text, text, text);
DROP FUNCTION seal_table(text, text, text);
DROP FUNCTION on_each_change(text, text, text);
DROP FUNCTION stamp_inputs();
DROP FUNCTION inputs_version(date);
DROP TABLE periods_inputstamp;
DROP TRIGGER no_truncate ON periods_period;
DROP TRIGGER locked_period_stays ON periods_period;
DROP FUNCTION refuse_change_of_locked_period();
DROP FUNCTION refuse_once_locked();
DROP FUNCTION refuse_locked_months();
DROP FUNCTION last_locked_day();
ALTER FUNCTION refuse_change_of_used_plan() RESET search_path;
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0002_freeze_used_plans")]

    operations = [migrations.RunSQL(CREATE, DROP)]
