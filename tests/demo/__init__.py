"""The demo company: its months, its workbook, and how it is made."""
