"""The names of the road layer, kept between requests and read again when the layer has changed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from app.wiring import get_wiring
from geo.queries.layers import layer_revision
from geo.queries.roads import read_road_index

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from geo.placing import RoadIndex


class RoadBook:
    """One index of the roads in a process; making it takes a moment, asking it does not."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: tuple[tuple[str, str], RoadIndex] | None = None

    def read(self, session: Session) -> RoadIndex:
        """The index of the present road layer."""
        key = (str(get_wiring().settings.database_url), str(layer_revision(session, "roads")))
        with self._lock:
            if self._known is None or self._known[0] != key:
                self._known = (key, read_road_index(session))
            return self._known[1]
