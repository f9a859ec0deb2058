"""Monitoring: what devices say, whether it is dangerous, and who owns the alarm."""
