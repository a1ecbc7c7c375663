"""Foreign keys that are checked once per statement instead of once per row, for tables written by the ten thousand.

They refuse what a foreign key refuses. Who adds references and who takes away what may be referenced keep out of each
other's way by an advisory lock per referenced table, shared by the former: each sees what the other committed. That
holds for transactions at READ COMMITTED alone, so others are refused.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION require_read_committed() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION 'references can be checked at READ COMMITTED only' USING ERRCODE = 'feature_not_supported';
    END IF;
END $$;

CREATE FUNCTION refuse_missing_reference() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    source_key text := TG_ARGV[0];
    source_month text := TG_ARGV[1];
    target text := TG_ARGV[2];
    target_month text := TG_ARGV[3];
    wanted record;
    missing bigint;
BEGIN
    PERFORM require_read_committed();
    PERFORM pg_advisory_xact_lock_shared(369127, target::regclass::oid::int);
    FOR wanted IN EXECUTE format(
        'SELECT keys, month, (SELECT count(*) FROM %3$I WHERE id = ANY (keys) AND %4$s = month) AS found FROM (
            SELECT array_agg(DISTINCT %1$I) AS keys, %2$s AS month FROM added WHERE %1$I IS NOT NULL GROUP BY 2
         ) AS sets', source_key, source_month, target, target_month)
    LOOP
        IF wanted.found < cardinality(wanted.keys) THEN
            EXECUTE format('SELECT min(key) FROM unnest($1) AS key WHERE key NOT IN (SELECT id FROM %I WHERE %s = $2)',
                target, target_month) INTO missing USING wanted.keys, wanted.month;
            RAISE EXCEPTION '%: % = % is not in %', TG_TABLE_NAME, source_key, missing, target
                USING ERRCODE = 'foreign_key_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE FUNCTION refuse_loss_of_referenced() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    source text := TG_ARGV[0];
    source_key text := TG_ARGV[1];
    source_month text := TG_ARGV[2];
    target_month text := TG_ARGV[3];
    gone text := format('SELECT id, %s FROM removed', target_month);
    is_any boolean;
    referenced bigint;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        gone := format('SELECT %I, %s FROM %I', source_key, source_month, source);
    ELSIF TG_OP = 'UPDATE' THEN
        gone := gone || format(' EXCEPT SELECT id, %s FROM added', target_month);
    END IF;
    EXECUTE format('SELECT EXISTS (%s)', gone) INTO is_any;
    IF NOT is_any THEN
        RETURN NULL;
    END IF;
    PERFORM require_read_committed();
    PERFORM pg_advisory_xact_lock(369127, TG_RELID::int);
    EXECUTE format('SELECT min(%1$I) FROM %2$I WHERE (%1$I, %3$s) IN (%4$s)', source_key, source, source_month, gone)
        INTO referenced;
    IF referenced IS NOT NULL THEN
        RAISE EXCEPTION '%: % is referenced from % (%)', TG_TABLE_NAME, referenced, source, source_key
            USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION reference_in_sets(
    source text, source_key text, target text, source_month text DEFAULT 'true', target_month text DEFAULT 'true'
) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    name text := format('%s_%s', regexp_replace(source, '^[a-z]+', 'tied'), source_key);
    missing text := format('refuse_missing_reference(%L, %L, %L, %L)', source_key, source_month, target, target_month);
    loss text := format('refuse_loss_of_referenced(%L, %L, %L, %L)', source, source_key, source_month, target_month);
    change record;
BEGIN
    FOR change IN SELECT * FROM (VALUES
        ('added', source, 'AFTER INSERT', 'REFERENCING NEW TABLE AS added', missing),
        ('changed', source, 'AFTER UPDATE', 'REFERENCING NEW TABLE AS added', missing),
        ('deleted', target, 'AFTER DELETE', 'REFERENCING OLD TABLE AS removed', loss),
        ('updated', target, 'AFTER UPDATE', 'REFERENCING OLD TABLE AS removed NEW TABLE AS added', loss),
        ('truncated', target, 'BEFORE TRUNCATE', '', loss)) AS changes (kind, tbl, event, tables, call)
    LOOP
        EXECUTE format('CREATE TRIGGER %I %s ON %I %s FOR EACH STATEMENT EXECUTE FUNCTION %s',
            name || '_' || change.kind, change.event, change.tbl, change.tables, change.call);
    END LOOP;
END $$;
COMMENT ON FUNCTION reference_in_sets(text, text, text, text, text) IS
    'A foreign key of source_key, with source_month if given, to id, with target_month, of the target.';

CREATE FUNCTION forget_references(source text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    name text;
    tbl regclass;
BEGIN
    FOR name, tbl IN SELECT tgname, tgrelid FROM pg_trigger
        WHERE starts_with(tgname, regexp_replace(source, '^[a-z]+', 'tied') || '_')
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', name, tbl);
    END LOOP;
END $$;
"""

DROP = """
DROP FUNCTION forget_references(text);
DROP FUNCTION reference_in_sets(text, text, text, text, text);
DROP FUNCTION refuse_loss_of_referenced();
DROP FUNCTION refuse_missing_reference();
DROP FUNCTION require_read_committed();
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0003_seal_locked_months")]

    operations = [migrations.RunSQL(CREATE, DROP)]
