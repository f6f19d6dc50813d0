"""Splitting a drawn shape along a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from shapely.geometry import LineString
from shapely.ops import split

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_VERTICES = 2_000
MOST_PIECES = 20


def split_shape(shape: BaseGeometry, line: BaseGeometry) -> list[BaseGeometry] | None:
    """The pieces of an area or a line (WGS84) that a line cuts it into; None when the line does not cut it through."""
    if not isinstance(line, LineString) or not shape.is_valid:
        return None
    if (
        len(shapely.get_coordinates(shape)) > MOST_VERTICES
        or int(shapely.get_dimensions(shape)) == 0
    ):
        return None
    pieces = [
        piece
        for part in shapely.get_parts(shape)
        for piece in shapely.get_parts(split(part, line))
        if not piece.is_empty
    ]
    return pieces if len(shapely.get_parts(shape)) < len(pieces) <= MOST_PIECES else None
