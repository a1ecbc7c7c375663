"""The demo company: a workbook of three branches and six months, moved to now, and one log-in for each role."""
