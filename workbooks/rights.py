"""What each role may do with imports."""

from access.rights import Role, allow
from workbooks.models import ImportBatch, ImportedRow

allow(ImportBatch, view={Role.HR, Role.FINANCE, Role.AUDITOR})
allow(ImportedRow, view={Role.HR, Role.FINANCE, Role.AUDITOR})
