"""The map of a printed sheet as SVG: ground, works, sites, numbers. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geo.exporters.sheet_labels import Placed
    from geo.queries.sheet_shapes import Window

INK = "#1c2420"
_COLOURS = {
    "red": "#a50026",
    "yellow": "#ffb000",
    "green": "#0f9d8a",
    "grey": "#8b938e",
    "blue": "#3c6e9f",
    "paused": "#8b938e",
}
# The forms of the page's sprite (templates/partials/symbols.svg), in a box of 20.
_FORMS = {
    "red": "M10 1.6 18.4 10 10 18.4 1.6 10Z",
    "yellow": "M10 2.2 18.4 17.2H1.6Z",
    "green": "M10 2.6a7.4 7.4 0 1 1 0 14.8a7.4 7.4 0 1 1 0-14.8Z",
    "grey": "M10 2.6a7.4 7.4 0 1 1 0 14.8a7.4 7.4 0 1 1 0-14.8ZM10 6.7a3.3 3.3 0 1 0 0 6.6a3.3 3.3 0 1 0 0-6.6Z",
    "blue": "M2.2 10.6 5 7.6 8.6 11 15.2 3.6 18.2 6.4 8.8 17Z",
    "paused": "M4 2.6H8.4V17.4H4ZM11.6 2.6H16V17.4H11.6Z",
}
_GROUND = {"built": "#ecede8", "green": "#e3eadf", "water": "#cfe0e8"}
_ROADS = (
    ("other", 0.1),
    ("residential", 0.15),
    ("tertiary", 0.4),
    ("secondary", 0.7),
    ("primary", 1.0),
    ("trunk", 1.2),
    ("motorway", 1.3),
)
_ZONES: Mapping[str, tuple[str, str]] = {
    "relocations": ("relocation", "#6a4aa5"),
    "diversions": ("diversion", "#333f48"),
    "haul_routes": ("haul_route", "#8a5a2b"),
    "control_areas": ("control_area", "#6e5f78"),
    "events": ("event", "#5b4636"),
    "overlaps": ("overlap", "#c2188f"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """How large things are drawn (millimetres, points), and which layers are on."""

    symbol: float
    text_pt: float
    layers: frozenset[str]

    @staticmethod
    def form(lamp: str) -> Markup:
        """A lamp's symbol, to be put into an svg of 20 × 20."""
        return Markup(
            '<path d="{form}" fill="{colour}" stroke="{ink}" stroke-width="1.6" stroke-linejoin="round"'
            ' fill-rule="evenodd"/>'
        ).format(form=_FORMS[lamp], colour=_COLOURS[lamp], ink=INK)


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is in sight, in millimetres from the upper left corner; the last of each kind lies on top."""

    window: Window
    ground: Mapping[str, Mapping[Any, str]]
    zones: Mapping[str, str]
    footprints: Sequence[tuple[str, str, bool]]
    symbols: Sequence[tuple[str, float, float]]
    labels: Sequence[Placed]
    districts: Sequence[tuple[str, float, float]]
    roads: Sequence[tuple[str, tuple[float, float], tuple[float, float]]]


def draw_map(drawing: Drawing, look: Look) -> Markup:
    """The picture as one svg."""
    window = drawing.window
    parts = [
        *_draw_ground(drawing, look),
        *_draw_zones(drawing, look),
        *_draw_sites(drawing, look),
        _scale_bar(window, look),
    ]
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        '<rect width="{width}" height="{height}" fill="#f4f5f2"/>{parts}'
        '<rect width="{width}" height="{height}" fill="none" stroke="{ink}" stroke-width="0.4"/></svg>'
    ).format(
        width=round(window.width_mm, 2),
        height=round(window.height_mm, 2),
        parts=Markup("").join(parts),
        ink=INK,
    )


def _path(data: str, **look: object) -> Markup:
    """A path; SVG's names with `-` are written with `_`."""
    if not data:
        return Markup("")
    attributes = Markup(" ").join(
        Markup('{}="{}"').format(name.replace("_", "-"), value) for name, value in look.items()
    )
    return Markup('<path d="{}" {}/>').format(data, attributes)


def _draw_ground(drawing: Drawing, look: Look) -> list[Markup]:
    ground = drawing.ground["ground"]
    parts = [
        _path(ground.get(kind, ""), fill=colour, fill_rule="evenodd")
        for kind, colour in _GROUND.items()
    ]
    width = look.symbol / 2.6
    parts.append(
        _path(ground.get("railway", ""), fill="none", stroke="#b9beb8", stroke_width=0.4 * width)
    )
    if "roads" in look.layers:
        roads = drawing.ground["roads"]
        edges = [(roads.get(kind, ""), wide * width + 0.25) for kind, wide in _ROADS]
        parts += [
            _path(d, fill="none", stroke="#d0d3ca", stroke_width=round(w, 2)) for d, w in edges
        ]
        fills = [(roads.get(kind, ""), wide * width) for kind, wide in _ROADS[2:]]
        parts += [
            _path(d, fill="none", stroke="#ffffff", stroke_width=round(w, 2)) for d, w in fills
        ]
    if "districts" in look.layers:
        edge = {
            "fill": "none",
            "stroke": "#a9afa6",
            "stroke_width": 0.3,
            "stroke_dasharray": "2 1.2",
        }
        parts += [_path(d, **edge) for d in drawing.ground["districts"].values()]
        parts += [
            _text(name, x, y, look.text_pt * 1.3, "#5a645e") for name, x, y in drawing.districts
        ]
    if "roads" in look.layers:
        parts += _road_names(drawing, look)
    return parts


