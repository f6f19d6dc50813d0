"""How well places in words are found: generated phrases with known truth, on the demo city's roads and Shanghai's.

`pytest -s tests/unit/test_placing_figures.py` prints the figures.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest
import shapely

from geo.crs import CGCS2000_CM117, to_metric
from geo.demo.ground import make_roads
from geo.demo.plan import draw_plan
from geo.demo.plane import Plane
from geo.importers.mapping import find_mapping, read_mapped
from geo.placing import RoadIndex, find_places
from geo.placing.find import CONFIDENT, SAME_M
from geo.placing.street import HALF_WIDTHS_M
from tests.importing import context_of
from tests.realdata import real_file
from tests.unit.placing_phrases import Phrases

if TYPE_CHECKING:
    from geo.records import RoadRecord

SEED = 20261123
EACH = 25
"""Phrases of each of the twelve forms: 300 on each city."""

SRIDS = {"demo": CGCS2000_CM117, "shanghai": 32651}


@dataclass(frozen=True)
class Outcome:
    form: str
    text: str
    off_m: float
    confidence: float
    how: str


@cache
def roads_of(city: str) -> tuple[RoadRecord, ...]:
    if city == "demo":
        return tuple(make_roads(draw_plan(Plane())))
    path = real_file("shanghai-osm", "shanghai-roads.geojson")
    reading = read_mapped(path, find_mapping("shanghai-roads"), context_of("shanghai"))
    return tuple(reading.batch.roads)


def outcomes_of(city: str, seed: int = SEED, each: int = EACH) -> list[Outcome]:
    srid = SRIDS[city]
    roads = [road for road in roads_of(city) if road.name]
    lines = to_metric([road.shape for road in roads], srid)
    phrases = Phrases(
        [
            (road.name or "", road.width_m or 2 * HALF_WIDTHS_M[road.road_class], line)
            for road, line in zip(roads, lines, strict=True)
        ],
        seed,
    )
    drawn = phrases.draw(each)
    index = RoadIndex.from_records(roads, srid)
    index.places.update(phrases.places)
    found = []
    for phrase in drawn:
        best = next(iter(find_places(index, phrase.text)), None)
        if best is None:
            found.append(Outcome(phrase.form, phrase.text, float("inf"), 0.0, ""))
            continue
        shape = to_metric(best.shape, srid)
        off_m = shapely.hausdorff_distance(shape, phrase.truth, densify=0.05)
        found.append(Outcome(phrase.form, phrase.text, off_m, best.confidence, best.how_zh))
    return found


def told(city: str, outcomes: list[Outcome]) -> str:
    """The figures as printed: in all, and for each form."""
    lines = [f"{city:<26} phrases  within {SAME_M:g} m  confident  of these wrong"]
    for form in ("all", *dict.fromkeys(each.form for each in outcomes)):
        of_form = [each for each in outcomes if form in {"all", each.form}]
        near = sum(each.off_m <= SAME_M for each in of_form)
        sure = [each for each in of_form if each.confidence >= CONFIDENT]
        wrong = sum(each.off_m > SAME_M for each in sure)
        pad = " " * (26 - len(form) - sum(not sign.isascii() for sign in form))
        lines.append(f"{form}{pad} {len(of_form):>7} {near:>12} {len(sure):>10} {wrong:>15}")
    wrong_ones = [each for each in outcomes if each.confidence >= CONFIDENT and each.off_m > SAME_M]
    lines += [
        f"  wrong by {each.off_m:.0f} m at {each.confidence}: {each.text}" for each in wrong_ones
    ]
    return "\n".join(lines)


@pytest.mark.parametrize("city", ["demo", "shanghai"])
def test_nine_of_ten_phrases_are_placed_within_30_m_and_one_of_a_hundred_confidently_wrong(
    city: str, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = outcomes_of(city)
    with capsys.disabled():
        sys.stdout.write(f"\n{told(city, outcomes)}\n")
    sure = [each for each in outcomes if each.confidence >= CONFIDENT]
    assert len(outcomes) == 300
    assert len({each.form for each in outcomes}) == 12
    assert sum(each.off_m <= SAME_M for each in outcomes) >= 270
    assert len(sure) >= 150
    assert sum(each.off_m > SAME_M for each in sure) <= 0.01 * len(sure)


@pytest.mark.nightly
@pytest.mark.parametrize("city", ["demo", "shanghai"])
def test_confidence_holds_on_phrases_drawn_otherwise(
    city: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ten more draws of 300, none of which the confidence was set by."""
    outcomes = [each for seed in range(101, 111) for each in outcomes_of(city, seed)]
    with capsys.disabled():
        sys.stdout.write(f"\n{told(city, outcomes)}\n")
    sure = [each for each in outcomes if each.confidence >= CONFIDENT]
    assert sum(each.off_m <= SAME_M for each in outcomes) >= 0.9 * len(outcomes)
    assert sum(each.off_m > SAME_M for each in sure) <= 0.01 * len(sure)
