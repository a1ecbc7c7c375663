"""How months and their results are told: the workbook's sheets, with English names."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.money import told_money
from compensation.explain import explain_line
from compensation.models import Adjustment, CommissionLine, Correction, HeldCommission
from disputes.models import Ruling
from funds.models import ClaimDecision
from rulebook.money import ZERO
from rulebook.month import Month

CAUSES = ("held", "released", "ruled", "reversed", "amount", "closer", "other")


class MoneyField(serializers.DecimalField):
    """CNY with two decimals, as text."""

    def __init__(self, **told: Any) -> None:
        super().__init__(max_digits=18, decimal_places=2, **told)


@extend_schema_field(OpenApiTypes.STR)
class RateField(serializers.Field[Decimal, str, str, Decimal]):
    """A share of 1 with two decimals or more."""

    def to_representation(self, value: Decimal) -> str:
        text = f"{value.normalize():f}"
        _whole, _point, decimals = text.partition(".")
        return text if len(decimals) >= 2 else told_money(value)


@extend_schema_field(OpenApiTypes.STR)
class MonthField(serializers.Field[Month, str, str, Month]):
    """A month as `2011-04`."""

    def to_representation(self, value: Month) -> str:
        return str(value)


class BlockerSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class MonthSerializer(serializers.Serializer[Any]):
    month = MonthField()
    state = serializers.ChoiceField(["open", "computing", "computed", "stale", "submitted", "locked"])
    paid_at = serializers.DateField(allow_null=True)
    plan_version = serializers.CharField(allow_null=True)
    people = serializers.IntegerField()
    sales = MoneyField()
    gross = MoneyField()
    blockers = BlockerSerializer(many=True)
    seal = serializers.CharField(allow_null=True)


class RunSerializer(serializers.Serializer[Any]):
    run = serializers.IntegerField()


class PayslipSerializer(serializers.Serializer[Any]):
    employee = serializers.CharField(source="employee.number")
    name = serializers.CharField()
    branch = serializers.CharField(source="branch.code")
    department = serializers.CharField(source="department.code")
    rank = serializers.CharField(allow_blank=True)
    sales = MoneyField()
    base_pay = MoneyField()
    is_threshold_wage = serializers.BooleanField(source="on_threshold_wage")
    commission = MoneyField()
    assist = MoneyField()
    brought = MoneyField()
    carried = MoneyField()
    support_bonus = MoneyField()
    adjustment = MoneyField()
    gross = MoneyField()


class LineSerializer(serializers.Serializer[Any]):
    receipt = serializers.CharField(source="receipt.number")
    contract = serializers.CharField(source="receipt.contract.number")
    employee = serializers.CharField(source="employee.number")
    kind = serializers.ChoiceField(CommissionLine.Kind.choices)
    base = MoneyField()
    rate = RateField()
    amount = MoneyField()
    article = serializers.CharField()
    plan_version = serializers.CharField(source="plan_version.version")
    explanation = serializers.SerializerMethodField()

    def get_explanation(self, line: CommissionLine) -> str:
        """How it came about, as a sentence."""
        return explain_line(line)


class AdjustedLineSerializer(serializers.Serializer[Any]):
    receipt = serializers.CharField(source="receipt.number")
    month = MonthField()
    employee = serializers.CharField(source="employee.number")
    kind = serializers.ChoiceField(CommissionLine.Kind.choices)


class AdjustmentSerializer(serializers.Serializer[Any]):
    employee = serializers.CharField(source="employee.number")
    line = AdjustedLineSerializer(allow_null=True)
    amount = serializers.SerializerMethodField()
    sales = serializers.SerializerMethodField()
    cause = serializers.SerializerMethodField()
    reference = serializers.SerializerMethodField()

    def get_amount(self, row: Adjustment | HeldCommission) -> str:
        """What it adds to pay (CNY); what is held is taken from it."""
        return told_money(row.amount if isinstance(row, Adjustment) else -row.amount)

    def get_sales(self, row: Adjustment | HeldCommission) -> str:
        """The credited sales that move with it (CNY)."""
        return told_money(row.sales if isinstance(row, Adjustment) else ZERO)

    def get_cause(self, row: Adjustment | HeldCommission) -> str:
        """What it comes from."""
        return cause_of(row)

    def get_reference(self, row: Adjustment | HeldCommission) -> str:
        """The number of the dispute or the correction."""
        return (
            row.hold.reference if isinstance(row, HeldCommission) else row.correction.reference or row.correction.number
        )


def cause_of(row: Adjustment | HeldCommission) -> str:
    """What an adjustment comes from: a hold, the end of one, a ruling, one in its place, or a correction of what."""
    if isinstance(row, HeldCommission):
        return "held"
    correction = row.correction
    if correction.kind not in Correction.OF_DISPUTES:
        return {
            Correction.Kind.AMOUNT: "amount", Correction.Kind.CLOSER: "closer", Correction.Kind.OTHER: "other",
        }[Correction.Kind(correction.kind)]  # fmt: skip
    held = getattr(row.line, "held", None) if row.line else None
    if held is not None and held.hold_id == correction.hold_id:
        return "released"
    ruling = getattr(correction, "ruling_of", None)
    return "reversed" if ruling is not None and ruling.source == Ruling.Source.REPLACEMENT else "ruled"


class AssessmentSerializer(serializers.Serializer[Any]):
    employee = serializers.CharField(source="employee.number")
    rank = serializers.CharField()
    sales = MoneyField()
    cycle_month = serializers.IntegerField()
    cycle_sales = MoneyField()
    outcome = serializers.CharField()
    next_rank = serializers.CharField()
    article = serializers.CharField()
    threshold_streak = serializers.IntegerField()
    review_due = serializers.BooleanField()
    needs_attention = serializers.BooleanField()


class SupportPoolSerializer(serializers.Serializer[Any]):
    branch = serializers.CharField(source="branch.code")
    sales = MoneyField()
    target = MoneyField()
    rate = RateField()
    pool = MoneyField()


class FundSerializer(serializers.Serializer[Any]):
    branch = serializers.CharField(source="branch.code")
    fund = serializers.CharField()
    accrued = MoneyField()
    spent = MoneyField()
    expired = MoneyField()
    balance = MoneyField()


class ClaimSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(source="claim.number")
    date = serializers.DateField(source="claim.date")
    branch = serializers.CharField(source="claim.branch.code")
    fund = serializers.CharField(source="claim.fund")
    amount = MoneyField(source="claim.amount")
    posted = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()

    def get_posted(self, row: ClaimDecision) -> str:
        """What was posted of it (CNY)."""
        return told_money(row.claim.amount if row.is_posted else ZERO)

    def get_state(self, row: ClaimDecision) -> str:
        """Whether it was posted."""
        return "posted" if row.is_posted else "rejected"

    def get_reason(self, row: ClaimDecision) -> str:
        """Why, as a sentence."""
        explain: Callable[[ClaimDecision], str] = self.context["explain"]
        return explain(row)
