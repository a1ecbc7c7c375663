"""What no log-in of the application can do to drafts: skip a step, change what was submitted, or rewrite history."""

from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_rewritten_history() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%: rows are only ever added', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON rulebook_plandraftstep
    FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_history();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON rulebook_plandraftstep
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewritten_history();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON rulebook_interpretation
    FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_history();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON rulebook_interpretation
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewritten_history();

CREATE FUNCTION keep_drafts_on_their_way() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    approved rulebook_planversion;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'plan draft % does not begin as a draft', NEW.version USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('approved', 'abandoned') THEN
        RAISE EXCEPTION 'plan draft % is % for good', OLD.version, OLD.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.started_by_id <> OLD.started_by_id THEN
        RAISE EXCEPTION 'plan draft % was started by somebody else', OLD.version USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'submitted' AND (NEW.text, NEW.version, NEW.effective_from, NEW.changed_by_id)
        IS DISTINCT FROM (OLD.text, OLD.version, OLD.effective_from, OLD.changed_by_id) THEN
        RAISE EXCEPTION 'plan draft % waits for approval as it is', OLD.version USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state = 'submitted' AND NEW.state <> 'draft' AND NEW.submitted_by_id IS DISTINCT FROM OLD.submitted_by_id THEN
        RAISE EXCEPTION 'plan draft % was submitted by somebody else', OLD.version USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'approved' THEN
        SELECT * INTO approved FROM rulebook_planversion WHERE id = NEW.approved_as_id;
        IF OLD.state <> 'submitted' OR (approved.text, approved.version, approved.effective_from)
            IS DISTINCT FROM (NEW.text, NEW.version, NEW.effective_from) OR approved.approved_at IS NULL THEN
            RAISE EXCEPTION 'plan draft % is approved only as it was submitted', NEW.version
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drafts_keep_their_way BEFORE INSERT OR UPDATE ON rulebook_plandraft
    FOR EACH ROW EXECUTE FUNCTION keep_drafts_on_their_way();
CREATE TRIGGER never_deleted BEFORE DELETE ON rulebook_plandraft
    FOR EACH ROW EXECUTE FUNCTION refuse_rewritten_history();
CREATE TRIGGER no_truncate BEFORE TRUNCATE ON rulebook_plandraft
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewritten_history();
"""

DROP = """
DROP TRIGGER no_truncate ON rulebook_plandraft;
DROP TRIGGER never_deleted ON rulebook_plandraft;
DROP TRIGGER drafts_keep_their_way ON rulebook_plandraft;
DROP FUNCTION keep_drafts_on_their_way();
DROP TRIGGER no_truncate ON rulebook_interpretation;
DROP TRIGGER only_added ON rulebook_interpretation;
DROP TRIGGER no_truncate ON rulebook_plandraftstep;
DROP TRIGGER only_added ON rulebook_plandraftstep;
DROP FUNCTION refuse_rewritten_history();
"""


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0003_drafts")]

    operations = [migrations.RunSQL(CREATE, DROP)]
