"""Plan versions on their way into force: drafts, and each step that they took."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from access.models import User
from rulebook.plan import Plan
from rulebook.plan_version import PlanVersion, parsed

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _who(label: "StrOrPromise") -> "models.ForeignKey[User]":
    return models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=label)


def _who_later(label: "StrOrPromise") -> "models.ForeignKey[User | None]":
    """Who did something; NULL while nobody has."""
    return models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class PlanDraft(models.Model):
    """A plan that is to be in force one day, as YAML text that always can be one; its approval makes a plan version.

    The database keeps the text as it was submitted until it is sent back, and a draft that was approved or given up
    for good. Who approves is none of those who started, changed last and submitted it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("being drafted")
        SUBMITTED = "submitted", _("waiting for approval")
        APPROVED = "approved", _("approved")
        ABANDONED = "abandoned", _("given up")

    version = models.CharField(_("version"), max_length=32)
    effective_from = models.DateField(_("effective from"))
    text = models.TextField(_("plan text"))
    based_on = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+", verbose_name=_("based on"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DRAFT)
    started_by = _who(_("started by"))
    changed_by = _who(_("last changed by"))
    changed_at = models.DateTimeField(_("last changed at"))
    submitted_by = _who_later(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    approved_by = _who_later(_("approved by"))
    approved_as = models.OneToOneField(
        PlanVersion, models.PROTECT, null=True, blank=True, related_name="draft", verbose_name=_("plan version")
    )

    class Meta:
        verbose_name = _("plan draft")
        verbose_name_plural = _("plan drafts")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(effective_from__day=1), name="plan_draft_starts_on_first"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["submitted", "approved"])
                | models.Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="submitted_plan_names_who",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None, approved_as=None) & ~models.Q(state="approved")
                | models.Q(
                    state="approved",
                    approved_by__isnull=False,
                    approved_as__isnull=False,
                    submitted_by__isnull=False,
                )
                & ~models.Q(approved_by=models.F("submitted_by"))
                & ~models.Q(approved_by=models.F("changed_by"))
                & ~models.Q(approved_by=models.F("started_by")),
                name="four_eyes_approve_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def plan(self) -> Plan:
        """The parsed plan."""
        return parsed(self.text)

    @cached_property
    def replaces(self) -> PlanVersion:
        """The approved version that is in force until the draft's date; the one it is based on if there is none."""
        approved = PlanVersion.objects.filter(approved_at__isnull=False)
        earlier = approved.filter(effective_from__lt=self.effective_from).order_by("-effective_from").first()
        return earlier or self.based_on

    @cached_property
    def followed_by(self) -> PlanVersion | None:
        """The approved version that is in force from a later date on, whatever the draft says; the first of these."""
        approved = PlanVersion.objects.filter(approved_at__isnull=False)
        return approved.filter(effective_from__gt=self.effective_from).order_by("effective_from").first()

    def as_version(self) -> PlanVersion:
        """The plan version that the draft would become; not saved, not approved."""
        plan = self.plan
        return PlanVersion(version=plan.version, name=plan.name, effective_from=plan.effective_from, text=self.text)


class PlanDraftStep(models.Model):
    """One step of a draft on its way, with who and when, and the text as it was then; rows are only ever added."""

    class Kind(models.TextChoices):
        STARTED = "started", _("started")
        CHANGED = "changed", _("changed")
        SUBMITTED = "submitted", _("handed over for approval")
        WITHDRAWN = "withdrawn", _("taken back by who drafts it")
        REJECTED = "rejected", _("sent back")
        APPROVED = "approved", _("approved")
        ABANDONED = "abandoned", _("given up")

    draft = models.ForeignKey(PlanDraft, models.PROTECT, related_name="steps", verbose_name=_("plan draft"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    by = _who(_("by"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    text = models.TextField(_("plan text"))

    class Meta:
        verbose_name = _("step of a plan draft")
        verbose_name_plural = _("steps of plan drafts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="rejected") | ~models.Q(reason=""), name="plan_sent_back_gives_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft} {self.get_kind_display()}"


class Interpretation(models.Model):
    """What head office decided about how an article is to be read (3-3.0); rows are only added, the newest counts."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", _("to be read as it is here")
        OTHERWISE = "otherwise", _("to be read otherwise")

    article = models.CharField(_("article"), max_length=20)
    verdict = models.CharField(_("head office's decision"), max_length=10, choices=Verdict.choices)
    words = models.TextField(_("decision in words"), blank=True)
    decided_on = models.DateField(_("decided on"))
    decided_by = models.CharField(_("decided by whom"), max_length=100)
    recorded_by = _who(_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))

    class Meta:
        verbose_name = _("interpretation by head office")
        verbose_name_plural = _("interpretations by head office")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(verdict="otherwise") | ~models.Q(words=""),
                name="other_reading_is_in_words",
                violation_error_message=_("Say in words how it is to be read."),
            ),
            models.CheckConstraint(
                condition=~models.Q(article="") & ~models.Q(decided_by=""), name="interpretation_names_decider"
            ),
        ]
        indexes = [models.Index(fields=["article", "-id"], name="interpretation_of_article")]

    def __str__(self) -> str:
        return f"{self.article} {self.decided_on}"
