"""Pages of messages, their delivery, and the call list."""
