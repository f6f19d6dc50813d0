"""What is wrong with a zone as drawn, each in one sentence: refused, mended, or only warned of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import shapely
from shapely.geometry import GeometryCollection, box

from geo.crossings import count_crossings
from geo.crs import to_metric

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from shapely.geometry.base import BaseGeometry

    from geo.zoning.draft import PartDraft, ZoneDraft

MAX_VERTICES = 10_000
"""Most vertices one shape may have."""
MAX_PARTS = 200
MEND_CROSSINGS = 250
"""An outline that crosses itself more often is not mended: 250 take a tenth of a second, 10,000 half a minute."""
JOIN_M = 30.0
"""A detour joins its closed stretch when both its ends lie within so many metres of it: a junction's width and more."""
LONGEST_DAYS = 3_660
MAX_WIDTH_M = 100.0
_KINDS = frozenset({"site", "relocation", "diversion", "haul_route", "control_area", "event"})
_WORKS = frozenset({"footprint", "taken", "centre_line"})
_TAKEN = frozenset({"full", "half", "motor_lane", "cycle_lane", "footway"})
_TRAVELLERS = frozenset({"motor", "ebike", "foot", "bus", "emergency"})
_ROLES = frozenset({"footprint", "taken", "centre_line", "detour"})
_LONGEST = {"name": 200, "location_text": 500, "note": 4_000, "extension_reason": 500}


class Level(StrEnum):
    """What a remark does: it stops the saving, tells what was changed, or only warns."""

    REFUSED = "refused"
    MENDED = "mended"
    WARNED = "warned"


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about one field (`parts.2` is the third shape), in Chinese and English."""

    level: Level
    field: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a zone is held against: the city (west, south, east, north in WGS84), its metric CRS, and what is kept.

    `parent` are the days of the work of which it is a phase, `kept_last_on` its end as it stands in the records.
    """

    box: tuple[float, float, float, float]
    metric_srid: int
    parent: tuple[date | None, date | None] | None = None
    kept_last_on: date | None = None


def refusals(remarks: Iterable[Remark]) -> list[Remark]:
    """Those that stop the saving."""
    return [remark for remark in remarks if remark.level is Level.REFUSED]


def check_draft(draft: ZoneDraft, bounds: Bounds) -> tuple[ZoneDraft, list[Remark]]:
    """The draft with what could be mended mended, and what is to be said of it, refusals first.

    Never raises, whatever was drawn.
    """
    parts, remarks = _check_parts(draft, bounds)
    mended = replace(draft, parts=parts)
    found = [
        *_check_words(draft),
        *_check_days(draft, bounds),
        *_check_hours(draft),
        *_check_taking(draft),
        *_check_links(draft),
        *remarks,
        *_check_detours(mended, bounds),
    ]
    order = list(Level)
    return mended, sorted(found, key=lambda remark: order.index(remark.level))


def _refuse(field: str, zh: str, en: str) -> Remark:
    return Remark(Level.REFUSED, field, zh, en)


def _warn(field: str, zh: str, en: str) -> Remark:
    return Remark(Level.WARNED, field, zh, en)


def _check_words(draft: ZoneDraft) -> Iterator[Remark]:
    if draft.kind not in _KINDS:
        yield _refuse(
            "kind",
            "请选择区域种类:管线迁改、交通导行、活动、渣土线路或管控区。",
            "Choose what kind of zone it is: relocation, diversion, event, haul route or control area.",
        )
    if draft.kind == "site" and draft.project_id is None:
        yield _refuse(
            "project_id", "点位须属于一个项目,请选择项目。", "A site needs a project. Choose one."
        )
    if draft.kind == "relocation" and draft.utility is None:
        yield _refuse("utility", "请选择管线类别。", "Choose the kind of utility.")
    if draft.emergency and draft.kind not in {"relocation", "diversion"}:
        yield _refuse(
            "emergency",
            "只有管线施工和占道可以按抢修登记。",
            "Only utility works and roads taken can be an emergency repair.",
        )
    for name, most in _LONGEST.items():
        if len(getattr(draft, name) or "") > most:
            yield _refuse(
                name,
                f"文字超过{most}字,请缩短。",
                f"The text is longer than {most} characters. Shorten it.",
            )


