"""Computation on arrays: pure numpy and shapely, values in and values out."""
