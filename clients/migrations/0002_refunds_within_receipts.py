from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_refund_above_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    originals bigint[];
    bad record;
BEGIN
    IF TG_OP = 'INSERT' THEN
        originals := ARRAY(SELECT DISTINCT reverses_id FROM changed WHERE reverses_id IS NOT NULL);
    ELSE
        originals := ARRAY(SELECT DISTINCT coalesce(reverses_id, id) FROM changed);
    END IF;
    PERFORM 1 FROM clients_receipt WHERE id = ANY (originals) ORDER BY id FOR UPDATE;
    SELECT original.number AS number, original.amount AS amount, sum(refund.amount) AS refunded INTO bad
        FROM clients_receipt original JOIN clients_receipt refund ON refund.reverses_id = original.id
        WHERE refund.reverses_id = ANY (originals)
        GROUP BY original.id
        HAVING original.amount + sum(refund.amount) < 0
            OR bool_or(refund.contract_id <> original.contract_id)
            OR bool_or(refund.received_on < original.received_on)
            OR bool_or(original.reverses_id IS NOT NULL)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'refunds of receipt % do not fit it: % received, % refunded', bad.number, bad.amount, bad.refunded
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER refunds_fit_receipt_on_insert AFTER INSERT ON clients_receipt
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_refund_above_receipt();
CREATE TRIGGER refunds_fit_receipt_on_update AFTER UPDATE ON clients_receipt
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION refuse_refund_above_receipt();
"""

DROP = """
DROP TRIGGER refunds_fit_receipt_on_insert ON clients_receipt;
DROP TRIGGER refunds_fit_receipt_on_update ON clients_receipt;
DROP FUNCTION refuse_refund_above_receipt();
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
