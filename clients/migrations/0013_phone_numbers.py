"""Clients are found by each of their telephone numbers, however these are written."""

from django.db import migrations

FIND = r"""
CREATE FUNCTION phone_numbers(phone text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_temp AS $$
    WITH parts AS (
        SELECT regexp_replace(regexp_replace(part, '(转|ext|[xX#*]).*$', '', 'i'), '[^0-9]+', '', 'g') AS digits
        FROM regexp_split_to_table(normalize(phone, NFKC), '[/|,;、。\n\r\t]|和|或') AS part
    ), mobiles AS (
        SELECT CASE WHEN digits ~ '^((0086|86|0)?1[3-9][0-9]{9}){2,}$'
            THEN regexp_replace(digits, '(0086|86|0)?(1[3-9][0-9]{9})', '\2 ', 'g') ELSE digits END AS digits
        FROM parts
    )
    SELECT coalesce(array_agg(DISTINCT number ORDER BY number), '{}')
    FROM (
        SELECT regexp_replace(regexp_replace(digit, '^0*86(?=[0-9]{10,}$)', ''), '^0+', '') AS number
        FROM mobiles, regexp_split_to_table(trim(digits), ' ') AS digit
    ) AS found
    WHERE length(number) >= 7
$$;
CREATE INDEX client_phone_numbers ON clients_client USING gin (phone_numbers(phone));
"""

FORGET = """
DROP INDEX client_phone_numbers;
DROP FUNCTION phone_numbers(text);
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0012_latest_first")]

    operations = [migrations.RunSQL(FIND, FORGET)]
