"""Makes what a fresh machine lacks: packages, servers, roles, tables, translations, static files.

``packages`` runs on the machine's own Python with the standard library only and hands over to ``prepare`` on the
Python of the virtual environment. Both are quick when nothing is missing.
"""
