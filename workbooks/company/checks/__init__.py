"""What must hold for the company once a workbook is imported."""
