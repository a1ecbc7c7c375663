"""Who brings evidence: who works in the business, for the disputes that one sees; who audits only reads."""

from access.rights import allow
from access.roles import Duty, Scope, charged, seeing
from disputes.evidence.models import Evidence
from disputes.rights import VIEWERS

BRINGERS = seeing(Scope.OWN, Scope.BRANCH) | charged(Duty.WATCHES_DISPUTES) | charged(Duty.HEARS_OF_LATE_DISPUTES)

allow(Evidence, view=VIEWERS, add=BRINGERS)