def _check_days(draft: ZoneDraft, bounds: Bounds) -> Iterator[Remark]:
    for first_name, last_name, zh, en in (
        ("first_on", "last_on", ("计划结束日", "计划开始日"), ("planned end", "planned start")),
        (
            "actual_start_on",
            "actual_finish_on",
            ("实际结束日", "实际开始日"),
            ("actual end", "actual start"),
        ),
    ):
        first, last = getattr(draft, first_name), getattr(draft, last_name)
        if first and last and last < first:
            yield _refuse(
                last_name,
                f"{zh[0]}{last}早于{zh[1]}{first},请改正。",
                f"The {en[0]} {last} is before the {en[1]} {first}. Correct one of them.",
            )
        elif first and last and (last - first).days > LONGEST_DAYS:
            yield _refuse(
                last_name,
                f"从{first}到{last}超过十年,请核对年份。",
                f"{first} to {last} is more than ten years. Check the year.",
            )
    for place, part in enumerate(draft.parts):
        if part.first_on and part.last_on and part.last_on < part.first_on:
            yield _refuse(
                f"parts.{place}",
                f"第{place + 1}个图形的结束日{part.last_on}早于开始日{part.first_on},请改正。",
                f"Shape {place + 1} ends {part.last_on}, before it starts {part.first_on}. Correct one of them.",
            )
    yield from _check_extension(draft, bounds)
    yield from _check_phase(draft, bounds)
    if draft.first_on is None and draft.actual_start_on is None and draft.kind != "site":
        yield _warn(
            "first_on",
            "没有开始日,将从登记当天算起。",
            "Without a start it counts from the day it is entered.",
        )
    if draft.last_on is None and draft.actual_finish_on is None and draft.kind != "site":
        yield _warn(
            "last_on",
            "没有结束日,将按一直占用计算冲突。",
            "Without an end it is taken to go on, and meets everything that comes later.",
        )


def _check_extension(draft: ZoneDraft, bounds: Bounds) -> Iterator[Remark]:
    """An end put off needs its reason: the approved one by the records' own rule, the planned one as a warning."""
    until, extended = draft.approved_until_on, draft.extended_until_on
    if extended and not draft.extension_reason:
        yield _refuse(
            "extension_reason",
            f"延期至{extended}须写明延期原因。",
            f"An extension until {extended} needs its reason.",
        )
    if extended and until and extended < until:
        yield _refuse(
            "extended_until_on",
            f"延期后的结束日{extended}早于批准的结束日{until},请改正。",
            f"The extended end {extended} is before the approved end {until}. Correct one of them.",
        )
    kept = bounds.kept_last_on
    if (
        draft.kind == "diversion"
        and kept
        and draft.last_on
        and draft.last_on > kept
        and not draft.extension_reason
    ):
        yield _refuse(
            "extension_reason",
            f"结束日由{kept}推迟到{draft.last_on},须写明延期原因。",
            f"The end moves from {kept} to {draft.last_on}; say why in the reason for the extension.",
        )


def _check_phase(draft: ZoneDraft, bounds: Bounds) -> Iterator[Remark]:
    if bounds.parent is None:
        return
    first, last = bounds.parent
    if (first and draft.first_on and draft.first_on < first) or (
        last and draft.last_on and draft.last_on > last
    ):
        yield _warn(
            "first_on",
            f"本阶段({draft.first_on or '未定'}至{draft.last_on or '未定'})"
            f"超出了整个工程的工期({first or '未定'}至{last or '未定'})。",
            f"This phase ({draft.first_on or 'unknown'} to {draft.last_on or 'unknown'}) reaches beyond"
            f" its work ({first or 'unknown'} to {last or 'unknown'}).",
        )


def _check_hours(draft: ZoneDraft) -> Iterator[Remark]:
    for place, window in enumerate(draft.hours):
        field = f"hours.{place}"
        if window.since == window.until and (window.since.hour, window.since.minute) != (0, 0):
            yield _refuse(
                field,
                f"每日时段{window.since:%H:%M}–{window.until:%H:%M}是空的,请写出不同的起止时刻。",
                f"The hours {window.since:%H:%M}–{window.until:%H:%M} are empty."
                " Give a beginning and an end that differ.",
            )
        if not window.weekdays or not set(window.weekdays) <= set(range(1, 8)):
            yield _refuse(
                field, "每日时段须选择至少一个星期几。", "Hours need at least one day of the week."
            )


