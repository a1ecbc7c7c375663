"""Reminders of weights are kept by their branch, that of a hand-over by its month: what stays when it is computed again.

The keys of records that are there no more tell nothing and go. Written in two steps, past all keys and back, so that
no reminder meets another's old key.
"""

from django.db import migrations

FORWARD = """
DELETE FROM monthend_reminder r WHERE r.obstacle IN ('UNSHARED_POOL', 'WITHOUT_WEIGHT')
    AND NOT EXISTS (SELECT FROM compensation_supportpool p WHERE p.id = r.subject AND p.month = r.month);
UPDATE monthend_reminder r SET subject = p.branch_id + (1::bigint << 60)
    FROM compensation_supportpool p
    WHERE p.id = r.subject AND p.month = r.month AND r.obstacle IN ('UNSHARED_POOL', 'WITHOUT_WEIGHT');
UPDATE monthend_reminder SET subject = subject - (1::bigint << 60) WHERE subject >= (1::bigint << 60);
DELETE FROM monthend_reminder r USING monthend_reminder later
    WHERE r.obstacle = 'TO_HAND_OVER' AND later.obstacle = r.obstacle AND later.month = r.month
    AND later.day = r.day AND later.id > r.id;
UPDATE monthend_reminder SET subject = 0 WHERE obstacle = 'TO_HAND_OVER';
"""

BACK = """
UPDATE monthend_reminder r SET subject = p.id + (1::bigint << 60)
    FROM compensation_supportpool p
    WHERE p.branch_id = r.subject AND p.month = r.month AND r.obstacle IN ('UNSHARED_POOL', 'WITHOUT_WEIGHT');
UPDATE monthend_reminder SET subject = subject - (1::bigint << 60) WHERE subject >= (1::bigint << 60);
UPDATE monthend_reminder r SET subject = (SELECT max(id) FROM monthend_monthrun u WHERE u.month = r.month)
    WHERE r.obstacle = 'TO_HAND_OVER' AND EXISTS (SELECT FROM monthend_monthrun u WHERE u.month = r.month);
"""


class Migration(migrations.Migration):
    dependencies = [("compensation", "0008_awards"), ("monthend", "0012_who_made_it_stale")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
