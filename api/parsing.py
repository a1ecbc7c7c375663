"""Bodies of calls: JSON whose numbers stay as they were written, so that no amount passes through a float."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from workbooks.xlsx.values import Number


class ExactJSONParser(JSONParser):
    """Reads JSON; a number comes as its text."""

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            text = stream.read().decode("utf-8")
            parsed = json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_refuse)
            if "\\u" in text:
                _require_characters(parsed)
            return parsed
        except (ValueError, RecursionError, OSError) as error:
            raise ParseError(_("The body is not JSON in UTF-8: %(reason)s") % {"reason": error}) from error


def _require_characters(parsed: Any) -> None:
    """Raise ValueError for what an escape can write but no database keeps: NUL, and halves of characters."""
    written = json.dumps(parsed, ensure_ascii=False)
    written.encode()
    if "\\u0000" in written:
        _refuse("\\u0000")


def _refuse(constant: str) -> None:
    raise ValueError(constant)
