"""A day's map as one HTML file that opens with no network: folium, with Leaflet inside the file."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import folium
from branca.element import Element, Figure
from markupsafe import escape

from geo.errors import JiantuError
from geo.queries.city import get_city
from geo.queries.lamps import get_lamp_board
from geo.queries.layers import get_layer
from geo.queries.sentences import read_sentences

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

Language = Literal["zh", "en"]

LAMP_COLOURS = {
    "red": "#A50026",
    "yellow": "#FFB000",
    "green": "#0F9D8A",
    "paused": "#8B938E",
    "grey": "#8B938E",
    "blue": "#3C6E9F",
}
_OUTLINE = "#1F2A2E"
_NAMES = {
    "red": ("红灯", "Red"),
    "yellow": ("黄灯", "Yellow"),
    "green": ("绿灯", "Green"),
    "paused": ("停工(有批准)", "Paused"),
    "grey": ("未到期", "Not due"),
    "blue": ("已完工", "Finished"),
}
# Forms that read without colour: diamond, triangle, circle, bars, ring, tick; drawn in a box of 20.
_FORMS = {
    "red": '<path d="M10 1 19 10 10 19 1 10Z"/>',
    "yellow": '<path d="M10 2 19 18H1Z"/>',
    "green": '<circle cx="10" cy="10" r="8"/>',
    "paused": '<path d="M3 3h5v14H3zM12 3h5v14h-5z"/>',
    "grey": '<circle cx="10" cy="10" r="7" fill="#F4F5F2" stroke="#8B938E" stroke-width="4"/>',
    "blue": '<path d="M2 10.5 7.5 16 18 4.5" fill="none" stroke="#3C6E9F" stroke-width="4"/>',
}
_DRAWN_LAST_ON_TOP = ("blue", "grey", "green", "paused", "yellow", "red")
_DRAWN_ROADS = {"motorway": 3.0, "trunk": 2.5, "primary": 2.2, "secondary": 1.6, "tertiary": 1.0}
"""Roads in the snapshot with their width in pixels; smaller ones would only make the file heavy."""

_FEW = 10
"""With fewer sites the whole city is shown."""


@dataclass(frozen=True, slots=True)
class LeafletFiles:
    """Leaflet's own two files, to be put inside the page."""

    script: str
    style: str


def write_snapshot(  # noqa: PLR0913, PLR0917  where, when, for whom, with what
    session: Session,
    path: Path,
    day: date,
    today: date,
    language: Language,
    leaflet: LeafletFiles,
) -> None:
    """Write the map of `day` to `path`. Raises `JiantuError` rather than write a page that needs a network."""
    page = make_snapshot(session, day, today, language, leaflet)
    path.write_text(page, encoding="utf-8")


def make_snapshot(
    session: Session, day: date, today: date, language: Language, leaflet: LeafletFiles
) -> str:
    """The page as text; see `write_snapshot`."""
    city = get_city(session)
    board = get_lamp_board(session, day, today)
    name = city.name if language == "zh" else city.name_en
    west, south, east, north = city.bbox
    drawn = folium.Map(tiles=None, control_scale=False, prefer_canvas=True, zoom_snap=0.25)
    drawn.default_js = []
    drawn.default_css = []
    drawn.fit_bounds(_centre_of_sites(session) or [[south, west], [north, east]])
    _add_base(session, drawn, language)
    _add_zones(session, drawn, language)
    _add_sites(session, drawn, board, day, language)
    folium.LayerControl(collapsed=False).add_to(drawn)
    figure = cast("Figure", drawn.get_root())
    figure.header.add_child(Element(f"<style>{leaflet.style}\n{_STYLE}</style>"), name="style")
    figure.header.add_child(Element(f"<script>{leaflet.script}</script>"), name="leaflet")
    figure.html.add_child(Element(_legend(name, board, language)), name="legend")
    figure.title = f"{name} {day.isoformat()}"
    page = figure.render()
    _refuse_outside(page)
    return page