def _check_taking(draft: ZoneDraft) -> Iterator[Remark]:
    if draft.kind != "diversion":
        return
    if not set(draft.taken) <= _TAKEN or not set(draft.still_pass) <= _TRAVELLERS:
        yield _refuse(
            "taken",
            "占用部位或通行对象不在代码表中。",
            "What is taken, or who still passes, is not in the lists.",
        )
    elif not draft.taken:
        yield _warn(
            "taken",
            "没有选择占用部位,影响无法判断。",
            "It is not said what part of the road is taken, so its effect cannot be judged.",
        )
    before, left = draft.lanes_before, draft.lanes_open
    if (before or 0) < 0 or (left or 0) < 0:
        yield _refuse("lanes_open", "车道数不能是负数。", "The number of lanes cannot be negative.")
    elif before is not None and left is not None and left > before:
        yield _refuse(
            "lanes_open",
            f"剩余车道{left}条多于原有{before}条,请改正。",
            f"{left} lanes stay open of {before}. Correct one of them.",
        )


def _check_links(draft: ZoneDraft) -> Iterator[Remark]:
    for place, link in enumerate(draft.links):
        if link.kind == "before" and link.due_on is None:
            yield _refuse(
                f"links.{place}",
                "先后关系须写明移交日。",
                "“Must be done before” needs the day of hand-over.",
            )
        if link.kind != "before" and link.due_on is not None:
            yield _refuse(
                f"links.{place}",
                "只有先后关系才有移交日,请删去日期或改选先后关系。",
                "Only “Must be done before” has a day of hand-over. Take the day away or choose that.",
            )


def _check_parts(draft: ZoneDraft, bounds: Bounds) -> tuple[tuple[PartDraft, ...], list[Remark]]:
    if len(draft.parts) > MAX_PARTS:
        return (), [
            _refuse(
                "parts",
                f"图形超过{MAX_PARTS}个,请分成几个区域。",
                f"More than {MAX_PARTS} shapes. Split them between several zones.",
            )
        ]
    remarks: list[Remark] = []
    parts = []
    for place, part in enumerate(draft.parts):
        shape, found = _check_shape(part, place, bounds)
        remarks += found
        parts.append(replace(part, shape=shape))
    if not any(part.role in _WORKS for part in draft.parts):
        remarks.append(
            _warn(
                "parts",
                "还没有画出范围,不会计算冲突。",
                "Nothing is drawn yet, so no clash can be found.",
            )
        )
    return tuple(parts), remarks


def _check_shape(
    part: PartDraft, place: int, bounds: Bounds
) -> tuple[BaseGeometry | None, list[Remark]]:
    """The shape, mended where that could be done, and what is to be said of it."""
    field, number, shape = f"parts.{place}", place + 1, part.shape
    objection = _form_of(part, field, number)
    if objection is not None or shape is None:
        return shape, [objection] if objection else []
    if not box(*bounds.box).covers(shape):
        where = (
            "不在本市范围内" if not box(*bounds.box).intersects(shape) else "有一部分在本市范围外"
        )
        swapped = box(*bounds.box).covers(shapely.transform(shape, lambda points: points[:, ::-1]))
        hint = ",经纬度可能写反了" if swapped else ""
        hint_en = " Longitude and latitude may be swapped." if swapped else ""
        return shape, [
            _refuse(
                field,
                f"第{number}个图形{where}{hint},请移到市域内。",
                f"Shape {number} lies outside the city. Move it inside.{hint_en}",
            )
        ]
    if shape.is_valid:
        return shape, []
    mended = _mend(shape)
    if mended is None:
        return shape, [
            _refuse(
                field,
                f"第{number}个图形的边线自相交叉,无法自动修正,请重画。",
                f"The outline of shape {number} crosses itself and cannot be mended. Draw it again.",
            )
        ]
    return mended, [
        Remark(
            Level.MENDED,
            field,
            f"第{number}个图形的边线自相交叉,已自动修正,请核对。",
            f"The outline of shape {number} crossed itself and was mended. Check it.",
        )
    ]


def _form_of(part: PartDraft, field: str, number: int) -> Remark | None:
    """Why this cannot be the shape of a part at all; None when it can."""
    return _no_shape(part, field, number) or _no_part(part, field, number)


