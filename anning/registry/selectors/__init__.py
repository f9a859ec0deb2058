"""Questions about the registry; reads only."""
