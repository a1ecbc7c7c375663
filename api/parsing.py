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
            return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError(_("The body is not JSON in UTF-8: %(reason)s") % {"reason": error}) from error


def _refuse(constant: str) -> None:
    raise ValueError(constant)
