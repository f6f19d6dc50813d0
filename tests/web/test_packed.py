"""Packed answers say the same as the plain ones, in far fewer bytes."""

from __future__ import annotations

import json
import struct
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import brotli  # type: ignore[import-untyped]  # ships no types
import pytest
from sqlalchemy import text

from geo.queries.spelling import spell, spell_all

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

API = "/api/map"
SHAPED = ("districts", "ground", "roads", "relocations", "diversions", "haul_routes", "events")


def split(data: bytes) -> tuple[dict[str, Any], bytes]:
    """Head and body."""
    (length,) = struct.unpack(">I", data[:4])
    return json.loads(data[4 : 4 + length]), data[4 + length :]


def column(packed: Any, count: int) -> list[Any]:
    """A column's values."""
    if isinstance(packed, list):
        return packed
    if "steps" in packed:
        return list(accumulate(packed["steps"]))
    if "rows" in packed:
        values: list[Any] = [None] * count
        for row, at in zip(accumulate(packed["rows"]), packed["at"], strict=True):
            values[row] = packed["table"][at]
        return values
    return [None if at < 0 else packed["table"][at] for at in packed["at"]]


def columns(head: dict[str, Any]) -> dict[str, list[Any]]:
    """All columns."""
    return {name: column(packed, head["count"]) for name, packed in head["columns"].items()}


def shapes(session: Session, body: bytes) -> list[dict[str, Any]]:
    """The shapes of a body as PostGIS reads them."""
    found = session.scalars(
        text(
            "select st_asgeojson((d).geom, 6) from st_dump(st_geomfromtwkb(:body)) d"
            " where array_length((d).path, 1) >= 1 order by (d).path"
        ),
        {"body": body},
    )
    return [json.loads(shape) for shape in found]


@pytest.mark.parametrize("layer", SHAPED)
def test_a_packed_layer_has_the_same_parts_with_the_same_words(
    client: FlaskClient, layer: str
) -> None:
    plain = client.get(f"{API}/layers/{layer}").get_json()["features"]
    head, _ = split(client.get(f"{API}/packed/layers/{layer}?lang=en").data)
    assert head["count"] == len(plain)
    for name, values in columns(head).items():
        assert values == [feature["properties"].get(name) for feature in plain], name


def test_the_shapes_of_a_packed_layer_are_those_of_the_plain_one(
    client: FlaskClient, demo_session: Session
) -> None:
    plain = client.get(f"{API}/layers/haul_routes").get_json()["features"]
    _, body = split(client.get(f"{API}/packed/layers/haul_routes").data)
    found = shapes(demo_session, body)
    lines = [
        line
        for feature in plain
        for line in (
            [feature["geometry"]["coordinates"]]
            if feature["geometry"]["type"] == "LineString"
            else feature["geometry"]["coordinates"]
        )
    ]
    assert len(found) == len(lines)
    for shape, line in zip(found, lines, strict=True):
        # A last digit may be rounded the other way.
        for end in (0, -1):
            assert shape["coordinates"][end] == pytest.approx(line[end], abs=1.1e-6)


def test_packed_sites_and_footprints_are_all_sites(client: FlaskClient) -> None:
    plain = client.get(f"{API}/layers/sites").get_json()["features"]
    firsts = {f["properties"]["id"]: f["properties"] for f in plain if "point" in f["properties"]}
    head, body = split(client.get(f"{API}/packed/layers/sites").data)
    assert body == b""
    found = columns(head)
    assert found["id"] == sorted(firsts)
    points = head["points"]
    for site, lon, lat in zip(
        found["id"], accumulate(points["lon"]), accumulate(points["lat"]), strict=True
    ):
        assert [lon / 1e5, lat / 1e5] == pytest.approx(firsts[site]["point"], abs=1.1e-5)
    head, _ = split(client.get(f"{API}/packed/layers/footprints").data)
    assert columns(head)["site"] == [feature["properties"]["id"] for feature in plain]


@pytest.mark.parametrize("day", ["2026-11-23", "2027-02-01", "2026-03-01"])
def test_a_packed_board_is_the_same_board(client: FlaskClient, day: str) -> None:
    plain = client.get(f"{API}/lamps?day={day}").get_json()
    packed = client.get(f"{API}/packed/lamps?day={day}").get_json()
    for kind in ("projects", "sites"):
        ids = accumulate(packed[kind]["id"])
        states = [packed["table"][ord(mark) - 48] for mark in packed[kind]["state"]]
        assert dict(zip(map(str, ids), states, strict=True)) == plain[kind]
    assert list(accumulate(packed["late_starts"])) == plain["late_starts"]
    blockers = packed["blockers"]
    held = [blockers["table"][at] for at in blockers["at"]]
    assert dict(zip(map(str, accumulate(blockers["id"])), held, strict=True)) == plain["blockers"]
    for name in ("counts", "site_counts", "open_blockers", "turned_red", "awaited_units"):
        assert packed[name] == plain[name]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_packed_projects_are_all_projects(client: FlaskClient, lang: str) -> None:
    plain = client.get(f"{API}/projects").get_json()["projects"]
    packed = client.get(f"{API}/packed/projects?lang={lang}").get_json()
    found = columns(packed)
    assert found["code"] == [project["code"] for project in plain]
    assert found["investment"] == [project["investment_yuan"] for project in plain]
    assert [list(accumulate(steps or [])) for steps in found["sites"]] == [
        project["sites"] for project in plain
    ]
    assert ("name_en" in found) is (lang == "en")
    assert [bool(mark) for mark in found["unlocated"]] == [not one["located"] for one in plain]


def test_packed_answers_are_a_fraction_of_the_plain_ones(client: FlaskClient) -> None:
    def size(path: str) -> int:
        return len(brotli.compress(client.get(f"{API}/{path}").data, quality=4))

    paths = ["lamps", "projects", "layers/roads", "layers/ground", "layers/diversions"]
    plain = sum(size(path) for path in paths)
    assert sum(size(f"packed/{path}") for path in paths) < plain / 2


def test_a_packed_answer_that_the_asker_has_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("layers/sites", "layers/footprints", "layers/overlaps", "lamps", "projects"):
        tag = client.get(f"{API}/packed/{path}").headers["ETag"]
        again = client.get(f"{API}/packed/{path}", headers={"If-None-Match": tag})
        assert again.status_code == 304, path
    assert client.get(f"{API}/packed/layers/moon").status_code == 404
    assert client.get(f"{API}/packed/layers/roads?lang=fr").status_code == 400


def test_spelling_holds_for_every_name_also_where_a_character_is_read_otherwise() -> None:
    names = [
        "东方红路",
        "中国银行",
        "行政中心",
        "长河大道",
        "成长路",
        "重大项目",
        "重庆路",
        "A1地块(二期)",
    ]
    told = spell_all(names)
    readings: dict[str, str] = {}
    last = ""
    for mark in told["characters"]:
        if "a" <= mark <= "z":
            readings[last] += mark
        else:
            last = mark
            readings[mark] = ""
    for name in names:
        letters = [readings.get(mark, mark.lower()) for mark in name]
        plain = ("".join(letters), "".join(letter[0] for letter in letters))
        assert tuple(told["others"].get(name, plain)) == spell(name)
    assert spell("中国银行") == ("zhongguoyinhang", "zgyh")
    assert spell("长河大道") == ("changhedadao", "chdd")
    assert told["others"]
