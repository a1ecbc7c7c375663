"""The company's workbook: its sheets and columns, what is checked, what is written."""
