"""Areas of longitude and latitude as addresses and forms write them."""

from __future__ import annotations

WHOLE_EARTH = (-180.0, -90.0, 180.0, 90.0)
MOST_CORNERS = 500
LARGEST_AREA_DEGREES = 3.0
"""A prefecture is seldom two degrees across."""


def parse_area(text: str) -> tuple[tuple[float, float], ...] | None:
    """An area by its corners, `116.28,37.44 116.31,37.44 …`, or a box; None when it is none or larger than a city.

    Corners are set apart by spaces, semicolons or new lines. Chinese commas will do.
    """
    plain = text.replace("，", ",").replace("；", " ").replace(";", " ")
    try:
        rows = [[float(part) for part in word.split(",")] for word in plain.split()]
    except ValueError:
        return None
    match rows:
        case [[west, south, east, north]] if west < east and south < north:
            rows = [[west, south], [east, south], [east, north], [west, north]]
    if any(len(row) != 2 for row in rows):  # noqa: PLR2004  longitude and latitude
        return None
    corners = [(lon, lat) for lon, lat in rows]
    if not 3 <= len(corners) <= MOST_CORNERS:  # noqa: PLR2004  a triangle
        return None
    sides = [(min(values), max(values)) for values in zip(*corners, strict=True)]
    fits = all(
        least <= low and high <= most
        for (low, high), least, most in zip(sides, WHOLE_EARTH[:2], WHOLE_EARTH[2:], strict=True)
    )
    small = max(high - low for low, high in sides) <= LARGEST_AREA_DEGREES
    return tuple(corners) if fits and small else None
