"""What the registry shows on pages of records, on homes, on telephones and in the search box."""

from anning.registry.panels import enterprises, homes, places, villages, words
from anning.registry.setup import panels as setup

__all__ = ["enterprises", "homes", "places", "setup", "villages", "words"]
