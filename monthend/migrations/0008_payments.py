"""What a payment tells: its day and voucher; that it is taken back, by another log-in; the pay list as approved.

A locked run is paid, and its payment taken back; nothing else happens to it any more, and neither happens to another.
"""

from django.db import migrations, models

CREATE = """
CREATE FUNCTION refuse_step_out_of_turn() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    run record;
    latest record;
BEGIN
    PERFORM require_read_committed();
    SELECT state, month INTO run FROM monthend_monthrun WHERE id = NEW.run_id FOR UPDATE;
    IF (NEW.kind IN ('locked', 'paid', 'unpaid')) <> (run.state = 'locked') THEN
        RAISE EXCEPTION 'run % is %: it can''t be %', NEW.run_id, run.state, NEW.kind USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind NOT IN ('paid', 'unpaid') THEN
        RETURN NEW;
    END IF;
    SELECT kind, by_id INTO latest FROM monthend_monthtransition
    WHERE run_id = NEW.run_id AND kind IN ('paid', 'unpaid') ORDER BY id DESC LIMIT 1;
    IF (latest.kind IS NOT DISTINCT FROM 'paid') <> (NEW.kind = 'unpaid') THEN
        RAISE EXCEPTION 'run %: a payment and its taking back follow each other', NEW.run_id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'unpaid' AND NEW.by_id IS NOT DISTINCT FROM latest.by_id THEN
        RAISE EXCEPTION 'run %: a payment is taken back by another', NEW.run_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.kind = 'paid' AND (NEW.paid_on IS NULL OR NEW.paid_on < run.month OR NEW.voucher = '') THEN
        RAISE EXCEPTION 'run %: a payment has a day, not before its month, and a voucher', NEW.run_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER steps_in_turn BEFORE INSERT ON monthend_monthtransition
    FOR EACH ROW WHEN (NEW.kind <> 'stale') EXECUTE FUNCTION refuse_step_out_of_turn();
"""

# Before, a month could be paid once: only the payment that stands is kept.
DROP = """
DROP TRIGGER steps_in_turn ON monthend_monthtransition;
DROP FUNCTION refuse_step_out_of_turn();
ALTER TABLE monthend_monthtransition DISABLE TRIGGER only_added;
DELETE FROM monthend_monthtransition AS step WHERE kind IN ('paid', 'unpaid') AND (
    kind = 'unpaid' OR EXISTS (
        SELECT FROM monthend_monthtransition WHERE run_id = step.run_id AND kind = 'unpaid' AND id > step.id
    )
);
ALTER TABLE monthend_monthtransition ENABLE TRIGGER only_added;
"""

KINDS = [
    ("started", "computing started"),
    ("computed", "computed"),
    ("stale", "stale: what it is computed from changed"),
    ("submitted", "handed over for approval"),
    ("rejected", "sent back"),
    ("approved", "approved"),
    ("locked", "locked"),
    ("paid", "paid"),
    ("unpaid", "payment taken back"),
]


class Migration(migrations.Migration):
    dependencies = [("monthend", "0007_seals_form_a_chain")]

    operations = [
        migrations.RemoveConstraint("monthtransition", "rejection_gives_reason"),
        migrations.RemoveConstraint("monthtransition", "month_paid_once"),
        migrations.AddField(
            "monthtransition", "paid_on", models.DateField(blank=True, null=True, verbose_name="paid on")
        ),
        migrations.AddField(
            "monthtransition",
            "pay_list",
            models.CharField(
                blank=True, db_default="", default="", max_length=64, verbose_name="checksum of the pay list"
            ),
        ),
        migrations.AddField(
            "monthtransition",
            "voucher",
            models.CharField(blank=True, db_default="", default="", max_length=50, verbose_name="voucher"),
        ),
        migrations.AlterField(
            "monthtransition", "kind", models.CharField(choices=KINDS, max_length=10, verbose_name="kind")
        ),
        migrations.AddConstraint(
            "monthtransition",
            models.CheckConstraint(
                condition=~models.Q(kind__in=["rejected", "unpaid"]) | ~models.Q(reason=""),
                name="rejection_gives_reason",
            ),
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
