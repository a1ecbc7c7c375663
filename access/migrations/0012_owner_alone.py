"""What keeps changes runs with its owner's rights: only the owner attaches it, and it executes columns' names, no expression.

A tracked row's name is a template, `{employee_id.name} {month}`: each part is a column that the catalogue knows, or one of
the row that a reference leads to. Events and looks at masked numbers are dated by the database, and told of who acts.
"""

from django.db import migrations

HEAD = "CREATE OR REPLACE FUNCTION keep_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
WRITE = """
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
"""
CHECKED = f"""
CREATE FUNCTION named_column(rel regclass, alias text, path text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    place smallint;
    target regclass;
    further text := alias || '_';
BEGIN
    SELECT attnum INTO place FROM pg_attribute
    WHERE attrelid = rel AND attname = path[1] AND attnum > 0 AND NOT attisdropped;
    IF place IS NULL THEN
        RAISE EXCEPTION '% has no column "%"', rel, path[1] USING ERRCODE = 'undefined_column';
    ELSIF cardinality(path) = 1 THEN
        RETURN format(CASE path[1] WHEN 'month' THEN 'to_char(%I.%I, ''YYYY-MM'')' ELSE '%I.%I' END, alias, path[1]);
    END IF;
    SELECT confrelid INTO target FROM pg_constraint WHERE contype = 'f' AND conrelid = rel AND conkey = ARRAY[place];
    IF target IS NULL THEN
        RAISE EXCEPTION '%.% refers to no table', rel, path[1] USING ERRCODE = 'undefined_column';
    END IF;
    RETURN format('(SELECT %s FROM %s AS %I WHERE %I.id = %I.%I)',
        named_column(target, further, path[2:]), target, further, further, alias, path[1]);
END $$;

CREATE FUNCTION row_name(rel regclass, template text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF template !~ '[{{]' THEN
        RAISE EXCEPTION '%: "%" names no column', rel, template USING ERRCODE = 'undefined_column';
    END IF;
    RETURN (
        SELECT format('concat(%s)', string_agg(CASE
            WHEN part[1] <> '' THEN quote_literal(part[1])
            ELSE named_column(rel, 'c', string_to_array(part[2], '.'))
        END, ', ' ORDER BY place))
        FROM regexp_matches(template, '([^{{}}]+)|[{{]([^{{}}]*)[}}]', 'g') WITH ORDINALITY AS parts (part, place)
    );
END $$;

{HEAD} SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    label text;
    added text;
    removed text;
    changed text;
    told jsonb := coalesce(nullif(current_setting('salesorg.acting', true), ''), '{{}}')::jsonb;
BEGIN
    IF TG_TABLE_SCHEMA <> 'public' OR NOT EXISTS (
        SELECT FROM pg_class WHERE oid = TG_RELID AND pg_get_userbyid(relowner) = current_user AND relpersistence = 'p'
    ) THEN
        RAISE EXCEPTION '%: only tables of the owner are tracked', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END IF;
    label := row_name(TG_RELID, TG_ARGV[1]);
    added := format('SELECT c.id, %s AS label, ''added'' AS kind, NULL::jsonb AS was, NULL::jsonb AS becomes
        FROM added c', label);
    removed := format('SELECT c.id, %s AS label, ''removed'' AS kind, to_jsonb(c) - $7 AS was, NULL::jsonb AS becomes
        FROM removed c', label);
    changed := format('SELECT c.id, %s AS label, ''changed'' AS kind, to_jsonb(r) - $7 AS was, to_jsonb(c) - $7 AS becomes
        FROM removed r JOIN added c ON c.id = r.id WHERE to_jsonb(r) - $7 <> to_jsonb(c) - $7', label);
{WRITE}
REVOKE ALL ON FUNCTION keep_changes() FROM PUBLIC;
COMMENT ON FUNCTION track_table(text, text, text, text, text, text) IS
    'Keep who changed rows of a table as access_change. label: a template that names a row, {{name}} ({{number}}), of its
     columns and of those a reference leads to, {{employee_id.name}}. unkept: columns that follow from others. masked:
     columns of which the last four characters are kept. hidden: of which nothing is.';
"""
UNCHECKED = f"""
{HEAD} SET search_path = public, pg_temp AS $$
DECLARE
    label text := TG_ARGV[1];
    added text := format('SELECT c.id, %s AS label, ''added'' AS kind, NULL::jsonb AS was, NULL::jsonb AS becomes
        FROM added c', label);
    removed text := format('SELECT c.id, %s AS label, ''removed'' AS kind, to_jsonb(c) - $7 AS was, NULL::jsonb AS becomes
        FROM removed c', label);
    changed text := format('SELECT c.id, %s AS label, ''changed'' AS kind, to_jsonb(r) - $7 AS was, to_jsonb(c) - $7 AS becomes
        FROM removed r JOIN added c ON c.id = r.id WHERE to_jsonb(r) - $7 <> to_jsonb(c) - $7', label);
    told jsonb := coalesce(nullif(current_setting('salesorg.acting', true), ''), '{{}}')::jsonb;
BEGIN
{WRITE}
GRANT EXECUTE ON FUNCTION keep_changes() TO PUBLIC;
"""
NO_NAMES = """
DROP FUNCTION row_name(regclass, text);
DROP FUNCTION named_column(regclass, text, text[]);
"""

