"""Who may see what was imported: whole sheets of the whole company, with people's ID and card numbers."""

from django.db.models import Q

from access.models import User
from access.reach import EVERYTHING, NOTHING, reach
from access.roles import Duty, charged
from workbooks.models import ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow

READERS = charged(Duty.READS_IMPORTS)


@reach(ImportBatch)
@reach(ImportedRow)
@reach(Upload)
@reach(UploadRow)
@reach(ParallelRun)
@reach(ParallelLine)
def imports(user: User) -> Q:
    """All imports and parallel runs, for who works with them."""
    return EVERYTHING if user.role in READERS else NOTHING
