"""``anning``: the one command. Everything is a Django management command."""

import os
import sys

from anning.kernel.env import BadSetting


def main() -> None:
    """Run the management command named on the command line; a setting that cannot be used ends it with its name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anning.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except BadSetting as error:
        sys.exit(f"{error}")
