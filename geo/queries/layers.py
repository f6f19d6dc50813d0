"""The map's layers as compact GeoJSON text made by the database, and their revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, text

from geo.errors import NotFoundError
from geo.model.city import Revision
from geo.queries.overlaps import get_overlaps_layer

if TYPE_CHECKING:
    from sqlalchemy import TextClause
    from sqlalchemy.orm import Session

_DIGITS = 6
"""Decimals of a coordinate: a decimetre on the ground."""
_DRAWN_DIGITS = 5
"""Decimals of what is only looked at, roads and land: a metre, a pixel at the closest zoom."""


class _Layer(NamedTuple):
    """What a layer is made of. All are words of this module, never of a request."""

    properties: str
    source: str
    shape: str
    order: str
    digits: int = _DIGITS

    @property
    def geojson(self) -> TextClause:
        """The statement for a feature collection."""
        return text(
            f"""
            select coalesce(
              '{{"type":"FeatureCollection","features":['
                || string_agg(feature, ',' order by place) || ']}}',
              '{{"type":"FeatureCollection","features":[]}}')
            from (
              select row_number() over (order by {self.order}) as place,
                '{{"type":"Feature","geometry":' || st_asgeojson({self.shape}, :digits)
                  || ',"properties":' || json_strip_nulls({self.properties})::text || '}}' as feature
              from {self.source}
            ) features
            """  # noqa: S608  built from constants of this module
        ).bindparams(bindparam("digits", self.digits))

    @property
    def packed(self) -> TextClause:
        """The statement for the same features as one list of properties and one TWKB of their shapes."""
        return text(
            f"""
            select coalesce(json_agg(properties order by place), '[]'),
              st_astwkb(st_collect(array_agg(shape order by place)), :digits)
            from (
              select row_number() over (order by {self.order}) as place,
                st_force2d({self.shape}) as shape, json_strip_nulls({self.properties}) as properties
              from {self.source}
            ) features
            """  # noqa: S608  built from constants of this module
        ).bindparams(bindparam("digits", self.digits))


_PARTS = """
  jiantu.zone z join jiantu.zone_part p on p.zone_id = z.id
  left join jiantu.unit u on u.id = z.unit_id
  left join jiantu.project_name j on j.id = z.project_id
"""
_SEEN = "z.state not in ('draft', 'withdrawn')"
_DAYS = """
  'first_on', lower(p.period),
  'last_on', case when upper_inf(p.period) then null else upper(p.period) - 1 end
"""
_ZONE = """
  'id', z.id, 'part', p.id, 'code', z.code, 'name', coalesce(p.name, z.name),
  'unit', coalesce(u.short_name, u.name), 'project', j.code, 'state', z.state,
  'tentative', nullif(z.tentative, false), 'emergency', nullif(z.emergency, false)
