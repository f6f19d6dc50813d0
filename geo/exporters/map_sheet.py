"""挂图作战: a part of the map as a PDF of A3, A1 or A0, its points numbered and listed beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup
from pyproj import Transformer

from geo.errors import ChangeRefusedError
from geo.exporters.sheet_labels import Room, place_labels
from geo.exporters.sheet_map import Drawing, Look, draw_map
from geo.queries.city import get_city
from geo.queries.lamps import get_lamp_board
from geo.queries.project_filter import is_meant
from geo.queries.projects import list_projects
from geo.queries.sentences import read_sentences
from geo.queries.sheet_shapes import (
    Window,
    read_ground_paths,
    read_names,
    read_site_shapes,
    read_zone_paths,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

Language = Literal["zh", "en"]

LAMPS = ("red", "yellow", "green", "grey", "blue", "paused")
_WIDEST_DEGREES = 20.0


@dataclass(frozen=True, slots=True)
class Size:
    """A paper lying on its side, in millimetres, with what suits eyes that stand before it."""

    width: float
    height: float
    text_pt: float
    symbol: float
    columns: int
    list_width: float

    @property
    def margin(self) -> float:
        """White on all sides."""
        return self.height / 42


SIZES = {
    "A3": Size(420, 297, 6.0, 2.6, 2, 128),
    "A1": Size(841, 594, 9.5, 4.0, 2, 200),
    "A0": Size(1189, 841, 12.0, 5.2, 2, 270),
}


@dataclass(frozen=True, slots=True)
class SheetWish:
    """What is to be printed: the box in degrees (west, south, east, north), the day, the filters, the layers."""

    size: str
    box: tuple[float, float, float, float]
    day: date
    language: Language = "zh"
    layers: frozenset[str] = frozenset({"districts", "roads"})
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unit: str = ""
    approval: str = ""
    moment: str = ""
    """The moment whose records are shown, in words; empty for the present."""
    printed_on: date | None = None
    """The day on which it is made, where that is not the `today` of what is shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """A project on the sheet: its number, and what the list says of it."""

    number: int
    project: Mapping[str, Any]
    lamp: str
    sentence: str


def make_map_sheet(session: Session, wish: SheetWish, today: date) -> bytes:
    """The sheet as PDF; raises `ChangeRefusedError` for a size or a box that cannot be printed."""
    try:
        from weasyprint import HTML  # noqa: PLC0415  loads much, and few ask for a sheet
    except OSError as error:
        zh = f"本机缺少排版库 Pango,无法生成挂图:{error}"
        raise ChangeRefusedError(
            zh, f"Pango is missing on this machine, so no sheet can be made: {error}"
        ) from error
    page = make_sheet_page(session, wish, today)
    return HTML(string=page, url_fetcher=_fetch_nothing).write_pdf()  # type: ignore[no-any-return]


def _fetch_nothing(url: str, *_: object, **__: object) -> dict[str, Any]:
    message = f"a sheet fetches nothing, and not {url}"
    raise ValueError(message)


def make_sheet_page(session: Session, wish: SheetWish, today: date) -> str:
    """The same as one HTML page, which WeasyPrint lays out."""
    size = SIZES.get(wish.size)
    if size is None:
        zh = f"没有“{wish.size}”这种图幅,可选 A3、A1、A0"
        raise ChangeRefusedError(zh, f"there is no size “{wish.size}”: A3, A1 or A0")
    city = get_city(session)
    board = get_lamp_board(session, wish.day, today)
    head = size.margin * 1.7
    window = _window(
        wish.box,
        size.width - 2 * size.margin - size.list_width - size.margin / 2,
        size.height - 2 * size.margin - head - size.margin,
    )
    meant = {
        project["id"]: project
        for project in list_projects(session)["projects"]
        if is_meant(project, board, wish.filters)
    }
    footprints, points = read_site_shapes(session, window)
    lamps = wish.filters.get("lamp", ())
    shown = [
        (site, project, x, y)
        for site, project, x, y in points
        if project in meant and site in board["sites"] and _fits(board, lamps, site, meant[project])
    ]
    rows = _number(session, shown, meant, board, wish)
    numbers = {row.project["id"]: row.number for row in rows}
    ordered = sorted(shown, key=lambda point: LAMPS.index(board["sites"][point[0]][0]))
    room = Room(window.width_mm, window.height_mm, size.symbol * 4)
    labels = place_labels(
        [(str(numbers[project]), x, y) for _, project, x, y in ordered],
        room,
        size.text_pt * 0.21,
        size.text_pt * 0.42,
        size.symbol * 1.15,
    )
    symbols = [(board["sites"][site][0], x, y) for site, _, x, y in reversed(ordered)]
    kept = {site for site, *_ in shown}
    english = wish.language == "en"
    districts, roads = read_names(session, window, english=english)
    drawing = Drawing(
        window,
        read_ground_paths(session, window),
        read_zone_paths(session, window, wish.day),
        [
            (board["sites"][site][0], path, filled)
            for site, (path, filled) in footprints.items()
            if site in kept
        ],
        symbols,
        labels,
        districts,
        roads,
    )
    look = Look(size.symbol, size.text_pt, wish.layers)
    name = city.name_en if english and city.name_en else city.name
    return _page(size, wish, name, today, draw_map(drawing, look), rows, _counts(symbols), window)


