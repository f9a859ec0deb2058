"""Doors for devices: sockets, MQTT, HTTP and Modbus, from bytes to observations. I/O only; judging is elsewhere."""
