"""Who may see what was imported: whole sheets of the whole company."""

from django.db.models import Q

from access.models import User
from access.reach import NOTHING, by_scope, reach
from workbooks.models import ImportBatch, ImportedRow


@reach(ImportBatch)
@reach(ImportedRow)
def imports(user: User) -> Q:
    """All imports, for who sees the whole company."""
    return by_scope(user, branch=NOTHING, own=NOTHING)