def _fits(
    board: Mapping[str, Any], lamps: Sequence[str], site: int, project: Mapping[str, Any]
) -> bool:
    """As on the map: where lamps are asked for, those sites that have one, or all where none has."""
    if not lamps or board["sites"][site][0] in lamps:
        return True
    return not any(board["sites"].get(other, ("",))[0] in lamps for other in project["sites"])


def _window(box: tuple[float, float, float, float], width_mm: float, height_mm: float) -> Window:
    """The box in web Mercator, widened to the shape of the paper."""
    west, south, east, north = box
    sane = -180 <= west < east <= 180 and -85 <= south < north <= 85  # noqa: PLR2004  degrees
    if not sane or east - west > _WIDEST_DEGREES:
        zh = f"地图范围无法打印:{west},{south},{east},{north}"
        en = f"this part of the map cannot be printed: {west},{south},{east},{north}"
        raise ChangeRefusedError(zh, en)
    turn = Transformer.from_crs(4326, 3857, always_xy=True).transform
    left, bottom = turn(west, south)
    right, top = turn(east, north)
    scale = min(width_mm / (right - left), height_mm / (top - bottom))
    half_width, half_height = width_mm / scale / 2, height_mm / scale / 2
    x, y = (left + right) / 2, (bottom + top) / 2
    return Window(
        x - half_width, y - half_height, x + half_width, y + half_height, width_mm, height_mm
    )


def _number(
    session: Session,
    shown: Sequence[tuple[int, int, float, float]],
    meant: Mapping[int, Mapping[str, Any]],
    board: Mapping[str, Any],
    wish: SheetWish,
) -> list[Row]:
    """The projects with a point on the sheet, numbered from 1: red first, then by code."""
    sentences = read_sentences(session, wish.day, wish.language)
    present = {project for _, project, *_ in shown}

    def place(project: int) -> tuple[int, str]:
        return LAMPS.index(board["projects"][project][0]), meant[project]["code"]

    ordered = sorted((project for project in present if project in board["projects"]), key=place)
    first_site: dict[int, int] = {}
    for site, project, *_ in shown:
        worst = first_site.get(project)
        if worst is None or LAMPS.index(board["sites"][site][0]) < LAMPS.index(
            board["sites"][worst][0]
        ):
            first_site[project] = site
    return [
        Row(
            number,
            meant[project],
            board["projects"][project][0],
            sentences.get(first_site[project], ""),
        )
        for number, project in enumerate(ordered, start=1)
    ]


def _counts(symbols: Sequence[tuple[str, float, float]]) -> dict[str, int]:
    counts = dict.fromkeys(LAMPS, 0)
    for lamp, *_ in symbols:
        counts[lamp] += 1
    return counts


_WORDS = {
    "zh": {
        "title": "城建项目挂图",
        "forecast": "预测",
        "lamps": ("红灯", "黄灯", "绿灯", "未到期", "已完工", "暂停"),
        "sites": "图上建设点位",
        "projects": "项目",
        "list": "项目一览",
        "empty": "图上没有项目。请移动地图或减少筛选条件后重新出图。",
        "filtered": "筛选",
        "printed": "制图",
        "scale": "比例尺约",
    },
    "en": {
        "title": "Construction map",
        "forecast": "forecast",
        "lamps": ("Red", "Yellow", "Green", "Not due", "Finished", "Paused"),
        "sites": "Sites on the sheet",
        "projects": "projects",
        "list": "Projects",
        "empty": "No project lies on this part of the map. Move the map or take filters away, and print again.",
        "filtered": "Filtered by",
        "printed": "printed",
        "scale": "scale about",
    },
}


