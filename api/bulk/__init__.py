"""Data in: the rows of the import workbook's sheets, pushed by programs."""