def _road_names(drawing: Drawing, look: Look) -> list[Markup]:
    size = look.text_pt * 0.8
    taken: list[tuple[float, float]] = []
    parts = []
    for name, a, b in drawing.roads:
        x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        apart = len(name) * size * 0.45
        if any(math.hypot(x - tx, y - ty) < apart for tx, ty in taken):
            continue
        taken.append((x, y))
        angle = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        angle = angle - 180 if angle > 90 else angle + 180 if angle < -90 else angle  # noqa: PLR2004
        parts.append(_text(name, x, y, size, "#5a645e", angle))
    return parts


def _text(  # noqa: PLR0913, PLR0917  a text and where it stands
    text: str, x: float, y: float, pt: float, colour: str, angle: float = 0.0
) -> Markup:
    """A text around a point, with a white edge that keeps it readable on anything."""
    size = pt * 0.3528
    look = Markup(
        '<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle" transform="rotate({angle} {x} {middle})"'
        " {paint}>{text}</text>"
    )
    common = {
        "x": round(x, 2),
        "y": round(y + size * 0.36, 2),
        "middle": round(y, 2),
        "size": round(size, 2),
        "angle": round(angle, 1),
        "text": text,
    }
    halo = Markup(
        'fill="#ffffff" stroke="#ffffff" stroke-width="{}" stroke-linejoin="round"'
    ).format(round(size * 0.28, 2))
    return look.format(paint=halo, **common) + look.format(
        paint=Markup('fill="{}"').format(colour), **common
    )


def _draw_zones(drawing: Drawing, look: Look) -> list[Markup]:
    parts = []
    unit = look.symbol / 2.6
    for layer, (kind, colour) in _ZONES.items():
        if layer not in look.layers:
            continue
        for key, data in sorted(drawing.zones.items()):
            found, role, phase = key.split(":")
            if found != kind:
                continue
            detour = role == "detour"
            drawn = "#0b87d8" if detour else colour
            if phase == "coming":
                parts.append(
                    _path(
                        data,
                        fill="none",
                        stroke=drawn,
                        stroke_width=0.2 * unit,
                        stroke_dasharray="1 0.8",
                    )
                )
                continue
            if kind == "overlap":
                parts.append(
                    _path(
                        data,
                        fill="none",
                        stroke=drawn,
                        stroke_width=2.4 * unit,
                        stroke_opacity=0.35,
                    )
                )
            line = kind == "haul_route" or role in {"detour", "centre_line", "taken"}
            width = (0.9 if line else 0.4) * unit
            fill = "none" if line or detour else drawn
            parts.append(
                _path(data, fill=fill, fill_opacity=0.2, stroke=drawn, stroke_width=round(width, 2))
            )
    return parts


def _draw_sites(drawing: Drawing, look: Look) -> list[Markup]:
    parts = [
        _path(
            path,
            fill=_COLOURS[lamp] if filled else "none",
            fill_opacity=0.35,
            stroke=_COLOURS[lamp],
            stroke_width=0.3,
        )
        for lamp, path, filled in drawing.footprints
    ]
    reach = look.symbol * 2.2
    parts += [
        Markup('<path d="M{} {}L{} {}" stroke="{}" stroke-width="0.15"/>').format(
            round(label.point[0], 2),
            round(label.point[1], 2),
            round(label.at[0], 2),
            round(label.at[1], 2),
            INK,
        )
        for label in drawing.labels
        if label.needs_line(reach)
    ]
    side = look.symbol / 20
    parts += [
        Markup('<g transform="translate({} {}) scale({})">{}</g>').format(
            round(x - look.symbol / 2, 2),
            round(y - look.symbol / 2, 2),
            round(side, 4),
            Look.form(lamp),
        )
        for lamp, x, y in drawing.symbols
    ]
    height = look.text_pt * 0.40
    for label in drawing.labels:
        x, y = label.at
        parts.append(
            Markup(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="0.4" fill="#ffffff" stroke="{}" stroke-width="0.12"/>'
            ).format(
                round(x - label.width / 2, 2),
                round(y - height / 2, 2),
                round(label.width, 2),
                round(height, 2),
                INK,
            )
        )
        size = look.text_pt * 0.3528
        parts.append(
            Markup(
                '<text x="{}" y="{}" font-size="{}" font-weight="700" text-anchor="middle" fill="{}">{}</text>'
            ).format(round(x, 2), round(y + size * 0.36, 2), round(size, 2), INK, label.text)
        )
    return parts


def _scale_bar(window: Window, look: Look) -> Markup:
    """A round length at the lower left corner, true in the middle of the sheet."""
    latitude = math.atan(math.sinh((window.north + window.south) / 2 / 6_378_137))
    metres_a_mm = math.cos(latitude) / window.scale
    widest = metres_a_mm * window.width_mm / 6
    power = 10 ** math.floor(math.log10(widest))
    length = power * next(digit for digit in (5, 2, 1) if widest >= digit * power)
    bar = length / metres_a_mm
    x, y = look.symbol * 2, window.height_mm - look.symbol * 2
    word = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"  # noqa: PLR2004
    return Markup(
        '<path d="M{x} {top}V{y}H{right}V{top}" fill="none" stroke="{ink}" stroke-width="0.4"/>'
    ).format(x=x, y=y, top=y - look.symbol / 2, right=round(x + bar, 2), ink=INK) + _text(
        word, x + bar / 2, y - look.symbol * 0.9, look.text_pt, INK
    )
