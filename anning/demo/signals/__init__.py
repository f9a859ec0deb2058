"""What every kind of point of the demo district says over a day. Pure: a function of the point's seed and of time."""

from anning.demo.signals.leaks import Leak
from anning.demo.signals.routes import Fix, Road, Track, track_of
from anning.demo.signals.saying import Said, is_silent, say
from anning.demo.signals.spots import Levels, Spot

__all__ = ["Fix", "Leak", "Levels", "Road", "Said", "Spot", "Track", "is_silent", "say", "track_of"]
