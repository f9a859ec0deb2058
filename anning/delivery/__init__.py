"""Delivery (送达): messages by every channel, with attempts, receipts and quiet hours."""
