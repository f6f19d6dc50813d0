"""Drawing a district anew on the map: what that does to its neighbours is told first, and they may give way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text

from geo.changes.editing import restore_version
from geo.changes.lamps import raise_revisions
from geo.changes.map_layers import NAMED_ON
from geo.changes.overlaps import lock_overlaps
from geo.errors import ChangeConflictError, ChangeRefusedError, NotFoundError
from geo.model.city import City, District
from geo.queries.districts import districts_tag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

MOST_VERTICES = 10_000
"""More are a survey's, and come by file; cutting shapes of more takes too long."""
LEAST_M2 = 100.0
"""Smaller slivers are how exactly a hand draws, and are not spoken of."""
_NO_SHAPE = (
    "画的不是面,未保存。请画出一个闭合的范围。",
    "That is no area; nothing was saved. Draw a closed outline.",
)
_CROSSES = (
    "边界线自己相交({reason}),未保存。请移开交叉处的顶点。",
    "The outline crosses itself ({reason}); nothing was saved. Move the vertices where it does.",
)
_FAR = (
    "画的范围超出了本市地图的范围,未保存。",
    "The outline reaches beyond the map of the city; nothing was saved.",
)
_MANY = (
    "边界有{number}个顶点,最多{most}个,未保存。更细的边界请用文件导入。",
    "The outline has {number} vertices, at most {most}; nothing was saved. Bring a finer one in by file.",
)
_STALE = (
    "有区县在您打开之后已被他人修改,您的改动没有保存。请对照现在的边界再保存。",
    "Somebody else has changed a district since; yours was not saved. Compare it with the borders as they are now.",
)
_SWALLOWED = (
    "“{name}”会被完全覆盖,未保存。请缩小范围,或先处理“{name}”。",
    "“{name}” would be covered whole; nothing was saved. Draw less, or deal with “{name}” first.",
)
_LOOK = text(
    """
    with drawn as materialized (
      select st_multi(st_setsrid(st_geomfromgeojson(:shape), 4326)) as shape
    ), others as materialized (
      select d.id, d.name, d.name_en, d.shape from jiantu.district d
      where d.id <> :own and d.shape is not null
    ), shared as (
      select o.id, o.name, o.name_en, st_coveredby(o.shape, w.shape) as whole,
        st_area(st_transform(
          st_collectionextract(st_intersection(o.shape, w.shape), 3), cast(:srid as int))) as shared_m2
      from others o, drawn w where o.shape && w.shape and st_intersects(o.shape, w.shape)
    ), together as materialized (
      select st_union(o.shape) as shape from others o, drawn w where st_dwithin(o.shape, w.shape, 0.0001)
    )
    select st_area(st_transform(w.shape, cast(:srid as int))) as area_m2,
      coalesce((
        select json_agg(s order by s.shared_m2 desc) from shared s where s.whole or s.shared_m2 >= :least
      ), '[]') as overlaps,
      coalesce((
        select st_area(st_transform(st_collectionextract(st_difference(
          case when t.shape is null then own.shape else st_difference(own.shape, t.shape) end, w.shape), 3),
          cast(:srid as int)))
        from jiantu.district own, together t where own.id = :own and own.shape is not null
      ), 0) as lost_m2,
      coalesce((
        select sum(st_area(st_transform(st_makepolygon(st_interiorringn(p.geom, n)), cast(:srid as int))))
        from together t
        cross join lateral st_dump(case when t.shape is null then w.shape else st_union(t.shape, w.shape) end) p
        cross join lateral generate_series(1, st_numinteriorrings(p.geom)) n
      ), 0) as enclosed_m2
    from drawn w
    """
)
"""Cut in degrees as they are drawn, so that a shared border is shared whatever vertices lie on it; told in metres."""
_CHECK = text(
    """
    select st_geometrytype(g.shape) in ('ST_Polygon', 'ST_MultiPolygon') and not st_isempty(g.shape) as area,
      st_npoints(g.shape) as vertices, st_isvalid(g.shape) as valid, st_isvalidreason(g.shape) as reason,
      st_within(g.shape, st_makeenvelope(c.west - 0.5, c.south - 0.5, c.east + 0.5, c.north + 0.5, 4326)) as inside
    from (select st_setsrid(st_geomfromgeojson(:shape), 4326) as shape) g
    cross join (select :west as west, :south as south, :east as east, :north as north) c
    """
)
_GIVE_WAY = text(
    """
    with drawn as materialized (
      select st_multi(st_setsrid(st_geomfromgeojson(:shape), 4326)) as shape
    ), rest as (
      select d.id, st_multi(st_collectionextract(st_difference(d.shape, w.shape), 3)) as shape
      from jiantu.district d, drawn w where d.id = any(cast(:ids as bigint[]))
    )
    update jiantu.district d set shape = r.shape, shape_metric = st_transform(r.shape, cast(:srid as int))
    from rest r where d.id = r.id returning d.id, d.version
    """
)
_WRITE = text(
    """
    with drawn as materialized (
      select st_multi(st_setsrid(st_geomfromgeojson(:shape), 4326)) as shape
    )
    update jiantu.district d set shape = w.shape, shape_metric = st_transform(w.shape, cast(:srid as int))
    from drawn w where d.id = :own returning d.id, d.version
    """
)


