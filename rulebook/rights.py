"""What each role may do with the rules."""

from access.rights import EVERYBODY, allow
from rulebook.models import PlanVersion

allow(PlanVersion, view=EVERYBODY)