def _page(  # noqa: PLR0913, PLR0917  everything that stands on the sheet
    size: Size,
    wish: SheetWish,
    city: str,
    today: date,
    picture: Markup,
    rows: Sequence[Row],
    counts: Mapping[str, int],
    window: Window,
) -> str:
    words = _WORDS[wish.language]
    english = wish.language == "en"
    day = wish.day
    written = (
        f"{day.day} {day:%b} {day.year}" if english else f"{day.year}年{day.month}月{day.day}日"
    )
    if day > today:
        written += f" · {words['forecast']}"
    if wish.moment:
        told = f"as recorded at {wish.moment}" if english else f"截至{wish.moment}的记录"
        written += f" · {told}"
    legend = Markup("").join(
        Markup(
            '<span class="key"><svg width="{s}mm" height="{s}mm" viewBox="0 0 20 20">{form}</svg>'
            "{word} <b>{count}</b></span>"
        ).format(
            s=round(size.symbol * 1.2, 1),
            form=Look.form(lamp),
            word=word,
            count=counts[lamp],
        )
        for lamp, word in zip(LAMPS, words["lamps"], strict=True)
    )
    asked = "; ".join(value for values in wish.filters.values() for value in values)
    metres = window.east - window.west
    ground = metres * _mercator_shrink(wish.box)
    denominator = round(ground * 1000 / window.width_mm / 500) * 500
    foot = [
        wish.unit,
        f"{words['printed']} {(wish.printed_on or today).isoformat()}",
        f"{words['scale']} 1:{denominator:,}",
    ]
    foot += [wish.approval] if wish.approval else []
    return str(
        Markup(
            '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
            "<style>{style}</style></head><body>"
            '<header><h1>{title}</h1><p class="day">{day}</p><p class="unit">{unit}</p></header>'
            '<div class="map">{picture}</div>'
            '<footer><span class="legend"><b>{sites}</b>{legend}</span><span>{asked}</span><span>{foot}</span></footer>'
            '<div class="list">{rows}</div>'
            "</body></html>"
        ).format(
            lang="en" if english else "zh-CN",
            title=f"{city} {words['title']}" if english else f"{city}{words['title']}",
            style=Markup(_style(size, window)),  # noqa: S704  numbers of this module
            day=written,
            unit=wish.unit,
            picture=picture,
            sites=words["sites"],
            legend=legend,
            asked=f"{words['filtered']}: {asked}" if asked else "",
            foot=" · ".join(part for part in foot if part),
            rows=_list(rows, words, english=english),
        )
    )


def _mercator_shrink(box: tuple[float, float, float, float]) -> float:
    """Metres on the ground for a Mercator metre in the middle of a box."""
    return math.cos(math.radians((box[1] + box[3]) / 2))


def _list(rows: Sequence[Row], words: Mapping[str, Any], *, english: bool) -> Markup:
    if not rows:
        return Markup('<p class="empty">{}</p>').format(words["empty"])
    items = Markup("").join(
        Markup(
            '<li><span class="number">{number}</span><svg class="lamp" viewBox="0 0 20 20">{form}</svg>'
            '<span class="what"><b>{name}</b> <span class="soft">{unit}</span>{sentence}</span></li>'
        ).format(
            number=row.number,
            form=Look.form(row.lamp),
            name=(row.project["name_en"] if english else None) or row.project["name"],
            unit=(row.project["lead_unit_en"] if english else None)
            or row.project["lead_unit"]
            or "",
            sentence=Markup('<span class="why">{}</span>').format(row.sentence)
            if row.lamp in {"red", "yellow"} and row.sentence
            else "",
        )
        for row in rows
    )
    return Markup('<h2>{title} <span class="soft">{count}</span></h2><ol>{items}</ol>').format(
        title=words["list"], count=len(rows), items=items
    )


def _style(size: Size, window: Window) -> str:
    margin, pt = size.margin, size.text_pt
    head = margin * 1.7
    left = margin + window.width_mm + margin / 2
    return f"""
    @page {{ size: {size.width}mm {size.height}mm; margin: {margin}mm; }}
    @page :first {{ margin: {margin + head}mm {margin}mm {margin * 2}mm {left}mm; }}
    html {{ font: {pt}pt/1.35 "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; color: #1c2420; }}
    body {{ margin: 0; }}
    header, .map, footer {{ position: absolute; left: {-left + margin}mm; }}
    header {{ top: {-head}mm; width: {size.width - 2 * margin}mm; height: {head}mm; }}
    h1 {{ margin: 0; font-size: {pt * 3.2}pt; line-height: 1; }}
    header p {{ position: absolute; right: 0; margin: 0; text-align: right; }}
    .day {{ top: 0; font-size: {pt * 1.8}pt; line-height: 1.1; font-weight: 600; }}
    .unit {{ top: {pt * 0.9}mm; font-size: {pt * 1.2}pt; color: #56605a; }}
    .map {{ top: 0; width: {window.width_mm}mm; height: {window.height_mm}mm; }}
    svg text {{ font-family: "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; }}
    .map > svg {{ display: block; width: {window.width_mm}mm; height: {window.height_mm}mm; }}
    footer {{ top: {window.height_mm + margin * 0.35}mm; width: {size.width - 2 * margin}mm; height: {margin}mm; }}
    footer > span {{ margin-right: {margin}mm; }}
    .key {{ margin-left: {margin / 2}mm; }}
    .key svg {{ vertical-align: -0.15em; margin-right: 0.4em; }}
    .list {{ columns: {size.columns}; column-gap: {margin / 2}mm; }}
    h2 {{ margin: 0 0 0.4em; font-size: {pt * 1.4}pt; line-height: 1.2; column-span: all; }}
    ol {{ margin: 0; padding: 0; list-style: none; }}
    li {{ position: relative; padding: 0.25em 0 0.25em 4.4em; border-top: 0.15mm solid #dfe1dc; break-inside: avoid; }}
    .number {{ position: absolute; left: 0; width: 2.4em; text-align: right; font-weight: 700; }}
    .lamp {{ position: absolute; left: 2.9em; top: 0.45em; width: 1em; height: 1em; }}
    .why {{ display: block; color: #56605a; }}
    .soft {{ color: #56605a; font-weight: 400; }}
    """
