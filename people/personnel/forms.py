"""The forms that ask for a personnel change: one for each kind."""

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.reach import within_reach
from people.personnel.selectors import Joining, Kind, Moving, PersonnelMove, PostTerms
from periods.forms import AmountField, NumberField
from rulebook.selectors import rank_names
from staff.forms import PersonField
from staff.models import Department, Employee
from staff.numbers.forms import DocumentField, NoCardField, TypedNumbers
from staff.numbers.rules import series_in_use

if TYPE_CHECKING:
    DepartmentChoice = forms.ModelChoiceField[Department]
else:
    DepartmentChoice = forms.ModelChoiceField


class DepartmentField(DepartmentChoice):
    """A department, told with its branch and system."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Department.objects.none(), label=gettext_lazy("department"), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.branch} · {obj} ({obj.get_system_display()})"


def _date(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput(attrs={"type": "date"}))


def _text(model_field: str, label: Any, **kwargs: Any) -> forms.CharField:
    longest = getattr(Employee._meta.get_field(model_field), "max_length", None)
    return forms.CharField(label=label, max_length=longest, **kwargs)


class SomebodyElse(PersonField):
    """Whom a change is about, told beforehand that it isn't oneself."""

    def __init__(self) -> None:
        super().__init__(
            help_text=gettext_lazy(
                "Staff number, name or pinyin initials; not yourself, whose post another of human resources changes."
            )
        )


class MoveForm(forms.Form):
    """What every kind of change asks; `shown` is the digest of what was shown."""

    kind: ClassVar[Kind]
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, NumberField):
                field.viewer = viewer
            if isinstance(field, DepartmentField):
                departments = Department.objects.select_related("branch").order_by("branch__code", "code")
                field.queryset = within_reach(viewer, departments)
            if name == "rank" and isinstance(field, forms.ChoiceField):
                field.choices = [("", "–"), *rank_names().items()]

    @property
    def wanted(self) -> PersonnelMove:
        """What a valid form asks for."""
        raise NotImplementedError

    @property
    def _terms(self) -> PostTerms:
        given = self.cleaned_data
        return PostTerms(given["department"], given.get("rank") or "", given.get("base_salary"))


class PostTermsForm(MoveForm):
    """Where to, and on what terms."""

    department = DepartmentField()
    rank = forms.ChoiceField(
        label=gettext_lazy("rank"), required=False, help_text=gettext_lazy("Only on entering the sales system.")
    )
    base_salary = AmountField(
        label=gettext_lazy("base salary"), required=False, min_value=0, help_text=gettext_lazy("Only in support.")
    )


class JoinForm(TypedNumbers, PostTermsForm):
    """Somebody new."""

    kind = Kind.HIRED
    number = _text("number", gettext_lazy("staff number"))
    name = _text("name", gettext_lazy("full name"))
    date = _date(gettext_lazy("first day in post"))
    document = DocumentField()
    id_number = _text("id_number", gettext_lazy("number of the document"), required=False)
    phone = _text("phone", gettext_lazy("phone"), required=False)
    email = forms.EmailField(label=gettext_lazy("email"), max_length=254, required=False)
    bank_name = _text("bank_name", gettext_lazy("bank"), required=False)
    bank_account = _text("bank_account", gettext_lazy("bank account"), required=False)
    is_no_card = NoCardField()
    field_order = ["number", "name", "date", "department", "rank", "base_salary"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        series = series_in_use(list(Employee.objects.order_by("-hired_on", "-pk").values_list("number", flat=True)))
        if series is not None:
            self.fields["number"].initial = series.coming
            self.fields["number"].help_text = _(
                "Suggested: the next of the series %(first)s–%(last)s, of which most are who joined last."
            ) % {"first": series.first, "last": series.last}
        for name in ("id_number", "bank_account", "phone"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    @property
    def wanted(self) -> Joining:
        given = self.cleaned_data
        kept = ("number", "name", "id_number", "phone", "email", "bank_name", "bank_account")
        return Joining(Employee(hired_on=given["date"], **{name: given[name] for name in kept}), self._terms)


class ChangeForm(PostTermsForm):
    """A change of post, into the other system or back into the firm."""

    kind = Kind.CHANGE_OF_POST
    person = SomebodyElse()
    date = _date(gettext_lazy("first day in the new post"))
    field_order = ["person", "date", "department", "rank", "base_salary"]

    @property
    def wanted(self) -> Moving:
        return Moving(self.cleaned_data["person"], self.kind, self.cleaned_data["date"], self._terms)


class TransferForm(ChangeForm):
    """A move within the system: rank and cycle go on, clients stay."""

    kind = Kind.TRANSFER
    rank = None  # type: ignore[assignment]


class LeaveForm(MoveForm):
    """A departure."""

    kind = Kind.DEPARTURE
    person = SomebodyElse()
    date = _date(
        gettext_lazy("first day no longer in post"), gettext_lazy("The day after the last day in post, also ahead.")
    )

    @property
    def wanted(self) -> Moving:
        return Moving(self.cleaned_data["person"], self.kind, self.cleaned_data["date"])


FORMS: dict[str, type[MoveForm]] = {form.kind.value: form for form in (JoinForm, ChangeForm, TransferForm, LeaveForm)}
