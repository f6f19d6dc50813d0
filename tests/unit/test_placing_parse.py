"""What phrases of places say, as the grammar understands them."""

from __future__ import annotations

import csv
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.placing import Form, parse_place
from tests.realdata import real_file

PHRASES = [
    ("东风路(湖滨大道至迎宾大街段)北侧", "stretch 东风路 湖滨大道 迎宾大街 side=north"),
    ("东风路（湖滨大道至迎宾大街段）北侧", "stretch 东风路 湖滨大道 迎宾大街 side=north"),
    ("东风路湖滨大道—迎宾大街", "stretch 东风路 湖滨大道 迎宾大街"),
    ("东风路湖滨大道－－迎宾大街", "stretch 东风路 湖滨大道 迎宾大街"),
    ("东风路 湖滨大道~迎宾大街", "stretch 东风路 湖滨大道 迎宾大街"),
    ("东风路【湖滨大道～迎宾大街】", "stretch 东风路 湖滨大道 迎宾大街"),
    ("东风路由湖滨大道到迎宾大街", "stretch 东风路 湖滨大道 迎宾大街"),
    ("东风路湖滨大道与迎宾大街之间", "stretch 东风路 湖滨大道 迎宾大街"),
    ("东风路，湖滨大道至迎宾大街路段，南侧", "stretch 东风路 湖滨大道 迎宾大街 side=south"),
    ("东风路湖滨大道至迎宾大街南半幅", "stretch 东风路 湖滨大道 迎宾大街 taken=half side=south"),
    ("东风路(湖滨大道-迎宾大街)全幅", "stretch 东风路 湖滨大道 迎宾大街 taken=full"),
    (
        "东风路(湖滨大道至迎宾大街)南侧半幅",
        "stretch 东风路 湖滨大道 迎宾大街 taken=half side=south",
    ),
    ("东风路(湖滨大道至迎宾大街)两侧", "stretch 东风路 湖滨大道 迎宾大街 side=both"),
    ("东风路(湖滨大道至迎宾大街)路北侧人行道", "stretch 东风路 湖滨大道 迎宾大街 side=north"),
    (
        "东风路(湖滨大道至迎宾大街)北侧,宽6米",
        "stretch 东风路 湖滨大道 迎宾大街 side=north width_m=6",
    ),
    ("东风路(湖滨大道至迎宾大街)长约120米", "stretch 东风路 湖滨大道 迎宾大街 length_m=120"),
    ("湖滨大道(和平路至和兴路)东侧", "stretch 湖滨大道 和平路 和兴路 side=east"),
    ("铁道路(至善街至湖滨大道)", "stretch 铁道路 至善街 湖滨大道"),
    ("三八路(东地大街至岔河桥)", "stretch 三八路 东地大街 岔河桥"),
    (
        "新河路(津浦铁路至湖滨大道)南侧半幅",
        "stretch 新河路 津浦铁路 湖滨大道 taken=half side=south",
    ),
    ("三八路与东地大街交叉口西南角", "crossing 三八路 东地大街 corner=southwest"),
    ("三八路和东地大街交汇处", "crossing 三八路 东地大街"),
    ("三八路、东地大街路口", "crossing 三八路 东地大街"),
    ("三八路/东地大街交叉路口", "crossing 三八路 东地大街"),
    ("三八路东地大街口", "crossing 三八路 东地大街"),
    ("三八路东地大街十字路口东北角", "crossing 三八路 东地大街 corner=northeast"),
    ("三八东路与宋官屯街西北角", "crossing 三八东路 宋官屯街 corner=northwest"),
    ("三八路与东地大街丁字路口北侧", "crossing 三八路 东地大街 side=north"),
    ("铁道东街和和平街路口", "crossing 铁道东街 和平街"),
    ("东风与湖滨路口", "crossing 东风 湖滨路"),
    ("东风路东段", "section 东风路 section=east"),
    ("湖滨大道南段", "section 湖滨大道 section=south"),
    ("东风路中段", "section 东风路 section=middle"),
    ("东风路西首", "section 东风路 section=west"),
    ("东风路全线", "whole 东风路"),
    ("丁香线全线", "whole 丁香线"),
    ("东风路全段全幅", "whole 东风路 taken=full"),
    (
        "东风路(湖滨大道以东200米)",
        "spot 东风路 湖滨大道 direction=east distance_m=200 precise=False",
    ),
    ("东风路（湖滨大道以东２００米处）", "spot 东风路 湖滨大道 direction=east distance_m=200"),
    ("东风路湖滨大道路口以西1.5公里处", "spot 东风路 湖滨大道 direction=west distance_m=1500"),
    ("东风路湖滨大道东50m处", "spot 东风路 湖滨大道 direction=east distance_m=50"),
    ("三八路与东地大街交叉口向北300米", "run 三八路 东地大街 direction=north distance_m=300"),
    ("三八路东地大街口往西约80米", "run 三八路 东地大街 direction=west distance_m=80"),
    ("天衢东路金辰云峰售楼处对面20米", "landmark 天衢东路 landmark=金辰云峰售楼处 opposite=True"),
    ("天衢东路金辰云峰售楼处附近", "landmark 天衢东路 landmark=金辰云峰售楼处"),
    ("东风路", "road 东风路"),
    ("东风路宽6米长120米北侧", "road 东风路 side=north width_m=6 length_m=120"),
    ("人民公园", "unknown - landmark=人民公园"),
    ("", "unknown -"),
]


