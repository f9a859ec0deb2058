"""Tables of real measurements, sent again as a device would have sent them."""
