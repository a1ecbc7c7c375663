"""What is pushed and answered, for the schema: rows are read by the sheets' own readers."""

from typing import Any

from rest_framework import serializers

from workbooks.company.cells import Amount, Choice, Count
from workbooks.company.layout import SHEETS
from workbooks.company.pushed import pushed_columns


def _field(reader: Any, *, required: bool) -> serializers.Field[Any, Any, Any, Any]:
    same: dict[str, Any] = {"required": required, "allow_null": not required}
    match reader:
        case Choice(meanings=meanings) if set(meanings) == {"true", "false"}:
            return serializers.BooleanField(**same)
        case Choice(meanings=meanings):
            return serializers.ChoiceField(list(meanings), **same)
        case Amount(decimals=decimals):
            return serializers.DecimalField(max_digits=15, decimal_places=decimals, **same)
        case Count():
            return serializers.IntegerField(**same)
    return serializers.CharField(**same)


def _row_of(name: str) -> type[serializers.Serializer[Any]]:
    fields = {field: _field(column.reader, required=column.required) for field, column in pushed_columns(name).items()}
    title = "".join(part.capitalize() for part in name.split("_"))
    return type(f"{title}RowSerializer", (serializers.Serializer,), fields)


ROWS = {sheet.name: _row_of(sheet.name) for sheet in SHEETS}


class RowsSerializer(serializers.Serializer[Any]):
    rows = serializers.ListField(child=serializers.DictField())


SheetsSerializer = type(
    "SheetsSerializer",
    (serializers.Serializer,),
    {name: row(many=True, required=False) for name, row in ROWS.items()},
)


class CountsSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    skipped = serializers.IntegerField()


class RowErrorSerializer(serializers.Serializer[Any]):
    sheet = serializers.CharField(allow_null=True)
    row = serializers.IntegerField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    value = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class OutcomeSerializer(serializers.Serializer[Any]):
    imported = serializers.BooleanField()
    sheets = serializers.DictField(child=CountsSerializer())
    errors = RowErrorSerializer(many=True)  # type: ignore[assignment]
