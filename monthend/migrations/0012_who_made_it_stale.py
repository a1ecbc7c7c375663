"""That a result became stale is kept with who changed what it was computed from, and when to the moment."""

from django.db import migrations

CREATE = """
CREATE FUNCTION tell_who_made_it_stale() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    NEW.at := clock_timestamp();
    NEW.by_id := (nullif(current_setting('salesorg.acting', true), '')::jsonb ->> 'by')::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER told_by_who_changed BEFORE INSERT ON monthend_monthtransition
    FOR EACH ROW WHEN (NEW.kind = 'stale') EXECUTE FUNCTION tell_who_made_it_stale();
"""

DROP = """
DROP TRIGGER told_by_who_changed ON monthend_monthtransition;
DROP FUNCTION tell_who_made_it_stale();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0012_owner_alone"), ("monthend", "0011_permit_of_one_transaction")]

    operations = [migrations.RunSQL(CREATE, DROP)]
