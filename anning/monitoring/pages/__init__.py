"""The books of monitoring as registers: devices and points, limits and rules, alarms, faults and windows."""

from anning.monitoring.pages import alarms, devices, limits

__all__ = ["alarms", "devices", "limits"]
