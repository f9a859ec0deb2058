"""The devices of the demo district: clients that speak the real formats through the real sockets."""