@dataclass(frozen=True, slots=True)
class Shared:
    """Ground that would lie in another district as well; `whole` when all of that one would."""

    id: int
    name: str
    name_en: str | None
    whole: bool
    shared_m2: float


@dataclass(frozen=True, slots=True)
class DistrictLook:
    """What a district's new outline is and does, in square metres."""

    area_m2: float
    overlaps: tuple[Shared, ...]
    lost_m2: float
    """Of its former ground, what would lie in no district."""
    enclosed_m2: float
    """Ground that districts would enclose and that lies in none."""

    def sentences(self) -> list[tuple[str, str]]:
        """One for each overlap and gap, in both languages."""
        told = [
            (
                f"与“{one.name}”重叠{_area(one.shared_m2, 'zh')}。",
                f"Overlaps “{one.name_en or one.name}” by {_area(one.shared_m2, 'en')}.",
            )
            for one in self.overlaps
        ]
        # What is lost within a gap is told as the gap.
        lost_m2 = self.lost_m2 - self.enclosed_m2
        if lost_m2 >= LEAST_M2:
            told.append(
                (
                    f"原范围内有{_area(lost_m2, 'zh')}不再属于任何区县。",
                    f"{_area(lost_m2, 'en')} of its former ground would belong to no district.",
                )
            )
        if self.enclosed_m2 >= LEAST_M2:
            told.append(
                (
                    f"与相邻区县之间留有{_area(self.enclosed_m2, 'zh')}空隙。",
                    f"A gap of {_area(self.enclosed_m2, 'en')} would be left between it and its neighbours.",
                )
            )
        return told


def _area(m2: float, language: str) -> str:
    number, unit = (m2 / 1e6, ("平方公里", "km²")) if m2 >= 1e5 else (m2, ("平方米", "m²"))  # noqa: PLR2004  a tenth of a km²
    shown = f"{number:,.2f}" if m2 >= 1e5 else f"{number:,.0f}"  # noqa: PLR2004
    return f"{shown}{unit[0]}" if language == "zh" else f"{shown} {unit[1]}"


def look_at_shape(session: Session, district_id: int, shape: dict[str, Any]) -> DistrictLook:
    """What the outline (GeoJSON, WGS84) would do to the neighbours; nothing is kept.

    Raises ChangeRefusedError for what is no outline of a district, NotFoundError.
    """
    _get(session, district_id)
    return _look(session, district_id, _read(session, shape))


