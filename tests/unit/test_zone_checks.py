"""What is said of a zone before it is saved: a table of what was drawn, and the sentence for it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date, time
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, Point, Polygon, box

from geo.crs import to_wgs84
from geo.zoning import (
    Bounds,
    HoursDraft,
    Level,
    LinkDraft,
    PartDraft,
    Remark,
    ZoneDraft,
    check_draft,
    read_draft,
    refusals,
    split_shape,
)

CITY = Bounds((116.0, 37.2, 116.9, 37.8), 4548)
SQUARE = box(116.300, 37.450, 116.302, 37.452)
BOW_TIE = Polygon([(116.30, 37.45), (116.31, 37.46), (116.31, 37.45), (116.30, 37.46)])
STREET = ((438_000.0, 4_146_000.0), (438_200.0, 4_146_000.0))


def metric(*points: tuple[float, float]) -> LineString:
    """A line of the city's metric CRS in degrees."""
    line = to_wgs84(LineString(points), "EPSG:4548")
    assert isinstance(line, LineString)
    return line


def dig(**facts: Any) -> ZoneDraft:
    """A dig with nothing wrong."""
    given_facts = {
        "kind": "relocation",
        "utility": "water",
        "first_on": date(2027, 3, 1),
        "last_on": date(2027, 3, 31),
        "parts": (PartDraft(SQUARE),),
        **facts,
    }
    return ZoneDraft(**given_facts)


def closure(*more: PartDraft, **facts: Any) -> ZoneDraft:
    """A street taken, with nothing wrong."""
    taken = PartDraft(metric(*STREET), "taken", width_m=8.0)
    return dig(kind="diversion", utility=None, taken=("full",), parts=(taken, *more), **facts)


def said(draft: ZoneDraft, bounds: Bounds = CITY) -> list[tuple[str, str, str]]:
    return [(one.level.value, one.field, one.zh) for one in check_draft(draft, bounds)[1]]


def test_nothing_is_said_of_a_sound_zone() -> None:
    assert said(dig()) == []
    assert said(closure()) == []