EVENTS = """
CREATE FUNCTION stamp_who_and_when() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    told jsonb := nullif(current_setting('salesorg.acting', true), '')::jsonb;
BEGIN
    IF told IS NULL OR NEW.by_id IS DISTINCT FROM (told ->> 'by')::bigint THEN
        RAISE EXCEPTION '%: only whoever acts is told of', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER told_by_whoever_acts BEFORE INSERT ON access_accountevent
    FOR EACH ROW EXECUTE FUNCTION stamp_who_and_when();
CREATE TRIGGER told_by_whoever_acts BEFORE INSERT ON access_disclosure
    FOR EACH ROW EXECUTE FUNCTION stamp_who_and_when();

CREATE FUNCTION refuse_stamp_that_goes_back() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'the stamp of % only counts up', OLD.month USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER only_counted_up BEFORE UPDATE ON periods_inputstamp FOR EACH ROW
    WHEN (NEW.month <> OLD.month OR NEW.version <= OLD.version) EXECUTE FUNCTION refuse_stamp_that_goes_back();
"""
NO_EVENTS = """
DROP TRIGGER only_counted_up ON periods_inputstamp;
DROP FUNCTION refuse_stamp_that_goes_back();
DROP TRIGGER told_by_whoever_acts ON access_disclosure;
DROP TRIGGER told_by_whoever_acts ON access_accountevent;
DROP FUNCTION stamp_who_and_when();
"""

PERSON = "{employee_id.name} ({employee_id.number})"
CLIENT = "{client_id.name} ({client_id.number})"
NAMED = "{name} ({number})"
TEMPLATES = {
    "access_user": "{username}",
    "staff_branch": "{name}",
    "staff_department": "{name}",
    "staff_employee": NAMED,
    "staff_personnelevent": f"{PERSON} {{date}}",
    "staff_absence": f"{PERSON} {{start}}",
    "staff_target": "{branch_id.name} {month}",
    "staff_openingstate": PERSON,
    "staff_openingsales": f"{PERSON} {{month}}",
    "staff_minimumwage": "{city} {effective_from}",
    "staff_review": f"{PERSON} {{month}}",
    "staff_reviewstep": "{review_id.employee_id.name} ({review_id.employee_id.number}) {date}",
    "staff_yeartarget": "{year}",
    "staff_persontarget": f"{PERSON} {{month}}",
    "staff_rankdecision": f"{PERSON} {{month}}",
    "staff_sharednumber": "{people}",
    "clients_client": NAMED,
    "clients_assignment": f"{CLIENT} {{date}}",
    "clients_contract": "{number}",
    "clients_receipt": "{number}",
    "clients_poolrule": "{effective_from}",
    "clients_assignmentbatch": "{day}",
    "clients_handover": f"{CLIENT} {{day}}",
    "clients_followup": f"{CLIENT} {{date}}",
    "clients_lapse": f"{CLIENT} {{date}}",
    "clients_poolclaim": f"{CLIENT} {{date}}",
    "clients_protectionterms": "{start}",
    "clients_bankstatement": "{file_name}",
    "clients_bankline": "{day} {payer}",
    "clients_bankpair": "{receipt_id.number}",
    "funds_fundclaim": "{number}",
    "compensation_supportweight": f"{PERSON} {{month}}",
    "compensation_correction": "{number}",
    "compensation_awardrecommendation": f"{PERSON} {{year}} {{kind}}",
    "compensation_awarddecision": f"{PERSON} {{year}} {{kind}}",
    "rulebook_planversion": "{version}",
    "rulebook_plandraft": "{version}",
    "rulebook_interpretation": "{article}",
    "monthend_deputy": "{principal_id.username} → {deputy_id.username}",
}
"""How a row of each tracked table is called."""


def name_by_columns(apps, schema_editor):
    """Attach every tracked table anew, with its template instead of an expression."""
    with schema_editor.connection.cursor() as cursor:
        for table, told in _attached(cursor).items():
            cursor.execute("SELECT row_name(%s::regclass, %s)", [table, TEMPLATES[table]])
            _attach(cursor, table, [told[0], TEMPLATES[table], *told[2:]])


def name_by_expressions(apps, schema_editor):
    """The other way: what the templates stand for, written out."""
    with schema_editor.connection.cursor() as cursor:
        for table, told in _attached(cursor).items():
            cursor.execute("SELECT row_name(%s::regclass, %s)", [table, told[1]])
            _attach(cursor, table, [told[0], cursor.fetchone()[0], *told[2:]])


def _attached(cursor):
    cursor.execute("SELECT tgrelid::regclass::text, tgargs FROM pg_trigger WHERE tgname = 'tracked_insert' ORDER BY 1")
    return {table: bytes(told).decode().split("\0")[:-1] for table, told in cursor.fetchall()}


def _attach(cursor, table, told):
    cursor.execute("SELECT untrack_table(%s)", [table])
    cursor.execute("SELECT track_table(%s, %s, %s, %s, %s, %s)", [table, *told])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0011_without_axes"),
        ("compensation", "0008_awards"),
        ("periods", "0005_refuse_old_snapshots"),
        ("salesorg", "0003_track_people_and_clients"),
        ("staff", "0009_pay_confirmations"),
    ]

    operations = [
        migrations.RunSQL(CHECKED, NO_NAMES),
        migrations.RunPython(name_by_columns, name_by_expressions),
        migrations.RunSQL(migrations.RunSQL.noop, UNCHECKED),
        migrations.RunSQL(EVENTS, NO_EVENTS),
    ]
