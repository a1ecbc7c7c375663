"""How exports are told."""

from typing import Any

from rest_framework import serializers

from api.exports.models import Export
from api.months.serializers import MonthField


class AskSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(Export.Kind.choices)
    month = MonthField()


class ExportSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Export.Kind.choices)
    month = MonthField()
    state = serializers.ChoiceField(Export.State.choices)
    is_draft = serializers.BooleanField()
    problem = serializers.CharField()
