"""The month's steps of pay: credit, commission, support bonus, payslips (1-4.1, 1-6, 1-7)."""
