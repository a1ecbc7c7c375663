"""Parallel run: what the old payroll paid for a month, beside what is computed here; nothing official is written."""