def _no_shape(part: PartDraft, field: str, number: int) -> Remark | None:
    shape = part.shape
    if shape is None or shape.geom_type == "GeometryCollection":
        return _refuse(
            field,
            f"第{number}个图形不是点、线或面,请重画。",
            f"Shape {number} is no point, line or area. Draw it again.",
        )
    points = shapely.get_coordinates(shape)
    if not bool((abs(points) < 1e6).all()):  # noqa: PLR2004  far beyond any degree; NaN fails too
        return _refuse(
            field,
            f"第{number}个图形的坐标不是数字,请重画。",
            f"The coordinates of shape {number} are no numbers. Draw it again.",
        )
    if len(points) > MAX_VERTICES:
        return _refuse(
            field,
            f"第{number}个图形有{len(points)}个顶点,最多{MAX_VERTICES}个,请简化。",
            f"Shape {number} has {len(points)} vertices; the most is {MAX_VERTICES}. Simplify it.",
        )
    return None


def _no_part(part: PartDraft, field: str, number: int) -> Remark | None:
    if part.role not in _ROLES or (part.role == "detour") != (part.mode in _TRAVELLERS):
        return _refuse(
            field,
            f"第{number}个图形的用途不明:绕行线须选择通行对象。",
            f"It is not clear what shape {number} is for; a detour says for whom it is.",
        )
    flat = part.shape is not None and int(shapely.get_dimensions(part.shape)) == 1
    if part.role in {"detour", "centre_line"} and not flat:
        return _refuse(field, f"第{number}个图形应画成线。", f"Shape {number} must be a line.")
    if part.width_m is not None and not 0 < part.width_m <= MAX_WIDTH_M:
        return _refuse(
            field,
            f"第{number}个图形的宽度须在0到{MAX_WIDTH_M:.0f}米之间。",
            f"The width of shape {number} must be between 0 and {MAX_WIDTH_M:.0f} m.",
        )
    return None


def _mend(shape: BaseGeometry) -> BaseGeometry | None:
    """The same ground with a sound outline; None when there is none, it is too large, or finding it could take long."""
    if count_crossings(shape, MEND_CROSSINGS) is None:
        return None
    dimension = int(shapely.get_dimensions(shape))
    mended = shapely.make_valid(shape)
    kept = [
        piece
        for each in shapely.get_parts(mended)
        for piece in shapely.get_parts(each)
        if int(shapely.get_dimensions(piece)) == dimension
    ]
    if not kept:
        return None
    found = shapely.union_all(kept) if len(kept) > 1 else kept[0]
    return found if len(shapely.get_coordinates(found)) <= MAX_VERTICES else None


def _check_detours(draft: ZoneDraft, bounds: Bounds) -> Iterator[Remark]:
    """A detour leads round the closed stretch, so both its ends lie by it."""
    sound = [part.shape is not None and part.shape.is_valid for part in draft.parts]
    if not all(sound):
        return
    stretches = [
        _strip(part, bounds.metric_srid)
        for part in draft.parts
        if part.role in {"taken", "footprint"}
    ] or [_strip(part, bounds.metric_srid) for part in draft.parts if part.role == "centre_line"]
    for place, part in enumerate(draft.parts):
        if part.role != "detour" or part.shape is None:
            continue
        field, number = f"parts.{place}", place + 1
        if not stretches:
            yield _warn(
                field,
                f"第{number}个图形是绕行线,但还没有画占用路段。",
                f"Shape {number} is a detour, but no closed stretch is drawn.",
            )
            continue
        line = to_metric(part.shape, bounds.metric_srid)
        away = (
            max(
                min(stretch.distance(end) for stretch in stretches)
                for end in shapely.get_parts(line.boundary)
            )
            if not line.boundary.is_empty
            else 0.0
        )
        if away > JOIN_M:
            yield _warn(
                field,
                f"第{number}个图形(绕行线)的一端离占用路段{away:.0f}米,没有接上。",
                f"One end of shape {number} (a detour) is {away:.0f} m from the closed stretch; they do not join.",
            )


def _strip(part: PartDraft, srid: int) -> BaseGeometry:
    shape = to_metric(part.shape, srid) if part.shape is not None else GeometryCollection()
    return shape.buffer(part.width_m / 2) if part.width_m else shape
