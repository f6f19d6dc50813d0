"""Cases (协调事项): heavy pairs tied by road and period, and which of them are the cases there were before. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from geo.rules import CaseRules

Pair = tuple[int, int]
Span = tuple[float, float]
_Spread = tuple[Span, Span, Span, Pair]
"""Where a pair begins and ends along each axis (days, eastwards, northwards), and the pair."""


@dataclass(frozen=True, slots=True)
class PlacedPair:
    """A heavy pair: the road it lies on (or another name of its place), its box in metres, and its days.

    `first_on` is None when its days are not known; then it belongs to any time.
    """

    pair: Pair
    place: str
    west: float
    south: float
    east: float
    north: float
    first_on: date | None = None
    last_on: date | None = None

    def spans(self) -> tuple[Span, Span, Span]:
        """Where it begins and ends: in days, from west to east, from south to north."""
        first = self.first_on or date.min
        last = self.last_on or date.max
        return (
            (float(first.toordinal()), float(last.toordinal())),
            (self.west, self.east),
            (self.south, self.north),
        )


def group_pairs(pairs: Collection[PlacedPair], rules: CaseRules) -> list[tuple[Pair, ...]]:
    """The pairs as cases, in the order of their first pair; it does not matter in which order they come.

    Pairs of one place belong together unless there are days without any of them for longer than `gap_days`, or a
    stretch of more than `gap_m`. Where a place would have more than `most_on_a_road` cases, both gaps are doubled
    until it has not: that many can be talked about, more cannot.
    """
    places: dict[str, list[_Spread]] = {}
    for pair in pairs:
        places.setdefault(pair.place, []).append((*pair.spans(), pair.pair))
    found: list[tuple[Pair, ...]] = []
    for together in places.values():
        gaps = (float(rules.gap_days), rules.gap_m, rules.gap_m)
        groups = _split(together, gaps)
        while len(groups) > rules.most_on_a_road:
            gaps = (max(2 * gaps[0], 1.0), max(2 * gaps[1], 1.0), max(2 * gaps[2], 1.0))
            groups = _split(together, gaps)
        found += [tuple(sorted(pair for *_spans, pair in group)) for group in groups]
    return sorted(found)


def _split(pairs: list[_Spread], gaps: tuple[float, float, float]) -> list[list[_Spread]]:
    """The largest parts none of which has a gap along any axis.

    Which axis is cut first makes no difference: what has no gap along an axis is never cut there, whatever lies beside.
    """
    todo, done = [pairs], []
    while todo:
        group = todo.pop()
        for axis, gap in enumerate(gaps):
            parts = _cut(group, axis, gap)
            if len(parts) > 1:
                todo += parts
                break
        else:
            done.append(group)
    return done


def _cut(pairs: list[_Spread], axis: int, gap: float) -> list[list[_Spread]]:
    """The parts of `pairs` between gaps along one axis."""
    parts: list[list[_Spread]] = []
    reach = float("-inf")
    for one in sorted(pairs, key=itemgetter(axis)):
        first, last = one[axis]
        if not parts or first - reach > gap:
            parts.append([])
        parts[-1].append(one)
        reach = max(reach, last)
    return parts


def match_cases(groups: Sequence[Collection[Pair]], former: Mapping[Pair, int]) -> list[int | None]:
    """For each group, the former case that it carries on; None where it is a new one.

    `former` has the case of every pair that was in one. A case goes on in the group with most of its pairs; of two
    cases that come together, the one with more pairs there goes on, else the older one.
    """
    shared = [
        (-count, case, place)
        for place, group in enumerate(groups)
        for case, count in Counter(former[pair] for pair in group if pair in former).items()
    ]
    found: list[int | None] = [None] * len(groups)
    used: set[int] = set()
    for _count, case, place in sorted(shared):
        if found[place] is None and case not in used:
            found[place] = case
            used.add(case)
    return found
