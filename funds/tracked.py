"""Claims."""

from access.tracking import track
from funds.models import FundClaim

track(FundClaim)
