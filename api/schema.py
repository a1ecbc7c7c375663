"""What the schema says of problems."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class ReasonSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=500)


class FaultSerializer(serializers.Serializer[Any]):
    row = serializers.IntegerField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = FaultSerializer(many=True, required=False)  # type: ignore[assignment]


def problems(*codes: int) -> dict[tuple[int, str], Any]:
    """The answers of a call that are problems: these, and those that any call may have."""
    return {(code, "application/problem+json"): OpenApiResponse(ProblemSerializer) for code in (401, 406, 429, *codes)}
