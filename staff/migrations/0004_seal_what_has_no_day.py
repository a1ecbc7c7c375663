"""What locked months were computed with, or name people by, stays, though it bears no date: numbers, codes, places."""

from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_change_of_what_counts() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    used boolean;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(369125);
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM staff_post post JOIN staff_department department ON department.id = post.department_id
         WHERE %s = $1 AND post.start <= $2)', TG_ARGV[0]) INTO used USING OLD.id, last_locked_day();
    IF used THEN
        RAISE EXCEPTION '%: % counts in a locked month', TG_TABLE_NAME, OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER what_counts_stays AFTER UPDATE ON staff_employee FOR EACH ROW
    WHEN ((OLD.number, OLD.hired_on) IS DISTINCT FROM (NEW.number, NEW.hired_on))
    EXECUTE FUNCTION refuse_change_of_what_counts('post.employee_id');
CREATE TRIGGER what_counts_stays AFTER UPDATE ON staff_department FOR EACH ROW
    WHEN ((OLD.code, OLD.branch_id, OLD.system) IS DISTINCT FROM (NEW.code, NEW.branch_id, NEW.system))
    EXECUTE FUNCTION refuse_change_of_what_counts('department.id');
CREATE TRIGGER what_counts_stays AFTER UPDATE ON staff_branch FOR EACH ROW
    WHEN (OLD.code IS DISTINCT FROM NEW.code)
    EXECUTE FUNCTION refuse_change_of_what_counts('department.branch_id');
"""

DROP = """
DROP TRIGGER what_counts_stays ON staff_branch;
DROP TRIGGER what_counts_stays ON staff_department;
DROP TRIGGER what_counts_stays ON staff_employee;
DROP FUNCTION refuse_change_of_what_counts();
"""


class Migration(migrations.Migration):
    dependencies = [("periods", "0005_refuse_old_snapshots"), ("staff", "0003_seal")]

    operations = [migrations.RunSQL(CREATE, DROP)]
