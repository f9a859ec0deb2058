"""What must be kept safe: keys, encrypted columns and files by content hash."""
