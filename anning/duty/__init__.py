"""The duty room, smallest form: who is on this post now."""
