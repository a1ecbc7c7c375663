"""Deputies; and what no list of a month's steps tells of."""

from access.history.masking import keep_from_lists
from access.history.tracking import track
from monthend.models import Deputy, MonthTransition
from monthend.rights import DETAILS

track(Deputy)
keep_from_lists(MonthTransition, *DETAILS)
