import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CREATE = """
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON access_change
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_account_event();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON access_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_account_event();

CREATE FUNCTION refuse_forged_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
        RAISE EXCEPTION '%: only triggers add rows', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER only_by_triggers BEFORE INSERT ON access_change
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_forged_change();

CREATE FUNCTION masked_value(name text, value jsonb, masked text[], hidden text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN value = 'null' OR value = '""' THEN value
        WHEN name = ANY (hidden) THEN '"····"'
        WHEN name <> ALL (masked) THEN value
        WHEN length(value #>> '{}') >= 8 THEN to_jsonb('····' || right(value #>> '{}', 4))
        ELSE '"····"'
    END
$$;

CREATE FUNCTION masked_row(given jsonb, other jsonb, masked text[], hidden text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_object_agg(key, masked_value(key, value, masked, hidden))
    FROM jsonb_each(given) WHERE other IS NULL OR value IS DISTINCT FROM other -> key
$$;

CREATE FUNCTION keep_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    label text := TG_ARGV[1];
    added text := format('SELECT c.id, %s AS label, ''added'' AS kind, NULL::jsonb AS was, NULL::jsonb AS becomes
        FROM added c', label);
    removed text := format('SELECT c.id, %s AS label, ''removed'' AS kind, to_jsonb(c) - $7 AS was, NULL::jsonb AS becomes
        FROM removed c', label);
    changed text := format('SELECT c.id, %s AS label, ''changed'' AS kind, to_jsonb(r) - $7 AS was, to_jsonb(c) - $7 AS becomes
        FROM removed r JOIN added c ON c.id = r.id WHERE to_jsonb(r) - $7 <> to_jsonb(c) - $7', label);
    told jsonb := coalesce(nullif(current_setting('salesorg.acting', true), ''), '{}')::jsonb;
BEGIN
    EXECUTE format(
        'INSERT INTO access_change (at, model, row_id, label, kind, by_id, source, origin, origin_id, before, after)
         SELECT $1, $2, id, left(coalesce(label, ''''), 300), kind, $3, $4, $5, $6,
            masked_row(was, becomes, $8, $9), masked_row(becomes, was, $8, $9)
         FROM (%s) AS changes ORDER BY id',
        CASE TG_OP
            WHEN 'INSERT' THEN added
            WHEN 'DELETE' THEN removed
            ELSE concat_ws(' UNION ALL ', changed,
                removed || ' WHERE NOT EXISTS (SELECT FROM added WHERE added.id = c.id)',
                added || ' WHERE NOT EXISTS (SELECT FROM removed WHERE removed.id = c.id)')
        END)
    USING clock_timestamp(), TG_ARGV[0], (told ->> 'by')::bigint, coalesce(told ->> 'source', 'console'),
        coalesce(told ->> 'origin', ''), (told ->> 'origin_id')::bigint,
        string_to_array(TG_ARGV[2], ' '), string_to_array(TG_ARGV[3], ' '), string_to_array(TG_ARGV[4], ' ');
    RETURN NULL;
END $$;

CREATE FUNCTION track_table(
    tbl text, model text, label text, unkept text DEFAULT '', masked text DEFAULT '', hidden text DEFAULT ''
) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    change record;
BEGIN
    FOR change IN SELECT * FROM (VALUES
        ('insert', 'REFERENCING NEW TABLE AS added'),
        ('update', 'REFERENCING OLD TABLE AS removed NEW TABLE AS added'),
        ('delete', 'REFERENCING OLD TABLE AS removed')) AS changes (kind, tables)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON %I %s FOR EACH STATEMENT EXECUTE FUNCTION keep_changes(%L, %L, %L, %L, %L)',
            'tracked_' || change.kind, change.kind, tbl, change.tables, model, label, unkept, masked, hidden);
    END LOOP;
END $$;
COMMENT ON FUNCTION track_table(text, text, text, text, text, text) IS
    'Keep who changed rows of a table as access_change. label: an expression of the row c that names it. unkept: columns
     that follow from others. masked: columns of which the last four characters are kept. hidden: of which nothing is.';

CREATE FUNCTION untrack_table(tbl text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    change text;
BEGIN
    FOREACH change IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', 'tracked_' || change, tbl);
    END LOOP;
END $$;

SELECT track_table('access_user', 'access.user', 'c.username', 'password last_login date_joined is_superuser');
"""

DROP = """
SELECT untrack_table('access_user');
DROP FUNCTION untrack_table(text);
DROP FUNCTION track_table(text, text, text, text, text, text);
DROP FUNCTION keep_changes();
DROP FUNCTION masked_row(jsonb, jsonb, text[], text[]);
DROP FUNCTION masked_value(text, jsonb, text[], text[]);
DROP TRIGGER only_by_triggers ON access_change;
DROP FUNCTION refuse_forged_change();
DROP TRIGGER no_truncate ON access_change;
DROP TRIGGER only_added ON access_change;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_events_stay'),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('model', models.CharField(max_length=60, verbose_name='kind of record')),
                ('row_id', models.BigIntegerField(verbose_name='key of the record')),
                ('label', models.CharField(max_length=300, verbose_name='record')),
                ('kind', models.CharField(choices=[('added', 'entered'), ('changed', 'modified'), ('removed', 'deleted')], max_length=8, verbose_name='what happened')),
                ('source', models.CharField(choices=[('page', 'by hand'), ('import', 'import of a workbook'), ('task', 'by itself'), ('console', 'at the server')], max_length=8, verbose_name='from where')),
                ('origin', models.CharField(blank=True, max_length=255, verbose_name='page or file')),
                ('origin_id', models.BigIntegerField(null=True, verbose_name='key of the upload')),
                ('before', models.JSONField(null=True, verbose_name='before')),
                ('after', models.JSONField(null=True, verbose_name='after')),
                ('by', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
            ],
            options={
                'verbose_name': 'change record',
                'verbose_name_plural': 'change records',
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['model', 'row_id'], name='changes_of_record'), models.Index(fields=['by'], name='changes_by_log_in'), models.Index(fields=['at'], name='changes_at')],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
