"""Work zone feeds (WZDx 4.0 to 4.2): road events as plain rows, which a mapping then makes records of.

One row for each work zone, with the detours that belong to it as further rows of the same `work`. Days are local ones:
an event that ends at midnight ends on the day before. Columns are those of `COLUMNS`.
Source: https://github.com/usdot-jpo-ode/wzdx, schema 4.2.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from geo.importers.problems import refused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.importers.sources import Shape

COLUMNS = (
    *("id", "work", "role", "mode", "name", "road", "direction", "location", "description"),
    *("first_on", "last_on", "started_on", "ended_on", "status", "types_of_work", "utility_work"),
    "relocation",
    *("vehicle_impact", "taken", "passing", "lanes_before", "lanes_open", "still_pass"),
    *("restrictions", "source"),
)
_OPEN = frozenset({"open", "shift-left", "shift-right", "alternating-flow"})
_WAYS = {"sidewalk": "foot", "bike-lane": "ebike"}
_TAKEN = {"sidewalk": "footway", "bike-lane": "cycle_lane", "general": "motor_lane"}
_UTILITY_WORK = frozenset({"below-road-work", "overhead-work"})
_ALTERNATING = frozenset({"alternating-one-way", "flagging", "temporary-traffic-signal"})

Row = tuple[int, dict[str, Any], "Shape"]


def rows_of_feed(
    features: Sequence[tuple[dict[str, Any] | None, Shape]], time_zone: str
) -> Iterator[Row]:
    """Rows with the number of their feature, its values and its shape. Raises `ImportRefusedError` for another file."""
    zone = ZoneInfo(time_zone)
    events = [
        (number, found, _core(found), shape)
        for number, (found, shape) in enumerate(features, start=1)
        if found is not None and _core(found)
    ]
    if features and not events:
        zh = "不是 WZDx 4.x 数据:要素没有 core_details"
        en = "this is no WZDx 4.x feed: its features have no core_details"
        raise refused(zh, en)
    detours = {
        str(found.get("id")): (number, found, core, shape)
        for number, found, core, shape in events
        if core.get("event_type") == "detour"
    }
    serving: dict[str, list[str]] = {}
    for key, (_, _, core, _) in detours.items():
        for work in _related(core, "related-work-zone"):
            serving.setdefault(work, []).append(key)
    named: set[str] = set()
    for number, found, core, shape in events:
        if core.get("event_type") == "detour":
            continue
        yield number, _work_zone(found, core, zone), shape
        ways = _related(core, "related-detour") + serving.get(str(found.get("id")), [])
        for key in dict.fromkeys(ways):
            if key in detours:
                named.add(key)
                way = _blank() | {"work": found.get("id")} | _DETOUR
                yield detours[key][0], way, detours[key][3]
    for key, (number, found, core, shape) in detours.items():
        if key not in named:
            yield number, _work_zone(found, core, zone) | _DETOUR, shape


_DETOUR = {"role": "detour", "mode": "motor"}


def _related(core: dict[str, Any], kind: str) -> list[str]:
    """The ids of road events that an event names as related in this way; each side may name the other, or only one."""
    related = _objects(core.get("related_road_events"))
    return [str(each.get("id")) for each in related if each.get("type") == kind]


def _core(found: dict[str, Any]) -> dict[str, Any]:
    core = found.get("core_details")
    return core if isinstance(core, dict) else {}


def _blank() -> dict[str, Any]:
    return dict.fromkeys(COLUMNS)


def _objects(found: object) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _work_zone(found: dict[str, Any], core: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    first_on, last_on = _days(found, zone)
    types = [str(each.get("type_name")) for each in _objects(found.get("types_of_work"))]
    roads = core.get("road_names")
    road = "、".join(map(str, roads)) if isinstance(roads, list) else None
    return _blank() | {
        "id": found.get("id"),
        "work": found.get("id"),
        "role": "taken",
        "name": core.get("name"),
        "road": road,
        "direction": core.get("direction"),
        "location": _location(found, core, road),
        "description": core.get("description"),
        "first_on": first_on,
        "last_on": last_on,
        "started_on": first_on if found.get("is_start_date_verified") is True else None,
        "ended_on": last_on if found.get("is_end_date_verified") is True else None,
        "status": found.get("event_status"),
        "types_of_work": "、".join(types) or None,
        "relocation": found.get("id") if _UTILITY_WORK & set(types) else None,
        "utility_work": "是" if _UTILITY_WORK & set(types) else "否",
        "restrictions": "、".join(
            str(each.get("type")) for each in _objects(found.get("restrictions"))
        )
        or None,
        "source": core.get("data_source_id"),
        **_traffic(found),
    }


def _days(found: dict[str, Any], zone: ZoneInfo) -> tuple[str | None, str | None]:
    first, last = (_instant(found.get(name), zone) for name in ("start_date", "end_date"))
    if last is not None and first is not None and last > first and last.time() == time(0):
        last -= timedelta(days=1)
    return (
        first.date().isoformat() if first is not None else None,
        last.date().isoformat() if last is not None else None,
    )


def _instant(word: object, zone: ZoneInfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(word))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)


def _location(found: dict[str, Any], core: dict[str, Any], road: str | None) -> str | None:
    ends = (found.get("beginning_cross_street"), found.get("ending_cross_street"))
    words = [road, core.get("direction")]
    if all(ends):
        words.append(f"({ends[0]} – {ends[1]})")
    return " ".join(str(word) for word in words if word) or None


def _traffic(found: dict[str, Any]) -> dict[str, Any]:
    """What is taken, how traffic passes, and who still passes, as far as lanes and impact say."""
    impact = str(found.get("vehicle_impact") or "unknown")
    lanes = _objects(found.get("lanes"))
    general = [each for each in lanes if each.get("type") == "general"]
    open_lanes = [each for each in general if each.get("status") in _OPEN]
    closed = {str(each.get("type")) for each in lanes if each.get("status") == "closed"}
    taken = [_TAKEN[kind] for kind in ("general", "bike-lane", "sidewalk") if kind in closed]
    if impact == "all-lanes-closed":
        taken = ["full", *(each for each in taken if each != "motor_lane")]
    elif impact.startswith("some-lanes-closed") and "motor_lane" not in taken:
        taken = ["motor_lane", *taken]
    elif impact in _ALTERNATING and not taken:
        taken = ["half"]
    still = [] if impact in {"all-lanes-closed", "unknown"} else ["motor"]
    for kind, way in _WAYS.items():
        mine = [each for each in lanes if each.get("type") == kind]
        if any(each.get("status") in _OPEN for each in mine) or (still and not mine):
            still.append(way)
    return {
        "vehicle_impact": impact,
        "taken": "、".join(taken) or None,
        "passing": "alternating" if impact in _ALTERNATING else None,
        "lanes_before": len(general) or None,
        "lanes_open": 0
        if impact == "all-lanes-closed" and general
        else _count(open_lanes, general),
        "still_pass": "、".join(still) or None,
    }


def _count(some: list[Any], of: list[Any]) -> int | None:
    return len(some) if of else None