"""

_LAYERS: dict[str, _Layer] = {
    "districts": _Layer(
        "json_build_object('id', d.id, 'code', d.code, 'name', d.name, 'name_en', d.name_en,"
        " 'kind', d.kind)",
        "jiantu.district d where d.shape is not null",
        "d.shape",
        "d.id",
    ),
    "ground": _Layer(
        "json_build_object('id', g.id, 'kind', g.kind, 'name', g.name, 'name_en', g.name_en)",
        "jiantu.ground g",
        "g.shape",
        "g.id",
        _DRAWN_DIGITS,
    ),
    "roads": _Layer(
        "json_build_object('id', r.id, 'name', r.name, 'name_en', r.name_en,"
        " 'class', r.road_class, 'oneway', nullif(r.oneway, false))",
        "jiantu.road r join jiantu.road_class c on c.code = r.road_class",
        "r.shape",
        "c.position desc, r.id",
        _DRAWN_DIGITS,
    ),
    "sites": _Layer(
        """json_build_object(
          'id', z.id, 'part', p.id, 'project', j.id, 'code', j.code, 'site', z.code,
          'name', z.name, 'project_name', j.name, 'project_name_en', j.name_en,
          'lead_unit', coalesce(l.short_name, l.name), 'category', whole.category,
          'investment_yuan', whole.total_investment_yuan,
          'point', case when p.position = 0 then
            (st_asgeojson(st_pointonsurface(p.shape), :digits)::json -> 'coordinates') end)""",
        _PARTS + "left join jiantu.unit l on l.id = j.lead_unit_id"
        # What is more than a name is shown of projects that whoever asks may read.
        f" left join jiantu.project whole on whole.id = z.project_id where z.kind = 'site' and {_SEEN}",
        "p.shape",
        "z.id, p.position",
    ),
    "relocations": _Layer(
        f"json_build_object({_ZONE}, 'utility', z.utility, 'placement', z.placement,"
        f" 'step', z.step, {_DAYS})",
        _PARTS + f"where z.kind = 'relocation' and {_SEEN}",
        "p.shape",
        "z.id, p.position",
    ),
    "diversions": _Layer(
        f"json_build_object({_ZONE}, 'role', p.role, 'mode', p.mode, 'taken', z.taken,"
        f" 'passing', z.passing, 'still_pass', z.still_pass, 'permit_step', z.permit_step, {_DAYS})",
        _PARTS + f"where z.kind = 'diversion' and {_SEEN}",
        "p.shape",
        "z.id, p.position",
    ),
    "haul_routes": _Layer(
        f"""json_build_object({_ZONE}, {_DAYS}, 'hours', (
          select json_agg(json_build_object('since', to_char(h.since, 'HH24:MI'),
            'until', to_char(h.until, 'HH24:MI'), 'weekdays', h.weekdays) order by h.since)
          from jiantu.zone_hours h where h.zone_id = z.id))""",  # noqa: S608  built from constants of this module
        _PARTS + f"where z.kind = 'haul_route' and {_SEEN}",
        "p.shape",
        "z.id, p.position",
    ),
    "control_areas": _Layer(
        f"json_build_object({_ZONE}, 'level', z.level, 'stops', z.stops, {_DAYS})",
        _PARTS + f"where z.kind = 'control_area' and {_SEEN}",
        "p.shape",
        "z.id, p.position",
    ),
    "events": _Layer(
        f"json_build_object({_ZONE}, {_DAYS})",
        _PARTS + f"where z.kind = 'event' and {_SEEN}",
        "p.shape",
        "z.id, p.position",
    ),
}

LAYERS = (*_LAYERS, "overlaps")
"""Names of the layers that the map can draw."""


def get_layer(session: Session, layer: str) -> str:
    """A layer's features as GeoJSON text (WGS84, six decimals); raises `NotFoundError` for another name."""
    if layer == "overlaps":
        return get_overlaps_layer(session)
    if layer not in _LAYERS:
        message = f"没有名为“{layer}”的图层 / there is no layer “{layer}”"
        raise NotFoundError(message)
    return str(session.scalar(_LAYERS[layer].geojson))


def read_packed(session: Session, layer: str) -> tuple[list[dict[str, Any]], bytes]:
    """A layer's properties and, in the same order, its shapes as TWKB (WGS84, digits as in GeoJSON).

    `overlaps` has no such form; raises `NotFoundError` for that and for another name.
    """
    if layer not in _LAYERS:
        message = f"没有名为“{layer}”的图层 / there is no layer “{layer}”"
        raise NotFoundError(message)
    properties, shapes = session.execute(_LAYERS[layer].packed).one()
    return properties, bytes(shapes or b"")


def get_revisions(session: Session) -> dict[str, int]:
    """How often each layer that staff see has changed; a layer nobody changed yet is 0."""
    found = session.execute(
        select(Revision.layer, Revision.number).where(Revision.audience == "staff")
    )
    return dict.fromkeys((*LAYERS, "lamps"), 0) | dict(found.all())


def get_revision(session: Session) -> dict[str, Any]:
    """The revisions of all layers and of the lamps as the browser compares them: words that differ when they do."""
    revisions = get_revisions(session)
    return {
        "layers": {layer: str(revisions[layer]) for layer in LAYERS},
        "lamps": str(revisions["lamps"]),
    }


def snapshot_of(session: Session) -> str:
    """What names all that the session's transaction sees: two snapshots of one name hold the same rows."""
    found: str = session.scalar(text("select cast(pg_current_snapshot() as text)"))
    return found


def layer_revision(session: Session, layer: str) -> str:
    """The revision of one layer, for its ETag."""
    return str(get_revisions(session).get(layer, 0))
