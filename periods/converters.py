"""Months in addresses."""

from rulebook.month import Month


class MonthConverter:
    """A month in an address, as `2011-09`."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> Month:
        """Read the month; ValueError, which the resolver takes for "no such address", for `2011-13`."""
        return Month.parse(value)

    def to_url(self, value: Month) -> str:
        """Write the month."""
        return str(value)
