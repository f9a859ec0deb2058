"""Demo district (演示): areas, units, people and books that ring true; nothing here is needed by a real district."""

PASSWORD = "Anning-2026"  # noqa: S105 - printed at the start; must be changed at the first sign-in
