"""The demo company: a workbook of three branches and six months, moved to now, and a log-in for each role."""
