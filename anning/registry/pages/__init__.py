"""The books of the registry as registers: enterprises, sites, facilities, flood duties, residents, evacuation, map."""

from anning.registry.pages import basemap, enterprises, evacuation, facilities, reports, residents, sites

__all__ = ["basemap", "enterprises", "evacuation", "facilities", "reports", "residents", "sites"]
