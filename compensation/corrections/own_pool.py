"""Nobody raises by a correction, or by taking one back, the support pool in which they share, while another can."""

from django.utils.translation import gettext as _

from access.accounts.second_person import person_of
from access.decisions.signing import Proposal, role_and_name
from access.models import User
from access.roles import Duty, charged
from compensation.models import Correction
from compensation.month.selectors import sharing_in


def why_not_of_own_pool(user: User, correction: Correction, *, takes_back: bool = False) -> str:
    """Why a user leaves a correction, or taking it back, to another, and to whom: it raises the sales of the branch in
    whose pool of that month they share (1-7.2.1); else empty.

    Empty as well where all who correct share in it, as in a company of one branch: then who approves the month, to whom
    it is told as their own, is the second person.
    """
    gain = -correction.moved_sales if takes_back else correction.moved_sales
    branch = correction.to_branch if gain > 0 else correction.from_branch
    if not gain or branch is None:
        return ""
    sharing = sharing_in(correction.month, branch.pk)
    others = Proposal([user], sharing, charged(Duty.CORRECTS_PAY)).signers() if person_of(user) in sharing else []
    if not others:
        return ""
    words = _("It raises the sales of %(branch)s, in whose pool you share: another person makes it, or takes it back:"
              " %(names)s.")  # fmt: skip
    return words % {"branch": branch.name, "names": _(", ").join(map(role_and_name, others))}
