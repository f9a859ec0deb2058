"""Setting up a district: its code, areas and units, everything else by template; what is missing, what is ready."""
