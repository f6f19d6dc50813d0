"""A part of the map as SVG paths, made by the database: what a printed sheet draws under its points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Window:
    """The part of the world that a sheet shows, in web Mercator metres, and its size on paper in millimetres."""

    west: float
    south: float
    east: float
    north: float
    width_mm: float
    height_mm: float

    @property
    def scale(self) -> float:
        """Millimetres for a Mercator metre."""
        return self.width_mm / (self.east - self.west)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Millimetres from the upper left corner."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale

    def as_parameters(self) -> dict[str, float]:
        """For the statements of this module."""
        return {
            "west": self.west,
            "south": self.south,
            "east": self.east,
            "north": self.north,
            "scale": self.scale,
        }


# ST_AsSVG turns the y axis round by itself; lines are simplified to a twentieth of a millimetre.
_PATH = """
  st_assvg(st_transscale(st_simplify(st_clipbybox2d(st_transform({shape}, 3857),
    st_makeenvelope(:west, :south, :east, :north)), 0.05 / :scale), -:west, -:north, :scale, :scale), 1, 2)
"""
_IN_SIGHT = """
  {shape} && st_transform(st_makeenvelope(:west, :south, :east, :north, 3857), 4326)
"""


def _statement(select: str, source: str, shape: str, group: str) -> Any:  # noqa: ANN401  a TextClause
    return text(
        f"select {select}, string_agg({_PATH.format(shape=shape)}, ' ') as path from {source}"  # noqa: S608
        f" and {_IN_SIGHT.format(shape=shape)} group by {group}"
    )


_GROUND = _statement("kind", "jiantu.ground g where true", "g.shape", "kind")
_ROADS = _statement("road_class as kind", "jiantu.road r where true", "r.shape", "road_class")
_DISTRICTS = _statement(
    "id as kind", "jiantu.district d where d.shape is not null", "d.shape", "id"
)
_ZONES = _statement(
    "z.kind || ':' || p.role || ':' || case when lower(p.period) > cast(:day as date) then 'coming' else 'active' end"
    " as kind",
    """jiantu.zone z join jiantu.zone_part p on p.zone_id = z.id
    where z.kind <> 'site' and z.state not in ('draft', 'withdrawn') and p.period is not null
      and (upper_inf(p.period) or upper(p.period) > cast(:day as date))
      and (lower_inf(p.period) or lower(p.period) <= cast(:day as date) + 30)""",
    "p.shape",
    "1",
)
_OVERLAPS = _statement(
    "o.severity as kind",
    "jiantu.overlap o where o.shape_metric is not null and o.days @> cast(:day as date)",
    "st_transform(o.shape_metric, 4326)",
    "o.severity",
)
_FOOTPRINTS = text(
    f"select z.id, string_agg({_PATH.format(shape='p.shape')}, ' ') as path,"  # noqa: S608
    " bool_or(st_dimension(p.shape) = 2) as filled"
    " from jiantu.zone z join jiantu.zone_part p on p.zone_id = z.id"
    f" where z.kind = 'site' and z.state not in ('draft', 'withdrawn') and {_IN_SIGHT.format(shape='p.shape')}"
    " group by z.id"
)
_POINTS = text(
    f"""
    select z.id, z.project_id, st_x(m.point) as x, st_y(m.point) as y
    from jiantu.zone z
    join lateral (select st_transform(st_pointonsurface(p.shape), 3857) as point from jiantu.zone_part p
      where p.zone_id = z.id and {_IN_SIGHT.format(shape="p.shape")} order by p.position limit 1) m on true
    where z.kind = 'site' and z.state not in ('draft', 'withdrawn')
      and st_x(m.point) between :west and :east and st_y(m.point) between :south and :north
    order by z.id
    """  # noqa: S608  built from constants of this module
)
_NAMES = text(
    f"""
    select name, coalesce(name_en, name) as name_en, st_x(c) as x, st_y(c) as y from (
      select name, name_en, st_transform(st_pointonsurface(d.shape), 3857) as c from jiantu.district d
      where {_IN_SIGHT.format(shape="d.shape")}) named
    where st_x(c) between :west and :east and st_y(c) between :south and :north
    """  # noqa: S608  built from constants of this module
)
_ROAD_NAMES = text(
    f"""
    select distinct on (name) name, coalesce(name_en, name) as name_en, st_x(a) as ax, st_y(a) as ay, st_x(b) as bx,
      st_y(b) as by from (
      select name, name_en, st_length(shape_metric) as length_m,
        st_transform(st_lineinterpolatepoint(line, 0.45), 3857) as a,
        st_transform(st_lineinterpolatepoint(line, 0.55), 3857) as b
      from (select name, name_en, shape_metric, (st_dump(shape)).geom as line from jiantu.road r
        where name is not null and road_class in ('motorway', 'trunk', 'primary', 'secondary', 'tertiary')
          and {_IN_SIGHT.format(shape="r.shape")}) stretches) named
    where st_x(a) between :west and :east and st_y(a) between :south and :north
    order by name, length_m desc
    """  # noqa: S608  built from constants of this module
)


def read_ground_paths(session: Session, window: Window) -> dict[str, dict[Any, str]]:
    """SVG path data in millimetres: `ground` by kind, `roads` by class, `districts` by id."""
    sources = {"ground": _GROUND, "roads": _ROADS, "districts": _DISTRICTS}
    return {
        name: {row.kind: row.path or "" for row in session.execute(sql, window.as_parameters())}
        for name, sql in sources.items()
    }


def read_zone_paths(session: Session, window: Window, day: date) -> dict[str, str]:
    """Works that run or come within 30 days: `kind:role:active` or `kind:role:coming` → path; overlaps by severity."""
    parameters: Mapping[str, Any] = {**window.as_parameters(), "day": day}
    found = {row.kind: row.path or "" for row in session.execute(_ZONES, parameters)}
    for row in session.execute(_OVERLAPS, parameters):
        found[f"overlap:{row.kind}:active"] = row.path or ""
    return found


def read_site_shapes(
    session: Session, window: Window
) -> tuple[dict[int, tuple[str, bool]], list[tuple[int, int, float, float]]]:
    """Footprints (site → path, whether it is an area) and points (site, project, x and y in millimetres) in sight."""
    footprints = {
        row.id: (row.path or "", row.filled)
        for row in session.execute(_FOOTPRINTS, window.as_parameters())
    }
    points = [
        (row.id, row.project_id, *window.place(row.x, row.y))
        for row in session.execute(_POINTS, window.as_parameters())
    ]
    return footprints, points


def read_names(
    session: Session, window: Window, *, english: bool
) -> tuple[
    list[tuple[str, float, float]], list[tuple[str, tuple[float, float], tuple[float, float]]]
]:
    """Districts with their places, and roads with a stretch of their longest part, in millimetres."""
    field = "name_en" if english else "name"
    districts = [
        (getattr(row, field), *window.place(row.x, row.y))
        for row in session.execute(_NAMES, window.as_parameters())
    ]
    roads = [
        (getattr(row, field), window.place(row.ax, row.ay), window.place(row.bx, row.by))
        for row in session.execute(_ROAD_NAMES, window.as_parameters())
    ]
    return districts, roads
