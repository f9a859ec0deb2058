"""``anning``: the one command. Everything is a Django management command."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anning.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
