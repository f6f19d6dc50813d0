"""Cases (协调事项): heavy pairs tied by road and period, and which of them are the cases there were before. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.rules import CaseRules

    Numbers = NDArray[np.int64]

Pair = tuple[int, int]
NO_FIRST, NO_LAST = date.min.toordinal(), date.max.toordinal()
"""Stand for days that are not known: a pair without them belongs to any time. Days are numbers as of `toordinal`."""


@dataclass(frozen=True, slots=True)
class PlacedPairs:
    """Heavy pairs in arrays: for each its zones, the road on which it lies (or another place, by number), its spans.

    Spans are an array of (pairs, 3, 2): where each begins and ends in days, from west to east and from south to north
    in metres.
    """

    zones: Numbers
    places: Numbers
    spans: NDArray[np.float64]


def group_pairs(pairs: PlacedPairs, rules: CaseRules) -> list[Numbers]:
    """The pairs (by their places in the arrays) as cases, in the order of their first pair; theirs does not matter.

    Pairs of one place belong together unless there are days without any of them for longer than `gap_days`, or a
    stretch of more than `gap_m`. Where a place would have more than `most_on_a_road` cases, both gaps are doubled
    until it has not: that many can be talked about, more cannot.
    """
    by_pair = np.lexsort((pairs.zones[:, 1], pairs.zones[:, 0]))
    spans, places = pairs.spans[by_pair], pairs.places[by_pair]
    by_place = np.argsort(places, kind="stable")
    ends = np.flatnonzero(np.diff(places[by_place])) + 1
    found: list[Numbers] = []
    for together in np.split(by_place, ends) if len(by_place) else ():
        gaps = (float(rules.gap_days), rules.gap_m, rules.gap_m)
        groups = _split(spans, together, gaps)
        while len(groups) > rules.most_on_a_road:
            gaps = (max(2 * gaps[0], 1.0), max(2 * gaps[1], 1.0), max(2 * gaps[2], 1.0))
            groups = _split(spans, together, gaps)
        found += groups
    in_order = sorted((np.sort(group) for group in found), key=lambda group: int(group[0]))
    return [by_pair[group] for group in in_order]


def _split(
    spans: NDArray[np.float64], together: Numbers, gaps: tuple[float, float, float]
) -> list[Numbers]:
    """The largest parts none of which has a gap along any axis.

    Which axis is cut first makes no difference: what has no gap along an axis is never cut there, whatever lies beside.
    """
    todo, done = [together], []
    while todo:
        group = todo.pop()
        for axis, gap in enumerate(gaps):
            parts = _cut(spans, group, axis, gap)
            if len(parts) > 1:
                todo += parts
                break
        else:
            done.append(group)
    return done


def _cut(spans: NDArray[np.float64], group: Numbers, axis: int, gap: float) -> list[Numbers]:
    """The parts of a group between gaps along one axis."""
    first = spans[group, axis, 0]
    order = np.argsort(first, kind="stable")
    reach = np.maximum.accumulate(spans[group, axis, 1][order])
    apart = np.flatnonzero(first[order][1:] - reach[:-1] > gap) + 1
    return np.split(group[order], apart) if len(apart) else [group]


def match_cases(groups: Sequence[Numbers], former: Numbers) -> list[int | None]:
    """For each group, the former case that it carries on; None where it is a new one.

    Groups are places in `former`, which has the case of every pair, 0 where it was in none. A case goes on in the group
    with most of its pairs; of two cases that come together, the one with more pairs there goes on, else the older one.
    """
    shared = []
    for place, group in enumerate(groups):
        cases, counts = np.unique(former[group], return_counts=True)
        told = zip(counts.tolist(), cases.tolist(), strict=True)
        shared += [(-count, case, place) for count, case in told if case]
    found: list[int | None] = [None] * len(groups)
    used: set[int] = set()
    for _count, case, place in sorted(shared):
        if found[place] is None and case not in used:
            found[place] = case
            used.add(case)
    return found
