"""Decisions of the registry that need more than the generic services of record pages."""