REFUSED: list[tuple[str, ZoneDraft, str]] = [
    (
        "end before start",
        dig(last_on=date(2027, 2, 28)),
        "计划结束日2027-02-28早于计划开始日2027-03-01,请改正。",
    ),
    (
        "actual end before actual start",
        dig(actual_start_on=date(2027, 3, 2), actual_finish_on=date(2027, 3, 1)),
        "实际结束日2027-03-01早于实际开始日2027-03-02,请改正。",
    ),
    (
        "a wrong year",
        dig(last_on=date(2072, 3, 31)),
        "从2027-03-01到2072-03-31超过十年,请核对年份。",
    ),
    (
        "empty hours",
        dig(hours=(HoursDraft(time(8), time(8)),)),
        "每日时段08:00–08:00是空的,请写出不同的起止时刻。",
    ),
    (
        "hours on no day",
        dig(hours=(HoursDraft(time(8), time(9), ()),)),
        "每日时段须选择至少一个星期几。",
    ),
    (
        "outside the city",
        dig(parts=(PartDraft(box(121.0, 31.0, 121.1, 31.1)),)),
        "第1个图形不在本市范围内,请移到市域内。",
    ),
    (
        "partly outside",
        dig(parts=(PartDraft(box(116.8, 37.4, 117.0, 37.5)),)),
        "第1个图形有一部分在本市范围外,请移到市域内。",
    ),
    (
        "swapped",
        dig(parts=(PartDraft(box(37.45, 116.30, 37.46, 116.31)),)),
        "第1个图形不在本市范围内,经纬度可能写反了,请移到市域内。",
    ),
    (
        "too many vertices",
        dig(parts=(PartDraft(Point(116.3, 37.45).buffer(0.01, quad_segs=3_000)),)),
        "第1个图形有12001个顶点,最多10000个,请简化。",
    ),
    ("no shape", dig(parts=(PartDraft(None),)), "第1个图形不是点、线或面,请重画。"),
    (
        "a collection",
        dig(parts=(PartDraft(GeometryCollection([SQUARE])),)),
        "第1个图形不是点、线或面,请重画。",
    ),
    (
        "no numbers",
        dig(parts=(PartDraft(Point(math.nan, 37.45)),)),
        "第1个图形的坐标不是数字,请重画。",
    ),
    (
        "a detour for nobody",
        closure(PartDraft(metric(*STREET), "detour")),
        "第2个图形的用途不明:绕行线须选择通行对象。",
    ),
    (
        "an area for a detour",
        closure(PartDraft(SQUARE, "detour", "motor")),
        "第2个图形应画成线。",
    ),
    (
        "a width of nothing",
        dig(parts=(PartDraft(metric(*STREET), width_m=0.0),)),
        "第1个图形的宽度须在0到100米之间。",
    ),
    (
        "an extension without a reason",
        closure(approved_until_on=date(2027, 3, 31), extended_until_on=date(2027, 4, 30)),
        "延期至2027-04-30须写明延期原因。",
    ),
    (
        "an extension backwards",
        closure(
            approved_until_on=date(2027, 3, 31),
            extended_until_on=date(2027, 3, 1),
            extension_reason="雨季",
        ),
        "延期后的结束日2027-03-01早于批准的结束日2027-03-31,请改正。",
    ),
    (
        "more lanes open than there are",
        closure(lanes_before=2, lanes_open=3),
        "剩余车道3条多于原有2条,请改正。",
    ),
    (
        "a hand-over without its day",
        dig(links=(LinkDraft(7, "before"),)),
        "先后关系须写明移交日。",
    ),
    (
        "a day of hand-over where nothing is handed over",
        dig(links=(LinkDraft(7, "belongs", date(2027, 3, 1)),)),
        "只有先后关系才有移交日,请删去日期或改选先后关系。",
    ),
    ("no utility", dig(utility=None), "请选择管线类别。"),
    ("a site of nobody", dig(kind="site", utility=None), "点位须属于一个项目,请选择项目。"),
    (
        "an emergency event",
        dig(kind="event", utility=None, emergency=True),
        "只有管线施工和占道可以按抢修登记。",
    ),
    (
        "an unknown kind",
        dig(kind="tunnel"),
        "请选择区域种类:管线迁改、交通导行、活动、渣土线路或管控区。",
    ),
    ("a long name", dig(name="长" * 201), "文字超过200字,请缩短。"),
    (
        "a part that ends before it starts",
        dig(parts=(PartDraft(SQUARE, first_on=date(2027, 3, 9), last_on=date(2027, 3, 8)),)),
        "第1个图形的结束日2027-03-08早于开始日2027-03-09,请改正。",
    ),
]


