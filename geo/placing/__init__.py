"""Places in words (东风路(湖滨大道至迎宾大街段)北侧) become shapes on the road layer, each with a confidence; pure."""

from geo.placing.find import Candidate, find_places
from geo.placing.index import RoadIndex, RoadStretch
from geo.placing.parse import Form, Place, parse_place

__all__ = ["Candidate", "Form", "Place", "RoadIndex", "RoadStretch", "find_places", "parse_place"]
