"""How one's own is told."""

from typing import Any

from rest_framework import serializers

from api.months.serializers import AdjustmentSerializer, LineSerializer, MoneyField, MonthField, PayslipSerializer


class MeSerializer(serializers.Serializer[Any]):
    user = serializers.CharField()
    role = serializers.CharField()
    employee = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    rank = serializers.CharField(allow_null=True)
    branch = serializers.CharField(allow_null=True)
    department = serializers.CharField(allow_null=True)


class OwnMonthSerializer(serializers.Serializer[Any]):
    month = MonthField()
    gross = MoneyField(allow_null=True)
    is_locked = serializers.BooleanField()
    paid_at = serializers.DateField(source="paid_on", allow_null=True)


class OwnPaySerializer(OwnMonthSerializer):
    payslip = PayslipSerializer(allow_null=True)
    lines = LineSerializer(many=True)
    adjustments = AdjustmentSerializer(many=True)


class OwnClientSerializer(serializers.Serializer[Any]):
    number = serializers.CharField(source="client.number")
    name = serializers.CharField(source="client.name")
    since = serializers.DateField()
    protected_until = serializers.DateField(allow_null=True)
