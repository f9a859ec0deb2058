"""Wire formats, pure and in both directions. No socket, no clock, no settings; formats do not know each other."""