def _refuse_outside(page: str) -> None:
    """A page that fetches anything is no snapshot: look for what a browser would load by itself."""
    found = re.search(
        r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*["']?\s*(?:https?:)?//""", page
    )
    if found:
        message = f"快照里有外部地址 / the snapshot would fetch from outside: {found.group(0)}"
        raise JiantuError(message)


def _features(session: Session, layer: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(get_layer(session, layer))["features"]
    return found


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _centre_of_sites(session: Session) -> list[list[float]] | None:
    """South-west and north-east corner (latitude, longitude) around the middle four fifths of the sites."""
    points = [
        feature["properties"]["point"]
        for feature in _features(session, "sites")
        if feature["properties"].get("point")
    ]
    if len(points) < _FEW:
        return None
    low, high = len(points) // 10, len(points) - 1 - len(points) // 10
    longitudes, latitudes = (sorted(values) for values in zip(*points, strict=True))
    return [[latitudes[low], longitudes[low]], [latitudes[high], longitudes[high]]]


def _add_base(session: Session, drawn: folium.Map, language: Language) -> None:
    colours = {"water": "#CFE0E8", "green": "#E1EAD9", "built": "#ECEDE8"}
    ground = [
        feature
        for feature in _features(session, "ground")
        if feature["properties"]["kind"] in colours
    ]
    ground.sort(
        key=lambda feature: ("built", "green", "water").index(feature["properties"]["kind"])
    )
    if ground:
        folium.GeoJson(
            _collection(ground),
            control=False,
            style_function=lambda feature: {
                "fillColor": colours[feature["properties"]["kind"]],
                "fillOpacity": 1,
                "weight": 0,
                "interactive": False,
            },
        ).add_to(drawn)
    districts = _features(session, "districts")
    if districts:
        folium.GeoJson(
            _collection(districts),
            name="区县" if language == "zh" else "Districts",
            style_function=lambda _: {
                "color": "#A9AFA6",
                "weight": 1,
                "dashArray": "4 4",
                "fill": False,
                "interactive": False,
            },
        ).add_to(drawn)
    roads = [
        feature
        for feature in _features(session, "roads")
        if feature["properties"]["class"] in _DRAWN_ROADS
    ]
    if roads:
        folium.GeoJson(
            _collection(roads),
            name="道路" if language == "zh" else "Roads",
            style_function=lambda feature: {
                "color": "#D8DAD3",
                "weight": _DRAWN_ROADS[feature["properties"]["class"]],
                "interactive": False,
            },
        ).add_to(drawn)


def _add_zones(session: Session, drawn: folium.Map, language: Language) -> None:
    for layer, colour, names in (
        ("relocations", "#7B5EA7", ("管线迁改", "Relocations")),
        ("diversions", "#2F3E46", ("交通导行", "Diversions")),
    ):
        features = [
            {
                **feature,
                "properties": {
                    "role": feature["properties"].get("role", "footprint"),
                    "text": _zone_text(feature["properties"], language),
                },
            }
            for feature in _features(session, layer)
        ]
        if features:
            folium.GeoJson(
                _collection(features),
                name=names[0] if language == "zh" else names[1],
                show=False,
                style_function=lambda feature, colour=colour: {
                    "color": "#0A84C6" if feature["properties"]["role"] == "detour" else colour,
                    "weight": 3 if feature["properties"]["role"] == "detour" else 2,
                    "fillOpacity": 0.25,
                },
                popup=_popup(),
            ).add_to(drawn)


def _zone_text(properties: dict[str, Any], language: Language) -> str:
    until = properties.get("last_on") or ("未定" if language == "zh" else "open")
    words = [
        properties.get("name"),
        properties.get("unit"),
        f"{properties.get('first_on', '')} – {until}",
    ]
    return "<br>".join(str(escape(word)) for word in words if word)


def _popup() -> folium.GeoJsonPopup:
    return folium.GeoJsonPopup(fields=["text"], labels=False, localize=False, max_width=360)


def _add_sites(
    session: Session, drawn: folium.Map, board: dict[str, Any], day: date, language: Language
) -> None:
    sentences = read_sentences(session, day, language)
    by_lamp: dict[str, list[dict[str, Any]]] = {lamp: [] for lamp in _NAMES}
    points: dict[str, list[dict[str, Any]]] = {lamp: [] for lamp in _NAMES}
    for feature in _features(session, "sites"):
        properties = feature["properties"]
        entry = board["sites"].get(properties["id"])
        if entry is None:
            continue
        project = (properties.get("project_name_en") if language == "en" else None) or properties[
            "project_name"
        ]
        lines = [
            f"<b>{escape(project)}</b>",
            str(escape(properties.get("name") or properties["site"])),
            str(escape(properties.get("lead_unit") or "")),
            str(escape(sentences.get(properties["id"], ""))),
        ]
        shown = {"text": "<br>".join(line for line in lines if line)}
        lamp = entry[0]
        if not feature["geometry"]["type"].endswith("Point"):
            by_lamp[lamp].append({**feature, "properties": shown})
        if properties.get("point"):
            points[lamp].append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": properties["point"]},
                    "properties": shown,
                }
            )
    for lamp in _DRAWN_LAST_ON_TOP:
        names = _NAMES[lamp]
        if not points[lamp] and not by_lamp[lamp]:
            continue
        title = names[0] if language == "zh" else names[1]
        group = folium.FeatureGroup(name=f"{title} {len(points[lamp])}")
        if by_lamp[lamp]:
            folium.GeoJson(
                _collection(by_lamp[lamp]),
                style_function=lambda feature, lamp=lamp: _site_style(feature, lamp),
                popup=_popup(),
            ).add_to(group)
        if points[lamp]:
            icon = folium.DivIcon(
                icon_size=(16, 16), icon_anchor=(8, 8), html=_symbol(lamp), class_name="lamp"
            )
            folium.GeoJson(
                _collection(points[lamp]), marker=folium.Marker(icon=icon), popup=_popup()
            ).add_to(group)
        group.add_to(drawn)


