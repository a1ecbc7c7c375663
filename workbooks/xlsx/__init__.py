"""Excel's files, opened with distrust."""
