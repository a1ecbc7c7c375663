"""The pool of orphan clients: kinds of orphans, who waits and who is developed, and the settings it is run by."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from access.models import User
from clients.codes import Cause, Orphan
from periods.fields import choices_of
from periods.undoing import goes_with_input, stands_on_input
from staff.models import Branch, Employee, sensible_date

ORPHAN_KINDS = {
    Orphan.CLOSER_CHANGED_POST: _("deal-maker changed post"),
    Orphan.CLOSER_LEFT: _("deal-maker left"),
    Orphan.CLOSER_OUTSIDE_SALES: _("deal-maker not in sales when signing"),
    Orphan.NO_OWNER: _("no owner"),
    Orphan.REFERRED_BY_ORPHAN: _("referred by an orphan client"),
}
ORPHAN_CHOICES = choices_of(ORPHAN_KINDS)
CAUSE_CHOICES = choices_of(
    {
        Cause.REGISTERED: _("registered"),
        Cause.CHANGED_POST: _("changed post"),
        Cause.LEFT: _("left"),
        Cause.ASSIGNED: _("assigned to a developer"),
        Cause.RETURNED: _("returned to the pool"),
        Cause.SIGNED: _("contract signed"),
        Cause.CORRECTED: _("wrong closer corrected"),
        Cause.LAPSED: _("protection ran out"),
        Cause.CLAIMED: _("claimed from the open pool"),
        Cause.RULED: _("owner by a ruling"),
    }
)


@goes_with_input
class OrphanClient(models.Model):
    """A client that is an orphan now (1-5), without a `developer` while it waits in the pool.

    Derived from its history by clients/orphans/rules.py. `branch` is where its last deal-maker belonged when signing
    or, without a contract, where its last owner did; None for who never had either.
    """

    client = models.OneToOneField(
        "clients.Client", models.CASCADE, primary_key=True, related_name="orphan", verbose_name=_("client")
    )
    kind = models.PositiveSmallIntegerField(_("kind of orphan"), choices=ORPHAN_CHOICES)
    since = models.DateField(_("orphan since"))
    deal_maker = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("last deal-maker")
    )
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("came from branch")
    )
    developer = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("developer")
    )
    developed_since = models.DateField(_("developed since"), null=True, blank=True)

    class Meta:
        verbose_name = _("orphan in the pool")
        verbose_name_plural = _("orphan pool")
        ordering = ["since", "pk"]
        indexes = [
            models.Index(fields=["since", "client"], name="orphans_by_age"),
            models.Index(fields=["developer", "since", "client"], name="orphans_by_developer_and_age"),
            models.Index(fields=["branch", "since"], name="orphans_by_branch_and_age"),
        ]

    def __str__(self) -> str:
        return str(self.client)


class PoolRule(models.Model):
    """How the pool is run from a day on; before the first one `ALL_SEE` and `HOURS` hold.

    `branches_see_all`: whether a branch's managers see every orphan that waits, or only those that came from their
    branch or from none. `hours_to_accept`: within how many hours an assignment made in the browser is to be accepted;
    0 for at once, without being asked.
    """

    ALL_SEE = True
    HOURS = 72

    effective_from = models.DateField(_("in force from"), unique=True)
    branches_see_all = models.BooleanField(_("branches see the whole group's pool"), default=ALL_SEE)
    hours_to_accept = models.PositiveSmallIntegerField(_("hours to accept an assignment"), default=HOURS)

    class Meta:
        verbose_name = _("setting of the orphan pool")
        verbose_name_plural = _("settings of the orphan pool")
        ordering = ["-effective_from"]
        constraints = [sensible_date("effective_from", "pool_rule_effective_from_sensible")]

    def __str__(self) -> str:
        return self.effective_from.isoformat()


class AssignmentBatch(models.Model):
    """Orphans assigned at once in the browser, by hand or by a rule, by whom, from which day on.

    A rule's `settings`, the `candidates` and the orphans that waited are kept as they were, so that the list can be
    made anew and compared (clients/orphans/rules.py); empty for what was assigned by hand.
    """

    class Kind(models.TextChoices):
        HAND = "hand", _("by hand")
        RULE = "rule", _("by a rule")

    kind = models.CharField(_("how"), max_length=10, choices=Kind.choices)
    day = models.DateField(_("assigned from"))
    made_at = models.DateTimeField(_("assigned at"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("assigned by"))
    settings = models.JSONField(_("rule"), default=dict)
    candidates = models.JSONField(_("candidates"), default=list)
    waiting = models.JSONField(_("orphans that waited"), default=list)
    proposals = models.JSONField(_("proposed"), default=list)

    class Meta:
        verbose_name = _("assigning of orphans")
        verbose_name_plural = _("assignings of orphans")
        ordering = ["-made_at"]
        constraints = [sensible_date("day", "assignment_batch_day_sensible")]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


@stands_on_input
class Handover(models.Model):
    """An orphan assigned in the browser, and what its developer said to it; who does not accept by `accept_by` has it
    no longer. Nothing of it touches pay: the orphan stays an orphan, whoever develops it (1-6)."""

    class Answer(models.TextChoices):
        WAITING = "waiting", _("to be accepted")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("given back")
        LAPSED = "lapsed", _("not accepted in time")
        SETTLED = "settled", _("settled otherwise")

    RETURNED = (Answer.DECLINED, Answer.LAPSED)

    batch = models.ForeignKey(
        AssignmentBatch, models.PROTECT, related_name="handovers", verbose_name=_("assigning of orphans")
    )
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="handovers", verbose_name=_("client"))
    developer = models.ForeignKey(Employee, models.PROTECT, related_name="+", verbose_name=_("developer"))
    taken_from = models.ForeignKey(
        Employee, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken from")
    )
    day = models.DateField(_("assigned from"))
    accept_by = models.DateTimeField(_("to be accepted by"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.WAITING)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("handover of an orphan")
        verbose_name_plural = _("handovers of orphans")
        ordering = ["-day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(answer="waiting"), name="one_handover_waits_for_an_answer"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="waiting", answered_at__isnull=True)
                | ~models.Q(answer="waiting") & models.Q(answered_at__isnull=False),
                name="handover_answered_when",
            ),
            sensible_date("day", "handover_day_sensible"),
        ]
        indexes = [models.Index(fields=["answer", "accept_by"], name="handovers_due")]

    def __str__(self) -> str:
        return f"{self.client} → {self.developer}"
