"""Who may see what was imported: whole sheets of the whole company, with people's ID and card numbers."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, NOTHING, reach
from workbooks.models import ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow

READERS = frozenset({User.Role.HR, User.Role.FINANCE, User.Role.AUDITOR})


@reach(ImportBatch)
@reach(ImportedRow)
@reach(Upload)
@reach(UploadRow)
@reach(ParallelRun)
@reach(ParallelLine)
def imports(user: User) -> Q:
    """All imports and parallel runs, for who works with them."""
    return EVERYTHING if user.role in READERS else NOTHING
