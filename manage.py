#!/usr/bin/env python
"""Django's command line; bin/manage calls it with the environment made."""

import os
import sys

from django.core.management import execute_from_command_line

from salesorg.frames import with_room

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesorg.settings")
    with_room(execute_from_command_line, sys.argv)
