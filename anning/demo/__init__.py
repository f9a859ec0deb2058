"""Demo district (演示): areas, organisations, people and books that ring true; nothing here is needed by a real district."""
