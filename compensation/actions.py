"""Writes of what people decide about pay."""

from collections.abc import Sequence

from django.db import transaction

from access.actor import Actor
from compensation.models import SupportWeight
from periods.bulk import write_rows


@transaction.atomic
def save_support_weights(*, new: Sequence[SupportWeight], changed: Sequence[SupportWeight], by: Actor) -> None:
    """Write the weights by which support bonus pools are shared (1-7.2.2)."""
    write_rows(SupportWeight, new=new, changed=changed, fields=["weight"])
