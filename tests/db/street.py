"""A street for the tests of overlaps: zones in few words, and what the city's tables say of them."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.records import Batch, Day, HoursWindow, PartRecord, RoadRecord, ZoneRecord
from tests.factories import TODAY, project
from tests.shapes import Scene

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry
    from sqlalchemy.orm import Session

    from tests.postgres import Server

STREET = Scene(
    """
    a.........b.........c.........d.........e

    .f........g.........h.........i.........j

    k.........l.........m.........n.........o
    """
)
"""Places 100 m apart from west to east on three streets 20 m apart; f to j lie 10 m further east."""

SPRING = "2027-03-01..2027-05-31"


def days(words: str | None) -> dict[str, Any]:
    """Planned days as `2027-03-01..2027-05-31`; either end may be missing."""
    first, _, last = (words or "..").partition("..")
    return {
        "planned_start": Day(date.fromisoformat(first)) if first else None,
        "planned_finish": Day(date.fromisoformat(last)) if last else None,
    }


def hours(words: str, weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)) -> tuple[HoursWindow, ...]:
    """Daily hours as `22:00-06:00`."""
    since, until = (time.fromisoformat(word) for word in words.split("-"))
    return (HoursWindow(since, until, weekdays),)


def zone(
    kind: str, code: str, shape: BaseGeometry | None, when: str | None = SPRING, **facts: Any
) -> ZoneRecord:
    """A zone of one shape; its owner is its own unit unless told otherwise."""
    role = "taken" if kind == "diversion" else "footprint"
    width = facts.pop("width", None)
    parts = () if shape is None else (PartRecord(shape, role, width_m=width),)
    more = facts.pop("more", ())
    given = {"unit": f"单位{code}", "name": code, "parts": (*parts, *more), **days(when), **facts}
    return ZoneRecord(kind=kind, code=code, **given)


def dig(code: str, letters: str, when: str | None = SPRING, **facts: Any) -> ZoneRecord:
    """A trench two metres wide along places of the street."""
    shift = facts.pop("shift", (0.0, 0.0))
    return zone(
        "relocation",
        code,
        STREET.line(letters, shift),
        when,
        **{"width": 2.0, "utility": "water", "placement": "underground", **facts},
    )


def closure(code: str, letters: str, when: str | None = SPRING, **facts: Any) -> ZoneRecord:
    """A street closed in its whole width of eight metres along places of the street."""
    shift = facts.pop("shift", (0.0, 0.0))
    return zone(
        "diversion",
        code,
        STREET.line(letters, shift),
        when,
        **{"width": 8.0, "taken": ("full",), **facts},
    )


def ground(code: str, letters: str, when: str | None = SPRING, **facts: Any) -> ZoneRecord:
    """A building site with corners at places of the street; its project has the site's code."""
    shift = facts.pop("shift", (0.0, 0.0))
    owner = facts.pop("project", code)
    return zone("site", code, STREET.area(letters, shift), when, **{"project": owner, **facts})


def detour(letters: str, mode: str = "motor", **facts: Any) -> PartRecord:
    """The way round for some travellers."""
    shift = facts.pop("shift", (0.0, 0.0))
    return PartRecord(STREET.line(letters, shift), "detour", mode, **facts)


def street(code: str, letters: str, **facts: Any) -> RoadRecord:
    """A road of the layer along places of the street."""
    shift = facts.pop("shift", (0.0, 0.0))
    given = {"name": f"{code}路", "road_class": "secondary", "width_m": 14.0, **facts}
    return RoadRecord(code=code, shape=STREET.line(letters, shift), **given)


def take(
    session: Session,
    zones: list[ZoneRecord],
    roads: list[RoadRecord] | None = None,
    day: date = TODAY,
) -> None:
    """Enter zones, with the projects that they name."""
    codes = sorted({each.project for each in zones if each.project})
    projects = [project(code) for code in codes]
    outcome = take_batch(session, Batch(projects=projects, zones=zones, roads=roads or []), day)
    refused = [notice for notice in outcome.notices if notice.level == "refused"]
    assert refused == []


def found(session: Session) -> dict[tuple[str, str], str]:
    """Every pair by the codes of its zones in their order, as `heavy overlap+detour_blocked`."""
    rows = session.execute(
        text(
            """
            select za.code as a, zb.code as b, o.severity,
              (select string_agg(f ->> 'code', '+' order by place)
               from jsonb_array_elements(o.findings) with ordinality as t(f, place)) as codes
            from jiantu.overlap o join jiantu.zone za on za.id = o.zone_a
            join jiantu.zone zb on zb.id = o.zone_b
            """
        )
    )
    return {(min(r.a, r.b), max(r.a, r.b)): f"{r.severity} {r.codes}" for r in rows}


PAIR_ROWS = text(
    """
    select za.kind || za.code as a, zb.kind || zb.code as b, o.severity, o.findings, o.days::text,
      st_asewkt(o.shape_metric) as shape, o.area_m2, o.length_m, o.distance_m
    from jiantu.overlap o join jiantu.zone za on za.id = o.zone_a
    join jiantu.zone zb on zb.id = o.zone_b order by o.zone_a, o.zone_b
    """
)
WATCH_ROWS = text(
    """
    select z.kind || z.code as zone, w.code, w.anchors::text, w.days::text
    from jiantu.watch w join jiantu.zone z on z.id = w.zone_id order by 1, 2, 3, 4
    """
)
EFFECT_ROWS = text("select e.* from jiantu.diversion_effect e order by zone_id")


def everything(session: Session) -> list[list[tuple[Any, ...]]]:
    """All that is kept of pairs, watches and closures, without the numbers of the rows."""
    return [
        [tuple(row) for row in session.execute(rows)]
        for rows in (PAIR_ROWS, WATCH_ROWS, EFFECT_ROWS)
    ]


def make_street(server: Server, *, dug: str) -> str:
    """A database with roads, a closure, and a dig along these letters; its staff address."""
    url = server.make_database("dezhou").replace("//jiantu@", "//jiantu_staff@")
    engine = make_engine(url, pool_size=1)
    with acting_session(engine, Identity(Role.COMMAND, "test:command")) as session:
        take(
            session,
            [
                closure("D1", "bc", name="东风路导改", unit="交警支队"),
                dig("G1", dug, name="热力管", unit="热力公司"),
            ],
            [
                street("东风", "abcde"),
                street("和平", "fghij"),
                street("建设", "af"),
                street("湖滨", "ej"),
            ],
        )
    engine.dispose()
    return url


BLOCK = [
    *(street(code, letters) for code, letters in (("N1", "ab"), ("N2", "bc"), ("N3", "cd"))),
    *(street(code, letters) for code, letters in (("S1", "kl"), ("S2", "lm"), ("S3", "mn"))),
    street("W", "ak"),
    street("E", "dn"),
]
"""A block of three stretches by one, so that the middle one is closed for a long way round."""
