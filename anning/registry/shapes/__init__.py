"""Geometry that comes from outside: read, put into WGS-84, checked, asked about, imported."""