def _site_style(feature: dict[str, Any], lamp: str) -> dict[str, Any]:
    """An area in its lamp's colour with a dark edge; a line in its lamp's colour."""
    if feature["geometry"]["type"].endswith("LineString"):
        return {"color": LAMP_COLOURS[lamp], "weight": 5}
    return {
        "color": _OUTLINE,
        "weight": 1.5,
        "fillColor": LAMP_COLOURS[lamp],
        "fillOpacity": 0.7,
    }


def _symbol(lamp: str) -> str:
    return (
        f'<svg viewBox="0 0 20 20" width="16" height="16" fill="{LAMP_COLOURS[lamp]}"'
        f' stroke="{_OUTLINE}" stroke-width="1.5">{_FORMS[lamp]}</svg>'
    )


def _legend(city: str, board: dict[str, Any], language: Language) -> str:
    zh = language == "zh"
    rows = "".join(
        f"<tr><td>{_symbol(lamp)}</td><td>{names[0] if zh else names[1]}</td>"
        f"<td class='n'>{board['counts'][lamp]}</td></tr>"
        for lamp, names in _NAMES.items()
    )
    forecast = ("(预测)" if zh else " (forecast)") if board["forecast"] else ""
    counted = "项目数" if zh else "projects"
    return (
        f"<div id='legend'><h1>{html.escape(city)}</h1><p>{board['day']}{forecast} · {counted}"
        f" {board['projects_counted']}</p><table>{rows}</table></div>"
    )


_STYLE = """
html, body { height: 100%; margin: 0; }
body { font: 14px/1.5 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif; }
.folium-map, .leaflet-container { position: absolute; inset: 0; width: 100%; height: 100%;
  background: #F4F5F2; font: inherit; }
.lamp { background: none; border: 0; }
.leaflet-attribution-flag { display: none !important; }
.leaflet-control-layers { border: 0 !important; border-radius: 8px !important; font-size: 14px; }
#legend { position: absolute; left: 12px; bottom: 12px; z-index: 1000; background: #fff;
  border-radius: 8px; padding: 12px 16px; box-shadow: 0 1px 6px rgba(31,42,46,.25); }
#legend h1 { font-size: 20px; line-height: 1.2; margin: 0; }
#legend p { margin: 4px 0 8px; color: #5A645E; }
#legend td { padding: 2px 8px 2px 0; vertical-align: middle; }
#legend svg { display: block; }
#legend .n { text-align: right; font-variant-numeric: tabular-nums; padding-right: 0; }
"""
