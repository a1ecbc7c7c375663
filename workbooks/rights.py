"""What each role may do with workbooks: upload and import them, read what was imported, take out the payroll."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from access.rights import allow, has, seals
from access.roles import Duty, charged
from workbooks.models import ImportBatch, ImportedRow, ParallelLine, ParallelRun, Upload, UploadRow
from workbooks.reach import READERS

PAYROLL_READERS = charged(Duty.TAKES_OUT_PAYROLL)
IMPORTERS = charged(Duty.IMPORTS)

allow(ImportBatch, view=READERS)
allow(ImportedRow, view=READERS)
allow(Upload, view=READERS, add=IMPORTERS, delete=IMPORTERS)
allow(UploadRow, view=READERS)
allow(ParallelRun, view=READERS, add=PAYROLL_READERS, delete=PAYROLL_READERS)
allow(ParallelLine, view=READERS)


@seals(Upload)
def in_use(upload: Upload) -> bool:
    """Whether it was imported, or is about to be: its account is kept."""
    return upload.state in (Upload.State.CONFIRMED, Upload.State.APPLYING, *Upload.IMPORTED)


def may_download_files(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the user takes out the payroll, or uploaded workbooks, with people's whole ID and card numbers.

    Those are who enters them, and who pays by them.
    """
    return has(user, Duty.TAKES_OUT_PAYROLL)
