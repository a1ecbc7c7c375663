"""Measures the month end on a company of any size, made for the purpose in a database of its own."""
