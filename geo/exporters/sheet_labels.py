"""Where the numbers of points stand on a sheet: near their points, over nothing else. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DIRECTIONS = 12
_RINGS = 14


@dataclass(frozen=True, slots=True)
class Placed:
    """A label: its text, the point it belongs to, and its own middle; millimetres."""

    text: str
    point: tuple[float, float]
    at: tuple[float, float]
    width: float

    def needs_line(self, reach: float) -> bool:
        """Whether it stands so far off that a line must lead to its point."""
        return math.dist(self.point, self.at) > reach


class Room:
    """Boxes already taken, in a grid of cells so that only neighbours are looked at."""

    def __init__(self, width: float, height: float, cell: float) -> None:
        self.width, self.height, self.cell = width, height, cell
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}

    def is_free(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a box (left, top, right, bottom) lies on the sheet and touches no taken one."""
        left, top, right, bottom = box
        if left < 0 or top < 0 or right > self.width or bottom > self.height:
            return False
        return not any(
            left < b[2] and right > b[0] and top < b[3] and bottom > b[1]
            for cell in self._cover(box)
            for b in self._cells.get(cell, ())
        )

    def take(self, box: tuple[float, float, float, float]) -> None:
        """Mark a box as taken."""
        for cell in self._cover(box):
            self._cells.setdefault(cell, []).append(box)

    def _cover(self, box: tuple[float, float, float, float]) -> Iterable[tuple[int, int]]:
        left, top, right, bottom = (int(edge // self.cell) for edge in box)
        return product(range(left, right + 1), range(top, bottom + 1))


def place_labels(
    points: Sequence[tuple[str, float, float]],
    room: Room,
    letter_mm: float,
    height_mm: float,
    gap_mm: float,
) -> list[Placed]:
    """Each point's label at the nearest free place around it; the first points choose first.

    A label for which nothing is free within some rings stands where it lies nearest all the same: no number is lost.
    """
    for _, x, y in points:
        room.take((x - gap_mm / 2, y - gap_mm / 2, x + gap_mm / 2, y + gap_mm / 2))
    placed = []
    for text, x, y in points:
        width = letter_mm * (len(text) + 0.8)
        at = _find_place(x, y, width, height_mm, gap_mm, room)
        room.take(_box(*at, width, height_mm))
        placed.append(Placed(text, (x, y), at, width))
    return placed


def _find_place(  # noqa: PLR0913, PLR0917  a point, a box and where there is room
    x: float, y: float, width: float, height: float, gap: float, room: Room
) -> tuple[float, float]:
    nearest = (x + gap / 2 + width / 2, y)
    for ring in range(_RINGS):
        distance = gap * (0.55 + ring * 0.75)
        for step in range(_DIRECTIONS):
            angle = 2 * math.pi * step / _DIRECTIONS
            at = (
                x + math.cos(angle) * (distance + width / 2),
                y + math.sin(angle) * (distance + height / 2),
            )
            if room.is_free(_box(*at, width, height)):
                return at
    return nearest


def _box(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2
