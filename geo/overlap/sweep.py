"""Many zones at once, in arrays: which parts come near in days that might meet, and what is said of plain pairs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from geo.overlap.facts import Code, Severity
from geo.overlap.judge import SPECIAL_PAIRS, WORKS
from geo.overlap.measure import side_by_side

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from numpy.typing import NDArray

    from geo.overlap.measure import Drawn, Measured
    from geo.rules import OverlapRules

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

OPEN = 4_000_000
"""The number of a last day that is not known; days are counted as `date.toordinal` counts them."""
KINDS = ("site", "relocation", "diversion", "event", "haul_route", "control_area")
_OVERLAP, _NEAR = Code.OVERLAP.value, Code.NEAR.value
_HEAVY, _LIGHT = Severity.HEAVY.value, Severity.LIGHT.value
_BOXES_AT_A_TIME = 10_000
_SLACK_M = 0.01


def _kinds_that_pair() -> Flags:
    found = np.zeros((len(KINDS), len(KINDS)), dtype=bool)
    for a, one in enumerate(KINDS):
        for b, other in enumerate(KINDS):
            kinds = frozenset({one, other})
            found[a, b] = kinds <= WORKS or kinds in SPECIAL_PAIRS
    return found


_PAIRING = _kinds_that_pair()
_IS_WORK = np.array([kind in WORKS for kind in KINDS])


@dataclass(frozen=True, slots=True)
class Zones:
    """The facts of zones on which plain pairs depend, in the order of their ids."""

    ids: Numbers
    kinds: Numbers
    """Places in `KINDS`."""
    works: Numbers
    projects: Numbers
    """0 for none; of what a zone was made for, or of its work, when it names none."""
    units: Numbers
    """0 for none."""
    soft: Flags
    """Tentative, or a draft."""
    has_hours: Flags

    def places(self, pairs: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
        """The places of those pairs of ids of which both are here."""
        place = {zone_id: number for number, zone_id in enumerate(self.ids.tolist())}
        return {(place[a], place[b]) for a, b in pairs if a in place and b in place}


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of zones, in the order of their zones and positions."""

    ids: Numbers
    zones: Numbers
    """Places in `Zones`."""
    drawn: Drawn
    reach_m: NDArray[np.float64]
    first: Numbers
    last: Numbers
    roles: NDArray[np.object_]
    modes: NDArray[np.object_]
    wide: NDArray[np.object_]
    """As far as they reach; None where that has not been read."""


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs of parts, by their places in `Parts`, in order; that of the lower zone is `a`."""

    a: Numbers
    b: Numbers
    raw_m: NDArray[np.float64]
    """How far apart they are as drawn."""

    def take(self, which: Flags | Numbers) -> Near:
        """Some of them."""
        return Near(self.a[which], self.b[which], self.raw_m[which])


def find_near(zones: Zones, parts: Parts) -> Near:
    """Parts of zones among which pairs are sought, within reach of one another and on days that might meet.

    Days are compared before shapes are. A window of hours that began on a last day runs into the next, so where there
    are hours, periods a day apart are looked at too.
    """
    nobody = np.zeros(0, dtype=np.int64)
    if not len(parts.ids):
        return Near(nobody, nobody, np.zeros(0))
    bounds = shapely.bounds(parts.drawn.shapes)
    reach = parts.reach_m + _SLACK_M
    boxes = shapely.box(
        bounds[:, 0] - reach, bounds[:, 1] - reach, bounds[:, 2] + reach, bounds[:, 3] + reach
    )
    tree = shapely.STRtree(boxes)

    def candidates(places: Numbers) -> NDArray[np.int64]:
        found = tree.query(boxes[places])
        a, b = places[found[0]], found[1]
        ahead = parts.zones[a] < parts.zones[b]
        a, b = a[ahead], b[ahead]
        za, zb = parts.zones[a], parts.zones[b]
        late = (zones.has_hours[za] | zones.has_hours[zb]).astype(np.int64)
        keep = (parts.first[a] <= parts.last[b] + late) & (parts.first[b] <= parts.last[a] + late)
        keep &= _PAIRING[zones.kinds[za], zones.kinds[zb]]
        a, b = a[keep], b[keep]
        raw = shapely.distance(parts.drawn.shapes[a], parts.drawn.shapes[b])
        within = raw <= parts.reach_m[a] + parts.reach_m[b]
        near = np.stack([a[within], b[within], np.zeros(int(within.sum()), dtype=np.int64)])
        near[2] = raw[within].view(np.int64)
        return near.T

    found = side_by_side(
        candidates, np.arange(len(parts.ids), dtype=np.int64), at_a_time=_BOXES_AT_A_TIME
    )
    order = np.lexsort(
        (found[:, 1], found[:, 0], parts.zones[found[:, 1]], parts.zones[found[:, 0]])
    )
    found = found[order]
    return Near(
        found[:, 0].copy(), found[:, 1].copy(), np.ascontiguousarray(found[:, 2]).view(np.float64)
    )


def belong_together(
    zones: Zones, a: Numbers, b: Numbers, linked: Collection[tuple[int, int]]
) -> Flags:
    """For pairs of zones (places), whether they belong together: what `geo.overlap.belong_together` says of each."""
    works_a, works_b = zones.works[a], zones.works[b]
    most = 1 + max(int(zones.works.max(initial=0)), *(max(pair) for pair in linked), 0)
    keys = np.minimum(works_a, works_b) * most + np.maximum(works_a, works_b)
    ties = np.array([one * most + other for one, other in linked], dtype=np.int64)
    together = (works_a == works_b) | np.isin(keys, ties)
    kind_a, kind_b = zones.kinds[a], zones.kinds[b]
    site, route, diversion = (KINDS.index(k) for k in ("site", "haul_route", "diversion"))
    joined = (kind_a == site) | (kind_b == site) | (zones.units[a] == zones.units[b])
    joined |= (kind_a == route) & (kind_b == diversion)
    joined |= (kind_a == diversion) & (kind_b == route)
    named = (zones.projects[a] != 0) & (zones.projects[a] == zones.projects[b])
    found: Flags = together | (named & joined)
    return found


def find_plain(zones: Zones, parts: Parts, near: Near, others: set[tuple[int, int]]) -> Flags:
    """Which contacts make a plain pair: the only one of two works without hours or detours and nothing else to judge.

    `others` are pairs (places of zones) about which more is known than their contacts.
    """
    za, zb = parts.zones[near.a], parts.zones[near.b]
    many = len(zones.ids)
    keys = za * many + zb
    _, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    more = np.array([a * many + b for a, b in others], dtype=np.int64)
    plain = (count[place] == 1) & ~np.isin(keys, more)
    plain &= _IS_WORK[zones.kinds[za]] & _IS_WORK[zones.kinds[zb]]
    plain &= ~(zones.has_hours[za] | zones.has_hours[zb])
    detours = parts.roles == "detour"
    plain &= ~(detours[near.a] | detours[near.b])
    found: Flags = plain
    return found


class Row(NamedTuple):
    """What is kept of a pair; the shape is WKB in the metric CRS."""

    zone_a: int
    zone_b: int
    severity: str
    findings: str
    first_on: date | None
    last_on: date | None
    wkb: bytes | None
    area_m2: float | None
    length_m: float | None
    distance_m: float | None


def judge_plain(
    zones: Zones, parts: Parts, near: Near, measured: Measured, rules: OverlapRules
) -> Iterator[Row]:
    """The rows of plain pairs that do not belong together and were measured: what `judge_pair` says of each."""
    za, zb = parts.zones[near.a], parts.zones[near.b]
    first = np.maximum(parts.first[near.a], parts.first[near.b])
    last = np.minimum(parts.last[near.a], parts.last[near.b])
    hand_over = (first == last) & (
        _hands_over(parts, near.a, near.b, first) | _hands_over(parts, near.b, near.a, first)
    )
    area, shapes = measured.areas_m2, measured.shapes
    heavy = ~hand_over & (area >= rules.heavy_from_m2)
    lines = (area == 0) & (shapely.get_dimensions(shapes) == 1)
    lengths = np.where(lines, shapely.length(shapes), np.nan)
    wkb = np.asarray(shapely.to_wkb(shapes), dtype=object)
    wkb[shapely.is_empty(shapes)] = None
    columns = (
        *(zones.ids[za], zones.ids[zb], first, last, hand_over, heavy),
        *(zones.soft[za] | zones.soft[zb], area, measured.distances_m, lengths, wkb),
    )
    meet = first <= last
    days = _Days()
    for a, b, from_day, to_day, hands, is_heavy, soft, square, metres, length, shape in zip(
        *(column[meet].tolist() for column in columns), strict=True
    ):
        (first_on, first_told), (last_on, last_told) = days[from_day], days[to_day]
        area_m2, distance_m = round(square, 2), round(metres, 2)
        anchors = f'"first_on": "{first_told}", "area_m2": {area_m2}'
        if last_on is not None:
            anchors += f', "last_on": "{last_told}"'
        if is_heavy:
            code, severity = _OVERLAP, _HEAVY
            if soft:
                severity = _LIGHT
                anchors += ', "tentative": true'
        else:
            code, severity = _NEAR, _LIGHT
            anchors += f', "distance_m": {distance_m}'
            if hands:
                anchors += ', "hand_over": true'
        finding = f'[{{"code": "{code}", "severity": "{severity}", "anchors": {{{anchors}}}}}]'
        length_m = round(length, 2) if length == length else None  # noqa: PLR0124  NaN is no line
        yield Row(a, b, severity, finding, first_on, last_on, shape, area_m2, length_m, distance_m)


class _Days(dict[int, tuple[date | None, str]]):
    """Numbers of days as days and in words, each made once."""

    def __missing__(self, number: int) -> tuple[date | None, str]:
        day = None if number >= OPEN else date.fromordinal(number)
        told = self[number] = (day, "" if day is None else day.isoformat())
        return told


def _hands_over(parts: Parts, before: Numbers, after: Numbers, day: Numbers) -> Flags:
    ends = (parts.last[before] == day) & (parts.first[before] < day)
    found: Flags = ends & (parts.first[after] == day) & (parts.last[after] != day)
    return found
