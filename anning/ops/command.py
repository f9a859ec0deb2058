"""How our commands say what went wrong: in one line, without a traceback."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from anning.kernel.errors import AnningError


class PlainCommand(BaseCommand):
    """A command whose errors name the trouble and the remedy, and end it with status 1."""

    requires_system_checks: list[str] = []

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command; turn the house's errors into its last words."""
        os.umask(0o077)  # what lies in the home folder is nobody else's
        try:
            return super().execute(*args, **options)
        except AnningError as error:
            raise CommandError(explained(error)) from error


def explained(error: AnningError) -> str:
    """Return the message and the remedy of an error in one line."""
    return f"{error.message}。{error.remedy}。" if error.remedy else f"{error.message}。"
