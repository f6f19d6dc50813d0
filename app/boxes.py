"""Boxes of longitude and latitude as addresses and forms write them."""

from __future__ import annotations

from geo.queries.road_plan import LARGEST_AREA_DEGREES

Box = tuple[float, float, float, float]
WHOLE_EARTH: Box = (-180.0, -90.0, 180.0, 90.0)


def parse_box(text: str) -> Box | None:
    """A box as west,south,east,north in degrees; None when it is none or larger than a city."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    fits = WHOLE_EARTH[0] <= west < east <= WHOLE_EARTH[2]
    fits = fits and WHOLE_EARTH[1] <= south < north <= WHOLE_EARTH[3]
    small = max(east - west, north - south) <= LARGEST_AREA_DEGREES
    return (west, south, east, north) if fits and small else None
