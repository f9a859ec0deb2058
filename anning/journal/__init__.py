"""The journal (日志): who did what, when, why; sealed into one chain, and heard by the rooms above."""
