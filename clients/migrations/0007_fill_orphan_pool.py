"""The pool as it follows from the histories kept so far; every import derives it anew from then on."""

from django.db import migrations

FILL = """
INSERT INTO clients_orphanclient (client_id, kind, since, deal_maker_id, branch_id, developer_id, developed_since)
SELECT last.client_id, last.orphan_kind, orphaned.since, deal.caused_by_id,
       CASE WHEN deal.contract_id IS NOT NULL THEN contract.branch_id ELSE place.branch_id END,
       last.developer_id, CASE WHEN last.developer_id IS NOT NULL THEN assigned.since END
FROM (SELECT DISTINCT ON (client_id) * FROM clients_clientstatus ORDER BY client_id, sequence DESC) last
CROSS JOIN LATERAL (
    SELECT since FROM clients_clientstatus turn
    WHERE turn.client_id = last.client_id AND turn.sequence > coalesce(
        (SELECT max(owned.sequence) FROM clients_clientstatus owned
         WHERE owned.client_id = last.client_id AND owned.orphan_kind IS NULL), -1)
    ORDER BY sequence LIMIT 1
) orphaned
LEFT JOIN LATERAL (
    SELECT caused_by_id, contract_id FROM clients_clientstatus turn
    WHERE turn.client_id = last.client_id AND turn.cause IN ('signed', 'corrected') ORDER BY sequence DESC LIMIT 1
) deal ON true
LEFT JOIN clients_contract contract ON contract.id = deal.contract_id
LEFT JOIN LATERAL (
    SELECT owner_id, sequence FROM clients_clientstatus turn
    WHERE turn.client_id = last.client_id AND owner_id IS NOT NULL ORDER BY sequence DESC LIMIT 1
) owned ON true
LEFT JOIN LATERAL (
    SELECT since FROM clients_clientstatus turn
    WHERE turn.client_id = last.client_id AND turn.sequence = owned.sequence + 1
) disowned ON true
LEFT JOIN LATERAL (
    SELECT department.branch_id FROM staff_post post JOIN staff_department department ON department.id = post.department_id
    WHERE post.employee_id = owned.owner_id AND post.start <= coalesce(disowned.since - 1, orphaned.since)
      AND (post."end" IS NULL OR post."end" > coalesce(disowned.since - 1, orphaned.since))
    LIMIT 1
) place ON true
LEFT JOIN LATERAL (
    SELECT since FROM clients_clientstatus turn
    WHERE turn.client_id = last.client_id AND turn.cause = 'assigned' AND turn.developer_id = last.developer_id
    ORDER BY sequence DESC LIMIT 1
) assigned ON true
WHERE last.orphan_kind IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_orphan_pool")]

    operations = [migrations.RunSQL(FILL, "DELETE FROM clients_orphanclient")]
