"""Pages of the registry that are more than a record."""
