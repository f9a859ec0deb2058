"""The bell: messages inside the platform."""
