"""What is taken out as a workbook: payroll, previews, reconciliations, templates to fill in."""
