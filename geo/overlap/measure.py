"""How far apart drawn shapes are and what ground they share, in arrays: one pair is measured as a million are."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MOST_PRODUCT = 250_000
"""Most that the vertices of two shapes, multiplied, may come to for them to be intersected: two shapes of 500 each.
Two combs of 4,000 each take minutes and a million pieces."""
_MENDED_UP_TO = 1_000
"""Most vertices of a shape that is mended; one of more stands as its box."""
_SEGMENTS = 8
"""Sides of a quarter circle where a shape is drawn wider."""
_AT_A_TIME = 20_000
"""Geometry is worked on in pieces so large, side by side on two cores."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Shapes of parts (metric CRS) with their stated widths in metres; lines without one have 0."""

    shapes: NDArray[np.object_]
    widths_m: NDArray[np.float64]
    point_radius_m: float
    valid: NDArray[np.bool_] | None = None
    """Which of them are valid, where that is known already."""

    def take(self, places: NDArray[np.int64]) -> Drawn:
        """Those at these places, perhaps several times."""
        valid = None if self.valid is None else self.valid[places]
        return Drawn(self.shapes[places], self.widths_m[places], self.point_radius_m, valid)

    def known_valid(self) -> Drawn:
        """The same, each looked at once for validity before they are taken several times."""
        return replace(self, valid=side_by_side(shapely.is_valid, self.shapes))

    @property
    def halves_m(self) -> NDArray[np.float64]:
        """How far each reaches beyond what is drawn, because of its width."""
        dimensions = shapely.get_dimensions(self.shapes)
        halves = np.where(dimensions == 1, self.widths_m / 2.0, 0.0)
        return np.where(dimensions == 0, self.point_radius_m, halves)

    def bodies(self) -> NDArray[np.object_]:
        """The shapes as wide as they are. A line ends squarely, so that trenches end to end only touch.

        One that is no longer valid in this CRS is mended, or stands as its box, so that it never stops the others.
        """
        found = self.shapes.copy()
        dimensions = shapely.get_dimensions(found)
        wide = (dimensions == 1) & (self.widths_m > 0)
        if wide.any():
            found[wide] = shapely.buffer(
                found[wide], self.widths_m[wide] / 2.0, quad_segs=_SEGMENTS, cap_style="flat"
            )
        points = dimensions == 0
        if points.any():
            found[points] = shapely.buffer(found[points], self.point_radius_m, quad_segs=_SEGMENTS)
        valid = shapely.is_valid(self.shapes) if self.valid is None else self.valid
        broken = (dimensions == 2) & ~valid  # noqa: PLR2004  areas
        for place in np.flatnonzero(broken):
            small = shapely.get_num_coordinates(found[place]) <= _MENDED_UP_TO
            found[place] = (
                shapely.make_valid(found[place]) if small else shapely.envelope(found[place])
            )
        return found


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of pairs of parts, in metres and square metres.

    `areas_m2` is NaN where the shapes have too many vertices to be intersected. `shapes` are the ground shared; where
    `apart` there is none, and what they share is sought between their widened shapes.
    """

    distances_m: NDArray[np.float64]
    areas_m2: NDArray[np.float64]
    shapes: NDArray[np.object_]
    apart: NDArray[np.bool_]

    def take(self, which: NDArray[np.bool_]) -> Measured:
        """Some of them."""
        return Measured(
            self.distances_m[which], self.areas_m2[which], self.shapes[which], self.apart[which]
        )


def measure(a: Drawn, b: Drawn, raw_m: NDArray[np.float64]) -> Measured:
    """Measure pairs of parts; `raw_m` are the distances of the shapes as drawn."""
    distances = np.maximum(raw_m - a.halves_m - b.halves_m, 0.0)
    vertices = shapely.get_num_coordinates(a.shapes).astype(np.int64)
    fits = vertices * shapely.get_num_coordinates(b.shapes) <= MOST_PRODUCT
    shapes = np.full(len(distances), None, dtype=object)
    meet = np.flatnonzero(fits & (distances == 0))
    if len(meet):
        shapes[meet] = side_by_side(
            shapely.intersection, a.take(meet).bodies(), b.take(meet).bodies()
        )
    areas = np.where(fits, 0.0, np.nan)
    areas[meet] = shapely.area(shapes[meet])
    areas[distances > 0] = 0.0
    apart = fits & ((distances > 0) | shapely.is_empty(shapes))
    return Measured(distances, areas, shapes, apart)


def side_by_side(
    work: Callable[..., Any], *columns: NDArray[Any], at_a_time: int = _AT_A_TIME
) -> NDArray[Any]:
    """`work` of whole columns, in pieces on two cores where there are many; geometry is worked on without Python."""
    many = len(columns[0])
    if many <= at_a_time:
        return np.asarray(work(*columns))
    pieces = [
        tuple(column[start : start + at_a_time] for column in columns)
        for start in range(0, many, at_a_time)
    ]
    with ThreadPoolExecutor(2) as pool:
        return np.concatenate(list(pool.map(lambda piece: work(*piece), pieces)))
