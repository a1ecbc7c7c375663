"""Amounts as programs are told them."""

from decimal import Decimal


def told_money(amount: Decimal) -> str:
    """CNY with two decimals, as text, such as `1234.50`."""
    return f"{amount:.2f}"
