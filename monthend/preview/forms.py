"""The form that asks for a preview."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.pages.fields import NumberWritten
from monthend.checks import month_due
from monthend.preview.actions import check_preview, previewable_months
from monthend.preview.models import Preview
from periods.models import Period
from rulebook.models import PlanVersion
from rulebook.month import Month
from rulebook.selectors import NoPlanInForce, plan_version_at
from rulebook.wording import amount_text, month_text
from staff.models import Branch, Target

IN_FORCE, VERSION, TEXT = "in_force", "version", "text"
MOST_BYTES = 400_000
_TARGET = "target_"


class PreviewForm(forms.Form):
    """Months, a plan and targets; once valid, `preview` is what to ask for."""

    first_month = forms.TypedChoiceField(label=gettext_lazy("from"), coerce=Month.parse)
    last_month = forms.TypedChoiceField(label=gettext_lazy("to"), coerce=Month.parse)
    plan = forms.ChoiceField(
        label=gettext_lazy("plan"),
        choices=[
            (IN_FORCE, gettext_lazy("the plan in force")),
            (VERSION, gettext_lazy("another version")),
            (TEXT, gettext_lazy("the plan in force with other numbers")),
        ],
        widget=forms.RadioSelect,
    )
    plan_version = forms.ModelChoiceField(
        PlanVersion.objects.all(), label=gettext_lazy("plan version"), required=False, empty_label=None
    )
    plan_text = forms.CharField(
        label=gettext_lazy("plan text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
    )
    plan_file = forms.FileField(label=gettext_lazy("or a file with the plan's text"), required=False)

    def __init__(self, *args: Any, like: Preview | None = None, month: str = "", **kwargs: Any) -> None:
        """The form begins with the suppositions of an earlier preview (`like`), or at `month` (YYYY-MM)."""
        super().__init__(*args, **kwargs)
        self.preview = Preview()
        self.fields["plan_text"].strip = False  # type: ignore[attr-defined]
        self._offer_months(month)
        self._offer_targets()
        self._begin_with(like)

    @property
    def targets(self) -> list[BoundField]:
        """The fields of the branches' targets."""
        return [self[name] for name in self.fields if name.startswith(_TARGET)]

    def _offer_months(self, month: str) -> None:
        known, due = previewable_months(), month_due()
        states = dict(Period.objects.values_list("month", "state"))
        choices = [(str(month), _month_choice(month, states.get(month))) for month in known]
        begins = [choice for month, choice in zip(known, choices, strict=True) if due and month <= due]
        for name, offered in (("first_month", begins), ("last_month", choices)):
            self.fields[name].choices = offered  # type: ignore[attr-defined]
            self.fields[name].initial = month or str(due)

    def _offer_targets(self) -> None:
        due = month_due()
        targets = dict(Target.objects.filter(month=due).values_list("branch", "amount")) if due else {}
        for branch in Branch.objects.all():
            facts = {"amount": amount_text(targets.get(branch.pk)), "month": month_text(due) if due else ""}
            self.fields[f"{_TARGET}{branch.pk}"] = NumberWritten(
                label=branch.name,
                required=False,
                min_value=Decimal("0.01"),
                max_digits=14,
                decimal_places=2,
                help_text=_("%(month)s: %(amount)s") % facts if branch.pk in targets else "",
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )

    def _begin_with(self, like: Preview | None) -> None:
        self.initial["plan"] = IN_FORCE
        self.initial["plan_text"] = _text_in_force()
        if like is None:
            return
        self.initial.update(first_month=str(like.first_month), last_month=str(like.last_month))
        if like.plan_version_id:
            self.initial.update(plan=VERSION, plan_version=like.plan_version_id)
        elif like.plan_text:
            self.initial.update(plan=TEXT, plan_text=like.plan_text)
        self.initial.update((f"{_TARGET}{branch}", amount) for branch, amount in like.supposed_targets().items())

    def clean_plan_file(self) -> str:
        """The file's text, which stands in the field for the text from then on."""
        file = self.cleaned_data["plan_file"]
        if file is None:
            return ""
        if file.size > MOST_BYTES:
            raise ValidationError(_("the text is too long to be a plan"))
        try:
            text = str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ValidationError(_("The file is no text in UTF-8.")) from error
        self.data = {**self.data, "plan_text": text}
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        self.preview = Preview(
            first_month=given["first_month"], last_month=given["last_month"], targets=dict(self._targets_given())
        )
        match given["plan"]:
            case "version" if given["plan_version"] is None:
                raise ValidationError({"plan_version": _("Choose a version.")})
            case "version":
                self.preview.plan_version = given["plan_version"]
            case "text":
                self.preview.plan_text = (given["plan_file"] or given["plan_text"]).replace("\r\n", "\n")
                if not self.preview.plan_text.strip():
                    raise ValidationError({"plan_text": _("Give the plan's text.")})
        check_preview(self.preview)
        return given

    def _targets_given(self) -> Iterator[tuple[str, str]]:
        codes = dict(Branch.objects.values_list("pk", "code"))
        for name, amount in self.cleaned_data.items():
            if name.startswith(_TARGET) and amount is not None:
                yield codes[int(name.removeprefix(_TARGET))], str(amount)


def _month_choice(month: Month, state: str | None) -> str:
    told = Period.State(state).label if state else Period.State.OPEN.label
    return f"{month_text(month)} · {told}"


def _text_in_force() -> str:
    due = month_due()
    try:
        return plan_version_at(due).text if due else ""
    except NoPlanInForce:
        return ""
