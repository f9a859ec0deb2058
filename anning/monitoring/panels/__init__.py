"""What monitoring shows on pages of records, on the map, in the search box, on homes and among what waits."""

from anning.monitoring.panels import homes, places, records

__all__ = ["homes", "places", "records"]
