from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Whoever logs in; the role decides what may be seen and done (see access/reach.py)."""

    class Role(models.TextChoices):
        SALESPERSON = "salesperson", _("salesperson")
        SALES_MANAGER = "sales_manager", _("branch sales manager")
        BRANCH_GM = "branch_gm", _("branch general manager")
        HR = "hr", _("human resources")
        FINANCE = "finance", _("finance")
        MARKETING_DIRECTOR = "marketing_director", _("marketing director")
        GENERAL_MANAGER = "general_manager", _("general manager")
        AUDITOR = "auditor", _("auditor")
        OPERATOR = "operator", _("operator")

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.SALESPERSON)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
