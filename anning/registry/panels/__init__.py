"""What the registry shows on pages of records, on homes, on telephones and in the search box."""

from anning.registry.panels import enterprises, homes, places, villages, words

__all__ = ["enterprises", "homes", "places", "villages", "words"]
