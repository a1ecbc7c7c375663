from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_change_of_used_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM periods_period WHERE plan_version_id = OLD.id AND state = 'locked') THEN
        RAISE EXCEPTION 'plan version % is frozen: a locked month was computed with it', OLD.version
            USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER used_plan_is_frozen BEFORE UPDATE OR DELETE ON rulebook_planversion
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_used_plan();
"""

DROP = """
DROP TRIGGER used_plan_is_frozen ON rulebook_planversion;
DROP FUNCTION refuse_change_of_used_plan();
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
