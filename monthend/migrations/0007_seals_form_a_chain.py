"""Each locked month's link contains the one before: a hash over it, the month, its seal, when and by whom.

Months locked so far are linked in their order, by the trigger that links those to come. `monthend/chain.py` makes the
same hash to compare.
"""

from django.db import migrations, models

CREATE = r"""
CREATE FUNCTION link_seal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    before text;
BEGIN
    SELECT link INTO before FROM monthend_monthrun
    WHERE state = 'locked' AND month < NEW.month ORDER BY month DESC LIMIT 1;
    NEW.link := encode(sha256(convert_to(array_to_string(ARRAY[
        coalesce(before, repeat('0', 64)),
        to_char(NEW.month, 'YYYY-MM'),
        NEW.seal,
        to_char(NEW.locked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        NEW.prepared_by_id::text,
        NEW.approved_by_id::text,
        NEW.approved_for_id::text,
        NEW.locked_by_id::text,
        NEW.branch_names::text], E'\n', '-'), 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER linked_when_locked BEFORE UPDATE ON monthend_monthrun
    FOR EACH ROW WHEN (NEW.state = 'locked' AND (OLD.state <> 'locked' OR OLD.link = '')) EXECUTE FUNCTION link_seal();
CREATE TRIGGER linked_from_the_start BEFORE INSERT ON monthend_monthrun
    FOR EACH ROW WHEN (NEW.state = 'locked') EXECUTE FUNCTION link_seal();
"""

DROP = """
DROP TRIGGER linked_from_the_start ON monthend_monthrun;
DROP TRIGGER linked_when_locked ON monthend_monthrun;
DROP FUNCTION link_seal();
"""

LINK_WHAT_IS_LOCKED = """
ALTER TABLE monthend_monthrun DISABLE TRIGGER sealed_update;
DO $$
DECLARE
    run record;
BEGIN
    FOR run IN SELECT id FROM monthend_monthrun WHERE state = 'locked' ORDER BY month LOOP
        UPDATE monthend_monthrun SET state = state WHERE id = run.id;
    END LOOP;
END $$;
ALTER TABLE monthend_monthrun ENABLE TRIGGER sealed_update;
"""


class Migration(migrations.Migration):
    dependencies = [("monthend", "0006_seal_what_surrounds")]

    operations = [
        migrations.AddField("monthrun", "link", models.CharField(blank=True, max_length=64, verbose_name="chain code")),
        migrations.RunSQL(CREATE, DROP),
        migrations.RunSQL(LINK_WHAT_IS_LOCKED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "monthrun",
            models.CheckConstraint(
                condition=models.Q(models.Q(state="locked") & ~models.Q(link=""))
                | models.Q(~models.Q(state="locked") & models.Q(link="")),
                name="locked_run_is_linked",
            ),
        ),
        migrations.AddConstraint(
            "monthrun",
            models.UniqueConstraint(fields=["link"], condition=~models.Q(link=""), name="one_link_per_month"),
        ),
    ]
