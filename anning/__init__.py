"""安宁 Anning: the emergency-management platform of a district."""

__version__ = "0.1.0"
