"""The impact of a diversion on motor traffic, 0 to 5, made up of terms of which those without data are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geo.overlap.facts import ZoneFacts
    from geo.rules import ImpactRules, Step


@dataclass(frozen=True, slots=True)
class RoadUse:
    """What is known of the road that a diversion takes: its highest class, vehicles a day, metres taken."""

    road_class: str | None = None
    volume_a_day: float | None = None
    length_m: float | None = None


@dataclass(frozen=True, slots=True)
class Impact:
    """The index and the points of each term (None: left out for want of data)."""

    index: float
    points: dict[str, int | None]

    def to_json(self) -> dict[str, Any]:
        """Plain values for the database."""
        return {"index": self.index, "points": self.points}


def judge_impact(zone: ZoneFacts, road: RoadUse, rules: ImpactRules) -> Impact | None:
    """The impact of a diversion; None without any data. After Helsinki's nuisance index for cars."""
    days = zone.days.count if zone.days else None
    points = {
        "duration": None if days is None else _on_scale(rules.duration_days, days),
        "street": _street(road.road_class, rules),
        "volume": _on_scale_or_none(rules.volume_a_day, road.volume_a_day),
        "lanes": _lanes(zone, rules),
        "length": _on_scale_or_none(rules.length_m, road.length_m),
    }
    weights = {name: getattr(rules, f"{name}_weight") for name in points}
    known = {name: value for name, value in points.items() if value is not None}
    weight = sum(weights[name] for name in known)
    if weight == 0:
        return None
    index = sum(weights[name] * value for name, value in known.items()) / weight
    return Impact(round(index, 2), points)


def _street(road_class: str | None, rules: ImpactRules) -> int | None:
    if road_class is None:
        return None
    return rules.street_points.get(road_class, rules.street_points["other"])


def _lanes(zone: ZoneFacts, rules: ImpactRules) -> int | None:
    """The most that anything taken counts; how many motor lanes are taken comes from the lanes before and open."""
    names = {
        "full": "full",
        "half": "half",
        "cycle_lane": "cycle_lane",
        "footway": "footway",
        "motor_lane": "one_lane",
    }
    found = {names[taken] for taken in zone.taken if taken in names}
    if "motor_lane" in zone.taken and zone.lanes_before is not None and zone.lanes_open is not None:
        closed = zone.lanes_before - zone.lanes_open
        found.add("several_lanes" if closed > 1 else "one_lane")
    if zone.passing == "one_way" and "half" in found:
        found.add("one_direction")
    return max((rules.lane_points[name] for name in found), default=None)


def _on_scale_or_none(steps: tuple[Step, ...], value: float | None) -> int | None:
    return None if value is None else _on_scale(steps, value)


def _on_scale(steps: tuple[Step, ...], value: float) -> int:
    held = [step for step in steps if value >= step.at_least]
    return max(held, key=lambda step: step.at_least).points if held else 0
