"""What the schema says of every call: how it is called, its token, pages, problems."""

import re
from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers


class CallSchema(AutoSchema):
    """Calls are named by their method and their address."""

    def get_operation_id(self) -> str:
        """Such as `get_months_month_payslips`."""
        return "_".join([self.method.lower(), *re.findall(r"[a-z_]+", self.path.removeprefix("/api/v1/"))])


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token that every call takes."""

    target_class = "api.base.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """As OpenAPI tells it."""
        return {"type": "http", "scheme": "bearer"}


@cache
def page_of(serializer: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """A page of what a serializer tells, and where the next one is."""
    name = serializer.__name__.removesuffix("Serializer")
    fields = {"next": serializers.URLField(allow_null=True), "results": serializer(many=True)}
    return type(f"{name}PageSerializer", (serializers.Serializer,), fields)


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
