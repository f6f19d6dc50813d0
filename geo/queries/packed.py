"""What the map of the browser reads, in the fewest bytes: the same facts as `layers`, `lamps` and `projects` give."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import text

from geo.queries.layers import read_packed
from geo.queries.overlaps import get_overlaps_layer
from geo.queries.packing import join_parts, pack_points, pack_rows, places, steps
from geo.queries.spelling import spell_all

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Language = Literal["zh", "en"]

_LEFT_OUT = frozenset({"code", "part", "placement"})
"""Properties of zones that no part of the map shows."""
_POINT_DIGITS = 5
_FIRST_STATE = ord("0")

_SITES = text(
    """
    select z.id, nullif(z.name, j.name) as name,
      st_x(first.point) as lon, st_y(first.point) as lat,
      round(((st_x(first.point) - st_xmin(whole.box)) * 1e5)::numeric)::int as west,
      round(((st_y(first.point) - st_ymin(whole.box)) * 1e5)::numeric)::int as south,
      round(((st_xmax(whole.box) - st_x(first.point)) * 1e5)::numeric)::int as east,
      round(((st_ymax(whole.box) - st_y(first.point)) * 1e5)::numeric)::int as north
    from jiantu.zone z join jiantu.project j on j.id = z.project_id
    join lateral (select st_pointonsurface(p.shape) as point from jiantu.zone_part p
      where p.zone_id = z.id order by p.position limit 1) first on true
    join lateral (select st_extent(p.shape) as box from jiantu.zone_part p
      where p.zone_id = z.id) whole on true
    where z.kind = 'site' and z.state not in ('draft', 'withdrawn')
    order by z.id
    """
)
_FOOTPRINTS = text(
    """
    select coalesce(json_agg(z.id order by z.id, p.position), '[]'),
      st_astwkb(st_collect(array_agg(st_force2d(p.shape) order by z.id, p.position)), 6)
    from jiantu.zone z join jiantu.zone_part p on p.zone_id = z.id
    where z.kind = 'site' and z.state not in ('draft', 'withdrawn')
    """
)
_ROAD_NAMES = text(
    "select name, min(name_en) as name_en from jiantu.road where name is not null group by name order by name"
)

SITES = "sites"
FOOTPRINTS = "footprints"


def get_packed_layer(session: Session, layer: str, language: Language) -> bytes:
    """A layer as columns and TWKB (see `packing.join_parts`); raises `NotFoundError` for a name that is none.

    `sites` has a row for each site with a point and its box in place of shapes, `footprints` has the shapes.
    """
    if layer == SITES:
        return _pack_sites(session)
    if layer == FOOTPRINTS:
        ids, shapes = session.execute(_FOOTPRINTS).one()
        head = {"count": len(ids), "columns": {"site": {"steps": steps(ids)}}}
        return join_parts(head, bytes(shapes or b""))
    if layer == "overlaps":
        return _pack_overlaps(session, language)
    rows, shapes = read_packed(session, layer)
    names = {name: None for row in rows for name in row if name not in _LEFT_OUT}
    if layer == "roads":
        # Their classes are all that the map asks of most roads; the numbers are nobody's.
        names.pop("id", None)
    if language == "zh":
        names.pop("name_en", None)
    return join_parts(pack_rows(rows, names), shapes)


def _pack_sites(session: Session) -> bytes:
    rows = [dict(row) for row in session.execute(_SITES).mappings()]
    head = pack_rows(rows, ("id", "name", "west", "south", "east", "north"))
    head["points"] = pack_points(((row["lon"], row["lat"]) for row in rows), _POINT_DIGITS)
    return join_parts(head, b"")


def _pack_overlaps(session: Session, language: Language) -> bytes:
    """Overlaps keep their GeoJSON shapes: they are few, and most of their bytes are sentences."""
    features = json.loads(get_overlaps_layer(session))["features"]
    rows = [
        {
            **feature["properties"],
            "text": feature["properties"]["text_en" if language == "en" else "text"],
            "geometry": feature["geometry"],
        }
        for feature in features
    ]
    names = ("id", "severity", "zones", "codes", "text", "first_on", "last_on", "geometry")
    return join_parts(pack_rows(rows, names), b"")


def pack_board(board: dict[str, Any]) -> dict[str, Any]:
    """A day's board (see `lamps.get_lamp_board`) with its statuses as one character each, in order of id."""
    table: list[Any] = []
    marks: dict[Any, str] = {}

    def mark_of(status: list[Any]) -> str:
        key = (status[0], status[1], *status[2])
        if key not in marks:
            marks[key] = chr(_FIRST_STATE + len(table))
            table.append(status)
        return marks[key]

    def packed(entries: dict[int, Any]) -> dict[str, Any]:
        ids = sorted(entries)
        return {"id": steps(ids), "state": "".join(mark_of(entries[key]) for key in ids)}

    held = sorted(board["blockers"])
    about, where = places([board["blockers"][key] for key in held])
    return board | {
        "projects": packed(board["projects"]),
        "sites": packed(board["sites"]),
        "table": table,
        "late_starts": steps(sorted(board["late_starts"])),
        "blockers": {"id": steps(held), "table": about, "at": where},
    }


def pack_projects(
    session: Session, projects: list[dict[str, Any]], language: Language
) -> dict[str, Any]:
    """All projects (see `projects.list_projects`) as columns, with the roads' names, and how all names are spelled."""
    roads = [list(row) for row in session.execute(_ROAD_NAMES)]
    rows = [
        {
            **project,
            "unit": project["lead_unit"] and [project["lead_unit"], project["lead_unit_en"]],
            "leader": project["sponsor_leader"],
            "districts": list(zip(project["districts"], project["districts_en"], strict=True)),
            "investment": project["investment_yuan"],
            "sites": steps(project["sites"]) or None,
            "unlocated": None if project["located"] else True,
            "standing": None
            if project["standing"] == "active"
            else [project["standing"], project["standing_from"]],
        }
        for project in projects
    ]
    names = ["id", "code", "name", "category", "nature", "unit", "leader", "districts"]
    names += ["investment", "sites", "unlocated", "standing"]
    if language == "en":
        names.append("name_en")
    words = {project["name"] for project in projects} | {name for name, _ in roads}
    words |= {word for row in rows for word in (row["lead_unit"], row["leader"]) if word}
    return pack_rows(rows, names) | {
        "roads": [[name, name_en] if language == "en" else [name] for name, name_en in roads],
        "spelling": spell_all(words),
    }
