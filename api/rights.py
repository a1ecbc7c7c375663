"""Who looks after tokens: who makes every role's log-ins."""

from access.rights import allow
from access.roles import Duty, charged
from api.models import Token

allow(Token, view=charged(Duty.READS_LOG_INS), change=charged(Duty.MAKES_LOG_INS))
