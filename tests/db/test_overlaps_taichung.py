"""Taichung's 1,790 real dig permits: every pair, against a calculation of its own with geopandas."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.changes.overlaps import rebuild_overlaps
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.importers.mapping import find_mapping, read_mapped
from tests.importing import context_of
from tests.realdata import real_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from geo.records import Batch, ZoneRecord
    from tests.postgres import Server

METRIC = 3826
DAY = date(2021, 6, 1)
REACH_M = 10.0
"""Both sides' five metres: utility works of which none hinders motor traffic."""
HEAVY_M2 = 1.0
TOLERANCE_M = 0.01
Pair = tuple[str, str]


@pytest.fixture(scope="module")
def batch() -> Batch:
    """The permits as records, all but the units' kinds as in the file."""
    path = real_file("taiwan-roadworks", "taichung-dig-permits.json")
    mapping = find_mapping("taichung-dig-permits")
    return read_mapped(path, mapping, context_of("taichung")).batch


@pytest.fixture(scope="module")
def engine(server: Server, batch: Batch) -> Iterator[Engine]:
    engine = make_engine(server.make_database("taichung"))
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        take_batch(session, batch, DAY)
    yield engine
    engine.dispose()


@dataclass(frozen=True)
class Near:
    """What geopandas says of two works: how near they come, and what they share, while both are there."""

    distance_m: float
    area_m2: float


def with_geopandas(works: list[ZoneRecord]) -> dict[Pair, Near]:
    """Pairs of works by one spatial join of their parts, their days compared row by row."""
    rows = []
    for work in works:
        first = work.planned_start.on if work.planned_start else DAY
        last = work.planned_finish.on if work.planned_finish else date.max
        rows += [
            (work.code, part.first_on or first, part.last_on or last, part.shape)
            for part in work.parts
        ]
    frame = gpd.GeoDataFrame(
        rows, columns=["code", "first", "last", "geometry"], geometry="geometry", crs=4326
    ).to_crs(METRIC)
    wide = REACH_M + TOLERANCE_M
    joined = gpd.sjoin(frame, frame, predicate="dwithin", distance=wide)
    joined = joined[joined.code_left < joined.code_right]
    joined = joined[
        (joined.first_left <= joined.last_right) & (joined.first_right <= joined.last_left)
    ]
    ours = frame.geometry.loc[joined.index].reset_index(drop=True)
    theirs = frame.geometry.loc[joined.index_right].reset_index(drop=True)
    joined = joined.reset_index(drop=True)
    joined["apart"] = ours.distance(theirs)
    joined["shared"] = ours.intersection(theirs)
    joined["hand_over"] = _hands_over(joined, "left", "right") | _hands_over(
        joined, "right", "left"
    )
    found = {}
    for (a, b), group in joined.groupby(["code_left", "code_right"]):
        clashing = gpd.GeoSeries(group.shared[~group.hand_over], crs=METRIC)
        area = clashing.union_all().area if len(clashing) else 0.0
        found[(str(a), str(b))] = Near(float(group.apart.min()), float(area))
    return found


def _hands_over(joined: gpd.GeoDataFrame, before: str, after: str) -> Any:
    """Where one side ends on the day on which the other begins, and neither is that day alone."""
    ends, begins = joined[f"last_{before}"], joined[f"first_{after}"]
    longer = (joined[f"first_{before}"] < ends) & (joined[f"last_{after}"] > begins)
    return (ends == begins) & longer


def kept(engine: Engine) -> dict[Pair, tuple[str, float]]:
    with acting_session(engine, Identity(Role.LEADER, "test")) as session:
        rows = session.execute(
            text(
                "select za.code as a, zb.code as b, o.severity, o.area_m2::float as area"
                " from jiantu.overlap o join jiantu.zone za on za.id = o.zone_a"
                " join jiantu.zone zb on zb.id = o.zone_b"
            )
        )
        return {(min(r.a, r.b), max(r.a, r.b)): (r.severity, r.area) for r in rows}


def test_every_pair_of_taichungs_permits_is_found_and_no_other(
    engine: Engine, batch: Batch, capsys: pytest.CaptureFixture[str]
) -> None:
    works = batch.zones
    started = time.perf_counter()
    with acting_session(engine, Identity(Role.COMMAND, "test")) as session:
        rebuilt = rebuild_overlaps(session, DAY)
    ours = time.perf_counter()
    expected = with_geopandas(works)
    theirs = time.perf_counter()
    with capsys.disabled():
        print(  # noqa: T201  both times belong in the run's output
            f"\nTaichung, {len(works)} works: {rebuilt.found} pairs rebuilt with findings and shapes"
            f" in {ours - started:.2f} s; geopandas finds {len(expected)} in {theirs - ours:.2f} s"
        )
    pairs = kept(engine)
    sure = {pair for pair, near in expected.items() if near.distance_m <= REACH_M - TOLERANCE_M}
    assert len(works) == 1_790
    assert not rebuilt.changed_anything
    assert sure - set(pairs) == set()
    assert set(pairs) - set(expected) == set()
    heavy = {pair for pair, near in expected.items() if near.area_m2 >= HEAVY_M2 + TOLERANCE_M}
    perhaps = {pair for pair, near in expected.items() if near.area_m2 >= HEAVY_M2 - TOLERANCE_M}
    found_heavy = {pair for pair, (severity, _) in pairs.items() if severity == "heavy"}
    assert heavy <= found_heavy <= perhaps
    assert len(found_heavy) > 100
    for pair in heavy:
        assert pairs[pair][1] >= expected[pair].area_m2 - TOLERANCE_M
