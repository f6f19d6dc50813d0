"""In how many places the boundary of a shape crosses itself: mending takes time with the square of that, and worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_CHUNK = 16
_MAX_MET = 60_000
"""Counting stops at so many pairs of edges that are near one another, whether they cross or not."""


def count_crossings(shape: BaseGeometry, most: int) -> int | None:
    """How many places there are; None when more than `most`, or when counting them alone would take long."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_parts(shapely.boundary(shape))]
    edges = [np.stack([ring[:-1], ring[1:]], axis=1) for ring in rings if len(ring) > 1]
    if not edges:
        return 0
    segments = np.array(shapely.linestrings(np.concatenate(edges)), dtype=object, ndmin=1)
    tree = shapely.STRtree(segments)
    met = crossings = 0
    for start in range(0, len(segments), _CHUNK):
        near = segments[start : start + _CHUNK]
        first, second = tree.query(near)
        met += len(first)
        crossings += int(np.count_nonzero(shapely.crosses(near[first], segments[second]))) // 2
        if crossings > most or met > _MAX_MET:
            return None
    return crossings
