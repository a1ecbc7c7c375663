"""Workbooks uploaded in the browser: kept, read in the background, shown, and taken in once somebody confirms it."""