@pytest.mark.parametrize(
    ("draft", "sentence"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_what_cannot_be_saved_is_refused_in_one_sentence(draft: ZoneDraft, sentence: str) -> None:
    [remark] = refusals(check_draft(draft, CITY)[1])
    assert remark.zh == sentence
    assert remark.en
    assert remark.en.isascii() or "–" in remark.en or "“" in remark.en


WARNED: list[tuple[str, ZoneDraft, Bounds, str]] = [
    (
        "a detour that does not join",
        closure(PartDraft(metric(STREET[0], (438_000.0, 4_146_300.0)), "detour", "motor")),
        CITY,
        "第2个图形(绕行线)的一端离占用路段296米,没有接上。",
    ),
    (
        "a detour round nothing",
        dig(
            kind="diversion",
            utility=None,
            taken=("full",),
            parts=(PartDraft(metric(*STREET), "detour", "motor"),),
        ),
        CITY,
        "第1个图形是绕行线,但还没有画占用路段。",
    ),
    (
        "a phase outside its work",
        dig(),
        replace(CITY, parent=(date(2027, 3, 10), date(2027, 3, 20))),
        "本阶段(2027-03-01至2027-03-31)超出了整个工程的工期(2027-03-10至2027-03-20)。",
    ),
    ("no end", dig(last_on=None), CITY, "没有结束日,将按一直占用计算冲突。"),
    ("no start", dig(first_on=None), CITY, "没有开始日,将从登记当天算起。"),
    ("nothing drawn", dig(parts=()), CITY, "还没有画出范围,不会计算冲突。"),
    (
        "nothing taken",
        replace(closure(), taken=()),
        CITY,
        "没有选择占用部位,影响无法判断。",
    ),
]


@pytest.mark.parametrize(
    ("draft", "bounds", "sentence"), [row[1:] for row in WARNED], ids=[row[0] for row in WARNED]
)
def test_what_is_only_odd_is_warned_of(draft: ZoneDraft, bounds: Bounds, sentence: str) -> None:
    _, remarks = check_draft(draft, bounds)
    assert refusals(remarks) == []
    assert sentence in [one.zh for one in remarks if one.level is Level.WARNED]


def test_a_detour_that_joins_is_not_warned_of() -> None:
    way = metric(STREET[0], (438_000.0, 4_146_100.0), (438_200.0, 4_146_100.0), STREET[1])
    assert said(closure(PartDraft(way, "detour", "motor"))) == []


def test_an_end_put_off_needs_a_reason_and_one_brought_forward_does_not() -> None:
    kept = replace(CITY, kept_last_on=date(2027, 3, 15))
    [remark] = refusals(check_draft(closure(), kept)[1])
    assert remark.zh == "结束日由2027-03-15推迟到2027-03-31,须写明延期原因。"
    assert said(closure(extension_reason="雨季"), kept) == []
    assert said(closure(), replace(CITY, kept_last_on=date(2027, 4, 15))) == []


def test_an_outline_that_crosses_itself_is_mended_and_told_of() -> None:
    mended, remarks = check_draft(dig(parts=(PartDraft(BOW_TIE),)), CITY)
    [part] = mended.parts
    assert part.shape is not None
    assert part.shape.is_valid
    assert [(one.level, one.zh) for one in remarks] == [
        (Level.MENDED, "第1个图形的边线自相交叉,已自动修正,请核对。")
    ]


@pytest.mark.parametrize("vertices", [150, 900, 1_500])
def test_a_tangled_outline_is_refused_without_trying_to_mend_it(vertices: int) -> None:
    """Mending 300 corners strewn about takes half a minute, 900 would keep everybody waiting for hours."""
    angles = [index * 2.4 for index in range(vertices)]
    star = Polygon([(116.3 + 0.01 * math.cos(a), 37.45 + 0.01 * math.sin(a)) for a in angles])
    [remark] = refusals(check_draft(dig(parts=(PartDraft(star),)), CITY)[1])
    assert remark.zh == "第1个图形的边线自相交叉,无法自动修正,请重画。"


def test_a_long_outline_that_crosses_itself_once_is_mended() -> None:
    ring = [
        (116.3 + 0.01 * math.cos(a / 1_000), 37.45 + 0.01 * math.sin(a / 1_000))
        for a in range(0, 6_283, 2)
    ]
    ring[10], ring[13] = ring[13], ring[10]
    mended, remarks = check_draft(dig(parts=(PartDraft(Polygon(ring)),)), CITY)
    assert [one.level for one in remarks] == [Level.MENDED]
    assert mended.parts[0].shape is not None
    assert mended.parts[0].shape.is_valid


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["type", "coordinates"]), inner, max_size=2)
        ),
        max_leaves=12,
    )
)
def test_no_geometry_makes_the_checks_fail(geometry: Any) -> None:
    draft = read_draft({"kind": "event", "parts": [{"geometry": geometry}]})
    _, remarks = check_draft(draft, CITY)
    assert all(isinstance(remark, Remark) for remark in remarks)
    assert refusals(remarks)


@given(st.lists(st.tuples(st.floats(116.1, 116.8), st.floats(37.3, 37.7)), min_size=3, max_size=12))
def test_whatever_is_taken_is_valid(points: list[tuple[float, float]]) -> None:
    draft = dig(parts=(PartDraft(Polygon(points)),))
    mended, remarks = check_draft(draft, CITY)
    if not refusals(remarks):
        assert all(part.shape is not None and part.shape.is_valid for part in mended.parts)


def test_a_shape_is_split_by_a_line_across_it_and_by_none_other() -> None:
    across = LineString([(116.299, 37.451), (116.303, 37.451)])
    pieces = split_shape(SQUARE, across)
    assert pieces is not None
    assert len(pieces) == 2
    assert shapely.union_all(pieces).symmetric_difference(SQUARE).area < 1e-15
    assert split_shape(SQUARE, LineString([(116.299, 37.451), (116.301, 37.451)])) is None
    street = LineString([(116.30, 37.45), (116.31, 37.45)])
    halves = split_shape(street, LineString([(116.305, 37.44), (116.305, 37.46)]))
    assert halves is not None
    assert [piece.length for piece in halves] == pytest.approx([0.005, 0.005])
