"""Deputies; and what no list of a month's steps tells of."""

from access.masking import keep_from_lists
from access.tracking import track
from monthend.models import Deputy, MonthTransition
from monthend.transitions import DETAILS

track(Deputy)
keep_from_lists(MonthTransition, *DETAILS)
