"""Shapes in words: a street scene drawn with letters, read as points, lines and areas in WGS84."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely.geometry import LineString, Point, Polygon

from geo.crs import to_wgs84

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

DEZHOU = "EPSG:4548"
_ORIGIN = (438_000.0, 4_146_000.0)
_FILLING = frozenset(" .-|+")


class Scene:
    """A picture of which every letter or figure is a place; a character is `metres` wide and a row as high.

    North is up. `line("abc")` runs from a over b to c, `area("abcd")` has these corners, `spot("a")` is a point.
    """

    def __init__(self, picture: str, metres: float = 10.0, crs: str = DEZHOU) -> None:
        """Read the places from the picture."""
        self._crs = crs
        self.places: dict[str, tuple[float, float]] = {}
        for row, text in enumerate(picture.strip("\n").splitlines()):
            for column, letter in enumerate(text):
                if letter not in _FILLING:
                    place = (_ORIGIN[0] + column * metres, _ORIGIN[1] - row * metres)
                    self.places[letter] = place

    def line(self, letters: str, shift: tuple[float, float] = (0.0, 0.0)) -> BaseGeometry:
        """A line over places, moved by metres east and north."""
        return to_wgs84(LineString(self._points(letters, shift)), self._crs)

    def area(self, letters: str, shift: tuple[float, float] = (0.0, 0.0)) -> BaseGeometry:
        """An area with corners at places, moved by metres east and north."""
        return to_wgs84(Polygon(self._points(letters, shift)), self._crs)

    def spot(self, letter: str, shift: tuple[float, float] = (0.0, 0.0)) -> BaseGeometry:
        """A point at a place, moved by metres east and north."""
        return to_wgs84(Point(self._points(letter, shift)[0]), self._crs)

    def _points(self, letters: str, shift: tuple[float, float]) -> list[tuple[float, float]]:
        found = (self.places[letter] for letter in letters)
        return [(x + shift[0], y + shift[1]) for x, y in found]
