"""A log-in stays the person's to whom it was linked first; nobody signs for two persons, nor about themselves."""

from django.db import migrations

CREATE = """
CREATE FUNCTION keep_person() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.person_key IS NOT NULL THEN
        NEW.person_key := OLD.person_key;
    ELSIF NEW.person_key IS NOT NULL AND NOT EXISTS (
        SELECT FROM staff_employee WHERE id = NEW.person_key AND user_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'a log-in is a person''s by its link alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_person BEFORE INSERT OR UPDATE ON access_user FOR EACH ROW EXECUTE FUNCTION keep_person();

CREATE FUNCTION name_person() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE access_user SET person_key = NEW.id WHERE id = NEW.user_id AND person_key IS NULL;
    IF EXISTS (SELECT FROM access_user WHERE id = NEW.user_id AND person_key <> NEW.id) THEN
        RAISE EXCEPTION 'the log-in is another person''s' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER name_person AFTER INSERT OR UPDATE OF user_id ON staff_employee
    FOR EACH ROW WHEN (NEW.user_id IS NOT NULL) EXECUTE FUNCTION name_person();

CREATE FUNCTION persons_differ() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    -- arguments: who signs; whom it is about, or ''; whoever else had a hand in it
    signed jsonb := to_jsonb(NEW);
    own bigint;
BEGIN
    SELECT person_key INTO own FROM access_user WHERE id = (signed ->> TG_ARGV[0])::bigint;
    IF TG_ARGV[1] <> '' AND own = (signed ->> TG_ARGV[1])::bigint THEN
        RAISE EXCEPTION '%: nobody signs about themselves', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    FOR number IN 2 .. TG_NARGS - 1 LOOP
        IF own = (SELECT person_key FROM access_user WHERE id = (signed ->> TG_ARGV[number])::bigint) THEN
            RAISE EXCEPTION '%: one person signs once', TG_TABLE_NAME USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
"""

SIGNED = [
    # table, who signs, whom it is about, whoever else had a hand in it
    ("staff_review", "signed_by_id", "employee_id", ["decided_by_id"]),
    ("staff_review", "decided_by_id", "employee_id", []),
    ("staff_rankdecision", "signed_by_id", "employee_id", ["decided_by_id"]),
    ("staff_rankdecision", "decided_by_id", "employee_id", []),
    ("compensation_awarddecision", "signed_by_id", "employee_id", ["decided_by_id"]),
    ("compensation_awarddecision", "decided_by_id", "employee_id", []),
    ("staff_sharednumber", "agreed_by_id", "", ["decided_by_id"]),
    ("monthend_monthrun", "approved_by_id", "", ["prepared_by_id"]),
    ("monthend_monthrun", "approved_for_id", "", ["prepared_by_id"]),
    ("rulebook_plandraft", "approved_by_id", "", ["started_by_id", "changed_by_id", "submitted_by_id"]),
]


def demand_two_persons(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, signer, about, others in SIGNED:
            columns = ", ".join([signer, *others, *([about] if about else [])])
            told = ", ".join(f"'{word}'" for word in (signer, about, *others))
            cursor.execute(
                f"CREATE TRIGGER persons_differ_{signer} BEFORE INSERT OR UPDATE OF {columns} ON {table}"
                f" FOR EACH ROW WHEN (NEW.{signer} IS NOT NULL) EXECUTE FUNCTION persons_differ({told})"
            )


def demand_them_no_more(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, signer, _about, _others in SIGNED:
            cursor.execute(f"DROP TRIGGER persons_differ_{signer} ON {table}")


DROP = """
DROP TRIGGER keep_person ON access_user;
DROP TRIGGER name_person ON staff_employee;
DROP FUNCTION keep_person();
DROP FUNCTION name_person();
DROP FUNCTION persons_differ();
"""

FILL = "UPDATE access_user u SET person_key = e.id FROM staff_employee e WHERE e.user_id = u.id"


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0009_persons"),
        ("compensation", "0008_awards"),
        ("monthend", "0006_seal_what_surrounds"),
        ("rulebook", "0004_draft_rules"),
        ("salesorg", "0003_track_people_and_clients"),
        ("staff", "0009_pay_confirmations"),
    ]

    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, DROP),
        migrations.RunPython(demand_two_persons, demand_them_no_more),
    ]
