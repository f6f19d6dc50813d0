"""Boxes and areas of longitude and latitude as addresses and forms write them."""

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


MOST_CORNERS = 500
LARGEST_WATCHED_DEGREES = 3.0
"""A prefecture is seldom two degrees across."""


def parse_area(text: str) -> tuple[tuple[float, float], ...] | None:
    """An area by its corners, `116.28,37.44 116.31,37.44 …`, or a box; None when it is none or larger than a city.

    Corners are set apart by spaces, semicolons or new lines. Chinese commas will do.
    """
    plain = text.replace("，", ",").replace("；", " ").replace(";", " ")
    box = parse_box(plain)
    if box is not None:
        west, south, east, north = box
        return (west, south), (east, south), (east, north), (west, north)
    corners = []
    for word in plain.split():
        try:
            lon, lat = (float(part) for part in word.split(","))
        except ValueError:
            return None
        corners.append((lon, lat))
    if not 3 <= len(corners) <= MOST_CORNERS:  # noqa: PLR2004  a triangle
        return None
    sides = [(min(values), max(values)) for values in zip(*corners, strict=True)]
    fits = all(
        least <= low and high <= most
        for (low, high), least, most in zip(sides, WHOLE_EARTH[:2], WHOLE_EARTH[2:], strict=True)
    )
    small = max(high - low for low, high in sides) <= LARGEST_WATCHED_DEGREES
    return tuple(corners) if fits and small else None
