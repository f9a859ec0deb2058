"""How a command says what went wrong."""

from anning.kernel.errors import AnningError


def explained(error: AnningError) -> str:
    """Return the message and the remedy of an error in one line."""
    return f"{error.message}。{error.remedy}。" if error.remedy else f"{error.message}。"
