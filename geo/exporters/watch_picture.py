"""A picture of what happened at a watched place, for a work group: roads, the place, works, what they share."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from shapely.geometry.base import BaseGeometry

WIDTH_PX, HEIGHT_PX, DPI = 1000, 750, 100
AROUND_M = 150.0
FACES = ["Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "DejaVu Sans"]
_ROAD, _PAPER, _INK, _SHARED = "#ffffff", "#ecede8", "#1c2420", "#c2188f"
_COLOURS = {
    "site": "#1c2420",
    "relocation": "#6a4aa5",
    "diversion": "#333f48",
    "haul_route": "#8a5a2b",
    "control_area": "#6e5f78",
    "event": "#5b4636",
}
_SIMPLE_M = 0.5


def draw_watch_picture(title: str, shapes: Sequence[tuple[str, bytes]]) -> bytes:
    """A PNG of 1000 × 750 pixels. `shapes` are (what, WKB in metres): road, place, kinds of work, shared."""
    drawn = [(what, shapely.simplify(shapely.from_wkb(wkb), _SIMPLE_M)) for what, wkb in shapes]
    figure = Figure(figsize=(WIDTH_PX / DPI, HEIGHT_PX / DPI), dpi=DPI, facecolor="white")
    axes = figure.add_axes((0.0, 0.0, 1.0, 0.92), facecolor=_PAPER)
    figure.text(0.02, 0.945, title, fontfamily=FACES, fontsize=14, color=_INK, weight="bold")
    for what, shape in drawn:
        if what == "road":
            _lines(axes, shape, _ROAD, 5.0, 1)
        elif what == "place":
            _lines(axes, shape.boundary if shape.area else shape, _INK, 1.0, 2, dashed=True)
    for what, shape in drawn:
        if what in _COLOURS:
            _area(axes, shape, _COLOURS[what], 3)
    for what, shape in drawn:
        if what == "shared":
            _area(axes, shape, _SHARED, 4)
    _frame(axes, [shape for what, shape in drawn if what in _COLOURS])
    canvas = FigureCanvasAgg(figure)
    written = io.BytesIO()
    canvas.print_png(written, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return written.getvalue()


def _frame(axes: Axes, shapes: Sequence[BaseGeometry]) -> None:
    """Show all works with their surroundings, in true proportions."""
    axes.set_axis_off()
    axes.set_aspect("equal", adjustable="datalim")
    if not shapes:
        return
    west, south, east, north = shapely.union_all(shapes).bounds
    axes.set_xlim(west - AROUND_M, east + AROUND_M)
    axes.set_ylim(south - AROUND_M, north + AROUND_M)


def _parts(shape: BaseGeometry) -> Iterable[Any]:
    """The single shapes of one that may have several."""
    return shapely.get_parts(shape)


def _lines(  # noqa: PLR0913  a line has its looks
    axes: Axes, shape: BaseGeometry, colour: str, width: float, order: int, *, dashed: bool = False
) -> None:
    for part in _parts(shape):
        points = shapely.get_coordinates(part)
        if len(points):
            style = "--" if dashed else "-"
            axes.plot(
                points[:, 0], points[:, 1], style, color=colour, linewidth=width, zorder=order
            )


def _area(axes: Axes, shape: BaseGeometry, colour: str, order: int) -> None:
    for part in _parts(shape):
        if part.geom_type != "Polygon":
            if part.geom_type == "Point":
                axes.plot(part.x, part.y, "o", color=colour, markersize=9, zorder=order)
            else:
                _lines(axes, part, colour, 4.0, order)
            continue
        rings = [part.exterior, *part.interiors]
        outlines = [Outline(shapely.get_coordinates(ring), closed=True) for ring in rings]
        axes.add_patch(
            PathPatch(
                Outline.make_compound_path(*outlines),
                facecolor=colour,
                edgecolor=colour,
                alpha=0.55,
                linewidth=1.5,
                zorder=order,
            )
        )
