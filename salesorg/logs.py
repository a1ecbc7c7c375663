"""What the site and the workers log: without the rows that database errors quote, and without whole private numbers."""

import logging
import re

QUOTED = re.compile(r"^(DETAIL|CONTEXT|QUERY|STATEMENT|LINE \d+):.*(\n(?![\w\[]).*)*", re.MULTILINE)
NEW_LINE = re.compile(r"\r\n?|\n")
PRIVATE = re.compile(r"(?<![0-9A-Za-z_.-])\d{11,18}([\dXx])(?![0-9A-Za-z_.-])")
LAST_DIGITS = 4


class Discreet(logging.Formatter):
    """Leaves out what an error of the database quotes, and of numbers of 12 to 19 digits all but the last four.

    A record begins a line, and what goes on below is indented: text from outside can't pass for a record of its own.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as a text, its traceback included."""
        text = QUOTED.sub(r"\1: …", super().format(record))
        text = PRIVATE.sub(lambda number: f"…{number[0][-LAST_DIGITS:]}", text)
        return NEW_LINE.sub("\n  ", text)
