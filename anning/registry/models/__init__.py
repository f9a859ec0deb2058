"""The tables of the registry."""

from anning.registry.models.basemap import BaseFeature
from anning.registry.models.enterprises import Enterprise, ResponsiblePerson
from anning.registry.models.evacuation import EvacuationLine, EvacuationList
from anning.registry.models.facilities import Facility
from anning.registry.models.flood import FloodDuty
from anning.registry.models.places import HowLocated, Located, Place
from anning.registry.models.reports import Radio, ReportPoint
from anning.registry.models.residents import Household, Resident
from anning.registry.models.sites import Site

__all__ = [
    "BaseFeature",
    "Enterprise",
    "EvacuationLine",
    "EvacuationList",
    "Facility",
    "FloodDuty",
    "Household",
    "HowLocated",
    "Located",
    "Place",
    "Radio",
    "ReportPoint",
    "Resident",
    "ResponsiblePerson",
    "Site",
]
