"""Areas that people draw or write, to see what is planned there or to watch them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely import Polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

UNREADABLE_AREA = (
    "看不懂所写的范围。请写至少3个角点,每个角点为“经度,纬度”,角点之间用空格隔开,且不超过一个城市大小。",
    "The area cannot be read. Write at least 3 corners as longitude,latitude, set apart by spaces, within one city.",
)
NO_AREA = (
    "所画范围的边线自相交叉或没有面积,请重新画。",
    "The outline of the area crosses itself or encloses nothing. Draw it again.",
)


def shape_area(corners: Sequence[tuple[float, float]]) -> Polygon | None:
    """The area with these corners (WGS84); None when its outline crosses itself or encloses nothing.

    It is not mended: a few hundred corners that cross at random keep a processor busy for minutes.
    """
    drawn = Polygon(corners)
    return drawn if drawn.is_valid and drawn.area else None
