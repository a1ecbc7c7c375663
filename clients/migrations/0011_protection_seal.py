"""Lapses and claims are what months are computed from; clients are found by names that are alike.

Pairs of characters, not pg_trgm: under the locale C it sees no letters in Chinese names.
"""

from django.db import migrations

SEAL = """
SELECT seal_table('clients_lapse', 'date');
SELECT stamp_table('clients_lapse', 'date');
SELECT seal_table('clients_poolclaim', 'date');
SELECT stamp_table('clients_poolclaim', 'date');
SELECT bare_table('clients_client');
SELECT seal_table('clients_client', 'registered_on', 'name is_strategic phone');
SELECT stamp_table('clients_client', 'registered_on', 'name is_strategic phone');
"""

BARE = """
SELECT bare_table('clients_client');
SELECT seal_table('clients_client', 'registered_on', 'name is_strategic');
SELECT stamp_table('clients_client', 'registered_on', 'name is_strategic');
SELECT bare_table('clients_poolclaim');
SELECT bare_table('clients_lapse');
"""

FIND = r"""
CREATE FUNCTION plain_client_name(name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_temp AS $$
    SELECT regexp_replace(
        regexp_replace(lower(normalize(name, NFKC)), '[^[:alnum:]]+', '', 'g'),
        '(.)(有限责任公司|股份有限公司|有限公司|总公司|公司|集团)+$', '\1')
$$;
CREATE FUNCTION client_name_pairs(name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_temp AS $$
    SELECT array_agg(DISTINCT substr(plain, start, 2))
    FROM (SELECT plain_client_name(name) AS plain) AS named, generate_series(1, greatest(length(plain) - 1, 1)) AS start
$$;
CREATE INDEX client_name_pairs ON clients_client USING gin (client_name_pairs(name));
"""

FORGET = """
DROP INDEX client_name_pairs;
DROP FUNCTION client_name_pairs(text);
DROP FUNCTION plain_client_name(text);
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0010_client_protection")]

    operations = [migrations.RunSQL(SEAL, BARE), migrations.RunSQL(FIND, FORGET)]
