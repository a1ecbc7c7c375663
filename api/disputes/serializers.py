"""How disputes are told, and what calls about them take."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from api.money import told_money
from disputes.models import Dispute, Evidence

SHARE = Decimal(100)
"""Shares are told in percent with two decimals, and kept as parts of one."""


def percent(share: Decimal) -> str:
    """A share in percent."""
    return told_money(share * SHARE)


class PartySerializer(serializers.Serializer[Any]):
    employee = serializers.CharField()
    name = serializers.CharField()
    side = serializers.ChoiceField(["claimant", "respondent"])
    asked_sales = serializers.CharField(allow_null=True)
    asked_commission = serializers.CharField(allow_null=True)


class SharesSerializer(serializers.Serializer[Any]):
    sales_shares = serializers.DictField(child=serializers.CharField())
    commission_shares = serializers.DictField(child=serializers.CharField())
    owner = serializers.CharField(allow_null=True)


class FindingToldSerializer(SharesSerializer):
    desk = serializers.CharField()
    text = serializers.CharField()


class OfferToldSerializer(SharesSerializer):
    employee = serializers.CharField()
    state = serializers.CharField()
    note = serializers.CharField()
    confirmed_by = serializers.ListField(child=serializers.CharField())


class RulingToldSerializer(SharesSerializer):
    source = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()
    made_on = serializers.DateField()


class EvidenceToldSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Evidence.Kind.choices)
    happened_on = serializers.DateField()
    note = serializers.CharField()
    file_name = serializers.CharField()


class DisputeSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    kind = serializers.ChoiceField(Dispute.Kind.choices)
    state = serializers.ChoiceField(Dispute.State.choices)
    contract = serializers.CharField(allow_null=True)
    client = serializers.CharField()
    statement = serializers.CharField()
    raised_on = serializers.DateField()
    due_on = serializers.DateField()
    appeal_until = serializers.DateField(allow_null=True)
    parties = PartySerializer(many=True)
    evidence = EvidenceToldSerializer(many=True)
    findings = FindingToldSerializer(many=True)
    offers = OfferToldSerializer(many=True)
    rulings = RulingToldSerializer(many=True)


class AsksSerializer(serializers.Serializer[Any]):
    sales_shares = serializers.DictField(child=serializers.CharField())
    commission_shares = serializers.DictField(child=serializers.CharField(), required=False)


class RaiseSerializer(serializers.Serializer[Any]):
    contract = serializers.CharField()
    claimant = serializers.CharField()
    asks = AsksSerializer(required=False)
    statement = serializers.CharField()


class WantedSharesSerializer(serializers.Serializer[Any]):
    sales_shares = serializers.DictField(child=serializers.CharField())
    commission_shares = serializers.DictField(child=serializers.CharField(), required=False)
    owner = serializers.CharField(required=False)


class FindingSerializer(WantedSharesSerializer):
    text = serializers.CharField()


class OfferSerializer(WantedSharesSerializer):
    note = serializers.CharField(required=False)


class EvidenceSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Evidence.Kind.choices)
    happened_on = serializers.DateField()
    note = serializers.CharField()
    file = serializers.FileField(required=False)


class MovedSerializer(serializers.Serializer[Any]):
    employee = serializers.CharField()
    name = serializers.CharField()
    amount = serializers.CharField()
    sales = serializers.CharField()


class EffectSerializer(serializers.Serializer[Any]):
    preview = serializers.BooleanField()
    month = serializers.CharField(allow_null=True)
    people = MovedSerializer(many=True)
    total = serializers.CharField()
    sentences = serializers.ListField(child=serializers.CharField())