def reshape_district(
    session: Session,
    district_id: int,
    shape: dict[str, Any],
    seen: int,
    *,
    give_way: bool,
) -> list[tuple[int, int]]:
    """Give a district another outline; with `give_way` its neighbours lose what it takes. (id, version) of each.

    Raises ChangeRefusedError, ChangeConflictError when a district is not as it was seen, NotFoundError.
    """
    lock_overlaps(session)  # who changes zones raises the same layers
    session.scalars(select(District.id).order_by(District.id).with_for_update(key_share=True)).all()
    _get(session, district_id)
    if districts_tag(session) != seen:
        raise ChangeConflictError(*_STALE)
    said = _read(session, shape)
    look = _look(session, district_id, said)
    asked = {"shape": said, "own": district_id, "srid": _srid(session)}
    written = [tuple(row) for row in session.execute(_WRITE, asked)]
    if give_way:
        swallowed = next((one for one in look.overlaps if one.whole), None)
        if swallowed is not None:
            names = (swallowed.name, swallowed.name_en or swallowed.name)
            raise ChangeRefusedError(
                *(told.format(name=name) for told, name in zip(_SWALLOWED, names, strict=True))
            )
        ids = [one.id for one in look.overlaps]
        written += [tuple(row) for row in session.execute(_GIVE_WAY, asked | {"ids": ids})]
    raise_revisions(session, NAMED_ON)
    return [(int(row_id), int(version)) for row_id, version in written]


def take_shapes_back(session: Session, today: date, saved: Sequence[tuple[int, int]]) -> None:
    """Undo a save: each of these districts, read in this version, is what it was in the one before.

    Raises ChangeConflictError when one was changed since, NotFoundError.
    """
    for district_id, version in sorted(saved):
        restore_version(session, today, "district", district_id, version - 1, version)


def _get(session: Session, district_id: int) -> None:
    if session.scalar(select(District.id).where(District.id == district_id)) is None:
        message = f"no district {district_id}"
        raise NotFoundError(message)


def _srid(session: Session) -> int:
    return session.scalars(select(City.metric_srid)).one()


def _read(session: Session, shape: dict[str, Any]) -> str:
    """The outline as text for the database, once it is one that can be kept."""
    if not _is_outline(shape):
        raise ChangeRefusedError(*_NO_SHAPE)
    said = json.dumps({"type": shape["type"], "coordinates": shape["coordinates"]})
    west, south, east, north = session.scalars(select(City.bbox)).one()
    box = {"west": west, "south": south, "east": east, "north": north}
    found = session.execute(_CHECK, {"shape": said, **box}).one()
    if not found.area:
        raise ChangeRefusedError(*_NO_SHAPE)
    if found.vertices > MOST_VERTICES:
        counts = {"number": found.vertices, "most": MOST_VERTICES}
        raise ChangeRefusedError(*(told.format(**counts) for told in _MANY))
    if not found.valid:
        raise ChangeRefusedError(*(told.format(reason=found.reason) for told in _CROSSES))
    if not found.inside:
        raise ChangeRefusedError(*_FAR)
    return said


def _is_outline(shape: Any) -> bool:  # noqa: ANN401  whatever was sent
    """Whether it is a polygon's or multipolygon's nested lists of numbers, with rings that close."""
    if not isinstance(shape, dict) or shape.get("type") not in {"Polygon", "MultiPolygon"}:
        return False
    polygons = shape.get("coordinates")
    if shape["type"] == "Polygon":
        polygons = [polygons]
    if not isinstance(polygons, list) or not polygons:
        return False
    return all(
        isinstance(polygon, list) and polygon and all(_is_ring(ring) for ring in polygon)
        for polygon in polygons
    )


def _is_ring(ring: Any) -> bool:  # noqa: ANN401  whatever was sent
    if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:  # noqa: PLR2004  a triangle, closed
        return False
    return all(
        isinstance(place, list)
        and len(place) == 2  # noqa: PLR2004  lon, lat
        and all(isinstance(one, int | float) and abs(one) <= 180 for one in place)  # noqa: PLR2004  degrees
        for place in ring
    )


def _look(session: Session, district_id: int, said: str) -> DistrictLook:
    asked = {"shape": said, "own": district_id, "srid": _srid(session), "least": LEAST_M2}
    row = session.execute(_LOOK, asked).one()
    return DistrictLook(
        float(row.area_m2),
        tuple(Shared(**one) for one in row.overlaps),
        float(row.lost_m2),
        float(row.enclosed_m2),
    )
