"""WZDx 4.2 work zone feeds (Work Zone Data Exchange): closed stretches as GeoJSON that navigation services read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from zoneinfo import ZoneInfo

VERSION = "4.2"
LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"


def write_wzdx(
    events: Iterable[dict[str, Any]],
    *,
    publisher: str,
    source: str,
    updated_at: datetime,
    zone: ZoneInfo,
) -> dict[str, Any]:
    """The feed as a feature collection. `events` are closed stretches with days as ISO text; a day ends in `zone`."""
    updated = _instant(updated_at)
    return {
        "feed_info": {
            "publisher": publisher,
            "version": VERSION,
            "license": LICENCE,
            "update_date": updated,
            "update_frequency": 86_400,
            "data_sources": [
                {
                    "data_source_id": source,
                    "organization_name": publisher,
                    "update_date": updated,
                }
            ],
        },
        "type": "FeatureCollection",
        "features": [_feature(event, source, zone) for event in events if _is_line(event)],
    }


def _is_line(event: dict[str, Any]) -> bool:
    return event["shape"]["type"] == "LineString" and event["last_on"] is not None


def _feature(event: dict[str, Any], source: str, zone: ZoneInfo) -> dict[str, Any]:
    first = datetime.combine(date.fromisoformat(event["first_on"]), time(0), zone)
    last = date.fromisoformat(event["last_on"]) + timedelta(days=1)
    return {
        "id": f"{event['code']}-{event['place']}",
        "type": "Feature",
        "properties": {
            "core_details": {
                "event_type": "work-zone",
                "data_source_id": source,
                "road_names": [event["whereabouts"] or event["name"] or event["code"]],
                "direction": "undefined",
                "name": event["code"],
                "description": event["name"] or event["code"],
            },
            "start_date": _instant(first),
            "end_date": _instant(datetime.combine(last, time(0), zone)),
            "is_start_date_verified": event["begun"],
            "is_end_date_verified": False,
            "is_start_position_verified": False,
            "is_end_position_verified": False,
            "location_method": "other",
            "vehicle_impact": _impact(event),
        },
        "geometry": event["shape"],
    }


def _impact(event: dict[str, Any]) -> str:
    taken = event["taken"] or []
    if "full" in taken:
        return "all-lanes-closed"
    match event["passing"]:
        case "alternating":
            return "alternating-one-way"
        case "contraflow":
            return "some-lanes-closed-merge-left"
        case _ if {"half", "motor_lane"} & set(taken):
            return "some-lanes-closed"
        case _:
            return "all-lanes-open"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
