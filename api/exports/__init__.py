"""Workbooks that programs ask for, written by a worker."""
