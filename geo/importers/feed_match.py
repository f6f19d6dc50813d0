"""Works of a feed recognised from one pull to the next: by their id, or, where ids change, by shape, days and words.

Pure: shapes are in metres, nothing is read or written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from shapely.geometry.base import BaseGeometry

NEAR_M = 30.0
"""Shapes farther apart than this are never of one work."""
LIKE_ENOUGH = 0.7
_SHAPE, _DAYS, _WORDS = 0.4, 0.2, 0.4
_SAME_M = 1.0
_UNKNOWN = 0.5
_MONTH_DAYS = 90
_WORDS_ALONE = 0.95
"""Likeness of words that two works without shapes need, with the same start."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A work as a pull shows it: its kind and id, its shape in metres, its days, and all its words."""

    kind: str
    code: str
    shape: BaseGeometry | None
    first_on: date | None
    last_on: date | None
    words: str


def match_works(
    known: Sequence[Seen], found: Sequence[Seen], *, ids_last: bool = True
) -> dict[int, int]:
    """For the index of each work that was found, the index of the known one that it is, as far as there is one.

    No work is matched twice. With `ids_last` a shared kind and id settles it; all others, or without it all, are
    matched by likeness, the most alike first.
    """
    matched: dict[int, int] = {}
    if ids_last:
        places = {(each.kind, each.code): place for place, each in enumerate(known)}
        for place, each in enumerate(found):
            there = places.pop((each.kind, each.code), None)
            if there is not None:
                matched[place] = there
    taken = set(matched.values())
    old = [place for place in range(len(known)) if place not in taken]
    new = [place for place in range(len(found)) if place not in matched]
    pairs = sorted(
        (
            -likeness(known[there], found[here]),
            _order(found[here]),
            _order(known[there]),
            here,
            there,
        )
        for here, there in _near(known, found, old, new)
    )
    for negative, _, _, here, there in pairs:
        if -negative < LIKE_ENOUGH:
            break
        if here not in matched and there not in taken:
            matched[here] = there
            taken.add(there)
    return matched


def _order(seen: Seen) -> tuple[str, str, str]:
    """Settles ties by what is seen, never by the order in which a feed lists it."""
    return (seen.words, str(seen.first_on), seen.code)


def _near(
    known: Sequence[Seen], found: Sequence[Seen], old: list[int], new: list[int]
) -> list[tuple[int, int]]:
    """Pairs (found, known) of one kind that lie near one another, or that both lie nowhere."""
    pairs: list[tuple[int, int]] = []
    drawn = [place for place in old if known[place].shape is not None]
    if drawn:
        tree = shapely.STRtree(np.array([known[place].shape for place in drawn], dtype=object))
        here = [place for place in new if found[place].shape is not None]
        shapes = np.array([found[place].shape for place in here], dtype=object)
        for one, other in tree.query(shapes, predicate="dwithin", distance=NEAR_M).T.tolist():
            pairs.append((here[one], drawn[other]))
    by_start: dict[tuple[str, date | None], list[int]] = {}
    for place in old:
        if known[place].shape is None:
            by_start.setdefault((known[place].kind, known[place].first_on), []).append(place)
    for place in new:
        if found[place].shape is None:
            key = (found[place].kind, found[place].first_on)
            pairs += [(place, there) for there in by_start.get(key, ())]
    return [(here, there) for here, there in pairs if found[here].kind == known[there].kind]


def likeness(one: Seen, other: Seen) -> float:
    """How much two works are alike, 0 to 1: shape 0.4, days 0.2, words 0.4."""
    words = _words_alike(one.words, other.words)
    if one.shape is None or other.shape is None:
        return words if words >= _WORDS_ALONE else 0.0
    shape = _shapes_alike(one.shape, other.shape)
    days = (_days_alike(one.first_on, other.first_on) + _days_alike(one.last_on, other.last_on)) / 2
    return _SHAPE * shape + _DAYS * days + _WORDS * words


def _shapes_alike(one: BaseGeometry, other: BaseGeometry) -> float:
    """1 within a metre, falling to 0 at `NEAR_M`; of areas at least the share of ground that they have in common."""
    away = float(shapely.hausdorff_distance(one, other))
    alike = 1.0 if away <= _SAME_M else max(0.0, 1.0 - away / NEAR_M)
    if one.area and other.area and one.is_valid and other.is_valid:
        both = one.intersection(other).area
        alike = max(alike, both / (one.area + other.area - both))
    return alike


def _days_alike(one: date | None, other: date | None) -> float:
    if one is None or other is None:
        return 1.0 if one is other else _UNKNOWN
    return max(0.0, 1.0 - abs((one - other).days) / _MONTH_DAYS)


def _words_alike(one: str, other: str) -> float:
    if not one or not other:
        return 1.0 if one == other else _UNKNOWN
    return fuzz.ratio(default_process(one), default_process(other)) / 100
