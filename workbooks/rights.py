"""What each role may do with imports: read them; they are written by importing."""

from access.rights import allow
from workbooks.models import ImportBatch, ImportedRow
from workbooks.reach import READERS

allow(ImportBatch, view=READERS)
allow(ImportedRow, view=READERS)
