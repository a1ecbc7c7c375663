"""Keys to find people and clients by: number, name, pinyin and its initials; kept by triggers, whoever writes the row."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations
from pypinyin import lazy_pinyin

FIRST, LAST = 0x4E00, 0x9FFF

SURNAMES = {
    "曾": "zeng", "单": "shan", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "任": "ren", "盖": "ge", "朴": "piao",
    "缪": "miao", "尉": "wei", "乐": "yue", "翟": "zhai", "冼": "xian", "覃": "qin", "员": "yun", "秘": "bi", "折": "she",
    "黑": "he", "召": "shao", "宁": "ning", "种": "chong", "洗": "xian", "祭": "zhai", "繁": "po", "撒": "sa", "那": "na",
    "柏": "bai", "贾": "jia", "沈": "shen", "万": "wan", "隗": "wei", "盛": "sheng", "宓": "mi", "晟": "cheng",
}
"""How these are read as the first character of a person's name, where that is not how they are mostly read."""

CREATE = """
CREATE TABLE access_pinyin (
    letter text PRIMARY KEY,
    syllable text NOT NULL,
    surname text
);
CREATE TABLE access_searchkey (
    model text NOT NULL,
    row_id bigint NOT NULL,
    words text NOT NULL,
    sort text NOT NULL,
    PRIMARY KEY (model, row_id)
);
CREATE INDEX searchkey_words ON access_searchkey USING gin (words gin_trgm_ops);
COMMENT ON TABLE access_searchkey IS
    'words: number|name|pinyin|initials in lower case, each after a bar; sort: the syllables, to sort names by.';

CREATE FUNCTION search_keys_from(rows text, is_person boolean) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT format(
        'SELECT c.id AS row_id,
            lower(concat(''|'', c.number, ''|'', c.name, ''|'', coalesce(k.full_pinyin, ''''), ''|'', coalesce(k.initials, ''''))) AS words,
            coalesce(k.sort, lower(c.name)) AS sort
         FROM (SELECT id, number, name FROM %s) AS c LEFT JOIN (
            SELECT id, string_agg(syllable, '''' ORDER BY place) AS full_pinyin,
                string_agg(left(syllable, 1), '''' ORDER BY place) AS initials,
                string_agg(syllable, '' '' ORDER BY place) AS sort
            FROM (
                SELECT s.id, t.place,
                    coalesce(CASE WHEN %L AND t.place = 1 THEN p.surname END, p.syllable, lower(t.letter)) AS syllable
                FROM (SELECT id, name FROM %s) AS s, unnest(string_to_array(s.name, NULL)) WITH ORDINALITY AS t (letter, place)
                    LEFT JOIN access_pinyin p ON p.letter = t.letter
                WHERE p.letter IS NOT NULL OR t.letter ~ ''[[:alnum:]]''
            ) AS syllables GROUP BY id
         ) AS k ON k.id = c.id', rows, is_person, rows)
$$;

CREATE FUNCTION keep_search_keys() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found text := CASE TG_OP WHEN 'UPDATE' THEN
        '(SELECT a.id, a.number, a.name FROM added a WHERE NOT EXISTS (SELECT FROM removed r
          WHERE r.id = a.id AND r.number = a.number AND r.name = a.name)) AS given' ELSE 'added AS given' END;
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM access_searchkey WHERE model = TG_ARGV[0] AND row_id IN (SELECT id FROM removed);
    ELSE
        EXECUTE format('INSERT INTO access_searchkey (model, row_id, words, sort)
            SELECT %L, row_id, words, sort FROM (%s) AS keys
            ON CONFLICT (model, row_id) DO UPDATE SET words = excluded.words, sort = excluded.sort',
            TG_ARGV[0], search_keys_from(found, TG_ARGV[1]::boolean));
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION search_table(tbl text, model text, is_person boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    change record;
BEGIN
    FOR change IN SELECT * FROM (VALUES
        ('insert', 'REFERENCING NEW TABLE AS added'),
        ('update', 'REFERENCING OLD TABLE AS removed NEW TABLE AS added'),
        ('delete', 'REFERENCING OLD TABLE AS removed')) AS changes (kind, tables)
    LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER %s ON %I %s FOR EACH STATEMENT EXECUTE FUNCTION keep_search_keys(%L, %L)',
            'searched_' || change.kind, change.kind, tbl, change.tables, model, is_person);
    END LOOP;
    EXECUTE format('INSERT INTO access_searchkey (model, row_id, words, sort) SELECT %L, row_id, words, sort FROM (%s) AS keys',
        model, search_keys_from(format('%I', tbl), is_person));
END $$;
COMMENT ON FUNCTION search_table(text, text, boolean) IS
    'Keep search keys of a table with a number and a name; of people the first character is read as a surname.';

CREATE FUNCTION unsearch_table(tbl text, model text) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    change text;
BEGIN
    FOREACH change IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
        EXECUTE format('DROP TRIGGER %I ON %I', 'searched_' || change, tbl);
    END LOOP;
    EXECUTE 'DELETE FROM access_searchkey WHERE model = $1' USING model;
END $$;
"""

DROP = """
DROP FUNCTION unsearch_table(text, text);
DROP FUNCTION search_table(text, text, boolean);
DROP FUNCTION keep_search_keys();
DROP FUNCTION search_keys_from(text, boolean);
DROP TABLE access_searchkey;
DROP TABLE access_pinyin;
"""


def fill(apps, schema_editor):
    letters = [chr(code) for code in range(FIRST, LAST + 1)]
    read = [(letter, "".join(lazy_pinyin(letter))) for letter in letters]
    rows = [(letter, syllable, SURNAMES.get(letter)) for letter, syllable in read if syllable.isascii()]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO access_pinyin (letter, syllable, surname) SELECT * FROM unnest(%s::text[], %s::text[], %s::text[])",
            [list(column) for column in zip(*rows, strict=True)],
        )


class Migration(migrations.Migration):
    dependencies = [("access", "0005_disclosures")]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(CREATE, DROP),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
