"""A reference in sets to a table that has a column `month` itself: the month compared is the set's."""

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION refuse_missing_reference() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
        'SELECT keys, month, (SELECT count(*) FROM %3$I WHERE id = ANY (keys) AND %4$s = sets.month) AS found FROM (
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
"""

DROP = """
CREATE OR REPLACE FUNCTION refuse_missing_reference() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0005_refuse_old_snapshots")]

    operations = [migrations.RunSQL(CREATE, DROP)]
