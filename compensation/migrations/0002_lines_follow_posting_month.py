from django.db import migrations

CREATE = """
ALTER TABLE compensation_commissionline
    ADD CONSTRAINT line_is_in_its_receipts_posting_month
    FOREIGN KEY (month, receipt_id) REFERENCES clients_receipt (posted_in, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE compensation_credit
    ADD CONSTRAINT credit_is_in_its_receipts_posting_month
    FOREIGN KEY (month, receipt_id) REFERENCES clients_receipt (posted_in, id) DEFERRABLE INITIALLY DEFERRED;
"""

DROP = """
ALTER TABLE compensation_credit DROP CONSTRAINT credit_is_in_its_receipts_posting_month;
ALTER TABLE compensation_commissionline DROP CONSTRAINT line_is_in_its_receipts_posting_month;
"""


class Migration(migrations.Migration):
    dependencies = [("compensation", "0001_initial"), ("clients", "0002_refunds_within_receipts")]

    operations = [migrations.RunSQL(CREATE, DROP)]
