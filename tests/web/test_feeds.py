"""What everybody subscribes to: Atom, calendar files, WZDx."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from defusedxml.ElementTree import fromstring
from icalendar import Calendar

from geo.exporters.wzdx import write_wzdx
from tests.work_zone_feeds import feed_schema

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from flask.testing import FlaskClient

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client: FlaskClient, path: str) -> list[ET.Element]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return list(fromstring(answer.text).findall(f"{ATOM}entry"))


def test_a_feed_tells_closures_and_projects_the_latest_first_each_with_its_own_id(
    client: FlaskClient,
) -> None:
    found = entries(client, "/feeds/city.atom")
    keys = [entry.findtext(f"{ATOM}id") for entry in found]
    updated = [str(entry.findtext(f"{ATOM}updated")) for entry in found]
    assert len(keys) == len(set(keys)) > 100
    assert updated == sorted(updated, reverse=True)
    assert any(":closure:" in str(key) for key in keys)
    assert any(":project:" in str(key) for key in keys)
    assert all(
        entry.findtext(f"{ATOM}title") and entry.findtext(f"{ATOM}summary") for entry in found
    )


def test_a_districts_feed_holds_only_its_own(client: FlaskClient) -> None:
    whole = {entry.findtext(f"{ATOM}id") for entry in entries(client, "/feeds/city.atom")}
    overview = json.loads(client.get("/public/overview").text)
    here = {
        entry.findtext(f"{ATOM}id") for entry in entries(client, "/feeds/districts/ancheng.atom")
    }
    assert here
    assert here < whole
    ours = {
        project["code"]
        for project in overview["projects"]
        if "ancheng" in {district["code"] for district in project["districts"]}
    }
    told = {str(key).rpartition(":")[2] for key in here if ":project:" in str(key)}
    assert told <= ours
    assert client.get("/feeds/districts/nowhere.atom").status_code == 404


def test_a_closure_goes_into_a_calendar_as_whole_days(client: FlaskClient) -> None:
    overview = json.loads(client.get("/public/overview").text)
    closure = next(one for one in overview["closures"] if one["last_on"] and not one["overdue"])
    answer = client.get(f"/closures/{closure['code']}/calendar.ics?lang=en")
    assert answer.mimetype == "text/calendar"
    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    written = event.to_ical().decode()
    assert f"DTSTART;VALUE=DATE:{closure['first_on'].replace('-', '')}" in written
    day_after = date.fromisoformat(closure["last_on"]) + timedelta(days=1)
    assert f"DTEND;VALUE=DATE:{day_after:%Y%m%d}" in written
    assert "By car" in written
    assert client.get("/closures/nobody/calendar.ics").status_code == 404


def test_a_closure_beyond_its_end_lasts_until_today_in_a_calendar(client: FlaskClient) -> None:
    overview = json.loads(client.get("/public/overview").text)
    closure = next(one for one in overview["closures"] if one["overdue"])
    (event,) = Calendar.from_ical(
        client.get(f"/closures/{closure['code']}/calendar.ics").text
    ).walk("VEVENT")
    assert event.decoded("dtend") == date.fromisoformat(overview["day"]) + timedelta(days=1)


def test_closed_stretches_are_a_wzdx_feed(client: FlaskClient) -> None:
    feed = json.loads(client.get("/feeds/wzdx.geojson").text)
    assert feed["feed_info"]["version"] == "4.2"
    assert len(feed["features"]) > 20
    sources = {source["data_source_id"] for source in feed["feed_info"]["data_sources"]}
    for feature in feed["features"]:
        assert feature["geometry"]["type"] == "LineString"
        told = feature["properties"]
        assert told["core_details"]["data_source_id"] in sources
        assert told["core_details"]["event_type"] == "work-zone"
        assert told["start_date"] < told["end_date"]
        assert told["start_date"].endswith("Z")


def test_the_feed_of_closed_stretches_holds_to_the_published_schema(client: FlaskClient) -> None:
    schema = feed_schema()
    feed = json.loads(client.get("/feeds/wzdx.geojson").text)
    schema.validate(feed)
    feed["features"][0]["properties"]["vehicle_impact"] = "closed"
    assert not schema.is_valid(feed)


@pytest.mark.parametrize(
    ("taken", "passing", "impact"),
    [
        (["full"], "detour", "all-lanes-closed"),
        (["half"], "alternating", "alternating-one-way"),
        (["half"], None, "some-lanes-closed"),
        (["motor_lane"], "temporary_road", "some-lanes-closed"),
        (["footway"], None, "all-lanes-open"),
    ],
)
def test_what_a_closure_takes_is_told_as_an_impact_on_vehicles(
    taken: list[str], passing: str | None, impact: str
) -> None:
    event: dict[str, Any] = {
        "code": "D1",
        "place": 1,
        "name": None,
        "whereabouts": None,
        "taken": taken,
        "passing": passing,
        "first_on": "2026-11-01",
        "last_on": "2026-11-02",
        "begun": True,
        "shape": {"type": "LineString", "coordinates": [[116.3, 37.4], [116.4, 37.4]]},
    }
    feed = write_wzdx(
        [event],
        publisher="x",
        source="x",
        updated_at=datetime(2026, 11, 1, tzinfo=UTC),
        zone=ZoneInfo("Asia/Shanghai"),
    )
    told = feed["features"][0]["properties"]
    assert told["vehicle_impact"] == impact
    assert told["start_date"] == "2026-10-31T16:00:00Z"
    assert told["end_date"] == "2026-11-02T16:00:00Z"
