"""The desk of the centre: queue, point wall, trends, vehicles, fire units, hydrology."""
