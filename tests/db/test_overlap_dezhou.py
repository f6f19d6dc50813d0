"""Twelve real closures of Dezhou, placed by their own words on the demo city's streets, and what is said of them."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING

from shapely.affinity import translate
from shapely.geometry import Point

from geo.crs import CGCS2000_CM117, to_wgs84
from geo.demo.plan import draw_plan
from geo.demo.plane import Plane
from geo.placing import RoadIndex, RoadStretch, find_places
from geo.records import PartRecord, RoadRecord, ZoneRecord
from tests.db.street import days, found, take
from tests.realdata import real_file

if TYPE_CHECKING:
    from shapely.geometry import LineString
    from sqlalchemy.orm import Session

X, Y = 438_060.0, 4_146_680.0
"""The middle of the demo city."""
REAL_NAMES = {
    "东风东路": "东风路",
    "天衢路": "新华路",
    "铁道东街": "津浦铁路",
    "丰收大街": "东地大街",
    "滨河西路": "岔河西大道",
    "康平大街": "晶华大道",
    "清风大街": "乐普大道",
    "长河大道": "将军大道",
    "育才大街": "崇德一大道",
    "尚德大街": "宋官屯街",
}
"""Streets of the demo city that lie as the closures' streets do, from west to east, under the name of those."""
BRIDGE = (2_900.0, 1_065.0)
"""Where 三八路 crosses the river."""
THROUGH = ("trunk", "primary", "secondary", "tertiary")

SAID = {
    ("dz03a", "dz03b"): (
        "light near",
        "同一排水工程分段推进,8月31日交接当天两段在东地大街口相接,知会即可",
    ),
    ("dz03b", "dz03c"): ("light near", "支管封闭接着主管占道,只在10月10日交接那天同在,知会即可"),
}
"""The pairs, and what a traffic officer says of them."""
NOT_SAID = {
    ("dz03a", "dz03c"): "同一段路,但8月底已撤、10月才封,不碰",
    ("dz02a", "dz02b"): "同期开挖的两条平行街,隔着九百多米,绕行互不占用",
    ("dz01", "dz02a"): "东风路开工时东方红路已经恢复通行",
    ("dz01", "dz04b"): "同期,但一处在东风路、一处在天衢东路,不相干",
    ("dz04a", "dz05"): "三八东路两处热力,春天一处、冬天一处,不碰",
    ("dz06", "dz07"): "三八东路不同路段、不同年份",
    ("dz03c", "dz08"): "岔河西大道的紧急排水从登记日算起,三八路早已恢复",
}
"""Pairs that one might think of, and why there is nothing to settle."""


def streets() -> list[tuple[str, str, LineString]]:
    """The demo city's through streets (name, class, line in the city's CRS), some under their likes' real names."""
    plan = draw_plan(Plane())
    return [
        (
            REAL_NAMES.get(name.zh, name.zh),
            stretch.road_class,
            translate(stretch.line, X, Y),
        )
        for name, stretch in zip(plan.names, plan.stretches, strict=True)
        if name is not None and stretch.road_class in THROUGH
    ]


def closures() -> list[dict[str, str]]:
    path = real_file("dezhou", "dezhou-road-closures.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def words_of(row: dict[str, str]) -> str:
    between = f"({row['起点']}至{row['终点']}段)" if row["终点"] else row["起点"]
    return f"{row['道路']}{between}"


def zone_of(row: dict[str, str], index: RoadIndex) -> ZoneRecord:
    places = find_places(index, words_of(row))
    full = row["封闭方式"].startswith("封闭") or row["占用范围"] == "全幅"
    width = None if places and places[0].kind == "polygon" else 8.0
    parts = (PartRecord(places[0].shape, "taken", width_m=width),) if places else ()
    return ZoneRecord(
        kind="diversion",
        code=row["记录"],
        name=row["管线/原因"],
        unit=row["发布/施工单位"] or f"单位{row['记录']}",
        location_text=words_of(row),
        taken=("full",) if full else ("half",),
        parts=parts,
        **days(f"{row['开始']}..{row['结束']}"),
    )


def test_the_twelve_closures_of_dezhou_make_the_pairs_that_an_officer_would_see(
    session: Session,
) -> None:
    layer = streets()
    bridge = Point(X + BRIDGE[0], Y + BRIDGE[1])
    stretches = [RoadStretch(name, kind, shape, 40) for name, kind, shape in layer]
    index = RoadIndex(stretches, CGCS2000_CM117, {"岔河桥": bridge})
    zones = [zone_of(row, index) for row in closures()]
    assert len(zones) == 12
    placed = {zone.code for zone in zones if zone.parts}
    assert len(placed) >= 10  # "opposite a sales office" is no place on a road layer
    roads = [
        RoadRecord(
            code=f"R{number}",
            name=name,
            road_class=kind,
            width_m=40.0,
            shape=to_wgs84(shape, "EPSG:4548"),
        )
        for number, (name, kind, shape) in enumerate(layer)
    ]
    take(session, zones, roads, day=date(2026, 11, 23))
    pairs = found(session)
    assert pairs == {pair: said for pair, (said, _why) in SAID.items()}
    for pair in SAID:
        assert set(pair) <= placed
    assert not NOT_SAID.keys() & pairs.keys()