def _told(text: str) -> str:
    place = parse_place(text)
    told = [str(place.form), place.road or "-"]
    told += [name for name in (place.start, place.finish) if name]
    for name in ("section", "taken", "side", "corner", "direction", "landmark"):
        value = getattr(place, name)
        told += [f"{name}={value}"] if value else []
    for name in ("distance_m", "width_m", "length_m"):
        value = getattr(place, name)
        told += [f"{name}={value:g}"] if value else []
    told += ["precise=False"] if not place.precise else []
    return " ".join(told + (["opposite=True"] if place.opposite else []))


@pytest.mark.parametrize(("text", "expected"), PHRASES)
def test_a_phrase_is_taken_apart(text: str, expected: str) -> None:
    assert sorted(_told(text).split()) == sorted(expected.split())


def test_a_known_road_is_recognised_whole_whatever_its_name_contains() -> None:
    names = {"复兴东路隧道(上层)", "运河东街", "东街", "人民路"}
    assert parse_place("复兴东路隧道（上层）全线", names).road == "复兴东路隧道(上层)"
    assert parse_place("运河东街与人民路口", names).road == "运河东街"


def test_roads_beyond_the_form_are_told() -> None:
    place = parse_place("东风路与湖滨大道、三八路、迎宾大街路口")
    assert place.more_roads == ("三八路", "迎宾大街")


@given(
    st.text(alphabet="东西南北路街大道至与和口段(（)—-米0123角侧半幅全线处、 的xm×", max_size=40)
)
def test_no_phrase_breaks_the_grammar(text: str) -> None:
    place = parse_place(text)
    assert place.text == text
    assert (place.road is None) == (place.form is Form.UNKNOWN)
    assert len(fields(place)) > 0


# The twelve closures of public notices, as road, start, finish.
CLOSURES = [
    ("dz01", "stretch 东风路 湖滨大道 迎宾大街 side=north"),
    ("dz02a", "stretch 东方红路 湖滨大道 岔河西大道 side=south taken=half"),
    ("dz02b", "stretch 新河路 津浦铁路 湖滨大道 side=south taken=half"),
    ("dz03a", "stretch 三八路 东地大街 岔河桥"),
    ("dz03b", "stretch 三八路 湖滨大道 东地大街"),
    ("dz03c", "stretch 三八路 湖滨大道 岔河西大道 side=both"),
    ("dz04a", "stretch 三八东路 北侧辅路西侧端头 崇德一大道"),
    ("dz04b", "landmark 天衢东路 landmark=金辰云峰售楼处 opposite=True side=south"),
    ("dz05", "crossing 三八东路 宋官屯街 corner=northwest"),
    ("dz06", "stretch 三八东路 晶华大道 乐普大道 side=south"),
    ("dz07", "stretch 三八东路 将军大道 崇德一大道 taken=full"),
    ("dz08", "stretch 岔河西大道 大学路 新华路 taken=full"),
]


def closures() -> dict[str, str]:
    """The closures as a phrase each: road(start至finish)part."""
    with real_file("dezhou", "dezhou-road-closures.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    phrases = {}
    for row in rows:
        ends = "至".join(end for end in (row["起点"], row["终点"]) if end)
        phrases[row["记录"]] = row["道路"] + (f"({ends})" if ends else "") + row["占用范围"]
    return phrases


def test_the_closures_of_dezhou_are_all_there() -> None:
    assert set(closures()) == {code for code, _ in CLOSURES}


@pytest.mark.parametrize(("code", "expected"), CLOSURES)
def test_a_closure_of_dezhou_is_taken_apart(code: str, expected: str) -> None:
    place = parse_place(closures()[code])
    wanted = dict(word.split("=") for word in expected.split() if "=" in word)
    form, *names = (word for word in expected.split() if "=" not in word)
    assert (place.form, place.road) == (form, names[0])
    assert [name for name in (place.start, place.finish) if name] == names[1:]
    assert {name: str(getattr(place, name)) for name in wanted} == wanted
