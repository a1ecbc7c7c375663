"""The demo company: a workbook of three branches, six months, and one log-in for each role."""
