"""A review is signed once it is done, and only then, as decisions on ranks and awards are; these are signed or closed.

What is there already and is otherwise stays as it is: the constraints hold for all that is written from now on, and
are checked against the rest only where all of it meets them.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models
from django.db.models import Q

RANK = models.CheckConstraint(
    condition=Q(signed_at__isnull=False, signed_by__isnull=False, state="signed")
    | Q(~Q(state="signed"), signed_at__isnull=True, signed_by__isnull=True),
    name="rank_decision_counts_when_signed",
)
REVIEW = models.CheckConstraint(
    condition=Q(kind="dismissal", signed_at__isnull=False, signed_by__isnull=False, state="done")
    | Q(~Q(kind="dismissal", state="done"), signed_at__isnull=True, signed_by__isnull=True),
    name="review_signed_when_done",
)
CLOSED = models.CheckConstraint(
    condition=Q(closed_at__isnull=False, closed_by__isnull=False, state__in=["returned", "withdrawn"])
    | Q(~Q(state__in=["returned", "withdrawn"]), closed_at__isnull=True, closed_by__isnull=True),
    name="rank_decision_closed_by_somebody",
)

VALIDATE = """
DO $$ BEGIN
    ALTER TABLE %(table)s VALIDATE CONSTRAINT %(name)s;
EXCEPTION WHEN check_violation THEN
    RAISE WARNING '%(table)s: not all that is there meets %(name)s; it stays as it is';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0009_pay_confirmations")]

    operations = [
        # The same condition, written as those of reviews and awards.
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("rankdecision", "rank_decision_counts_when_signed"),
                migrations.AddConstraint("rankdecision", RANK),
            ]
        ),
        AddConstraintNotValid("review", REVIEW),
        AddConstraintNotValid("rankdecision", CLOSED),
        migrations.RunSQL(VALIDATE % {"table": "staff_review", "name": REVIEW.name}, migrations.RunSQL.noop),
        migrations.RunSQL(VALIDATE % {"table": "staff_rankdecision", "name": CLOSED.name}, migrations.RunSQL.noop),
    ]
