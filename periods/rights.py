"""What each role may do with months; their state is changed by the month end alone."""

from access.rights import EVERYBODY, allow
from periods.models import Period

allow(Period, view=EVERYBODY)
