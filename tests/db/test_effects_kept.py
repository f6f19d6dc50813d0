"""What diversions do to the roads, found anew only where something of it changed; widened shapes that miss nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock, patch

import pytest
from shapely.affinity import translate
from shapely.geometry import LineString, Point, Polygon
from sqlalchemy import text

from geo.changes.batches import take_batch
from geo.changes.overlaps import rebuild_overlaps
from geo.crs import to_wgs84
from geo.overlap.roads import RoadGraph
from geo.queries import overlap_roads
from geo.records import Batch
from tests.db.street import BLOCK, SPRING, closure, dig, everything, street, take, zone
from tests.factories import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapely.geometry.base import BaseGeometry
    from sqlalchemy.orm import Session

SUMMER = "2027-06-01..2027-06-30"


@contextmanager
def roads_joined() -> Iterator[Mock]:
    """Notes each time that roads are read and joined up."""
    with patch.object(overlap_roads, "RoadGraph", wraps=RoadGraph) as joined:
        yield joined


def effect(session: Session) -> Any:
    """The only diversion's."""
    return session.execute(text("select * from jiantu.diversion_effect")).one()


def test_other_days_find_nothing_anew_of_the_roads(session: Session) -> None:
    take(session, [closure("A", "bc")], BLOCK)
    before = effect(session)
    with roads_joined() as joined:
        take(session, [closure("A", "bc", SUMMER)])
    after = effect(session)
    assert joined.call_count == 0
    assert (after.made_of, after.way_round_m) == (before.made_of, before.way_round_m)
    assert after.impact_points["duration"] < before.impact_points["duration"]


@pytest.mark.parametrize(
    "changed",
    [closure("A", "cd"), closure("A", "bc", taken=("half",))],
    ids=["another stretch", "half of it"],
)
def test_another_stretch_or_another_way_of_taking_it_is_found_anew(
    session: Session, changed: Any
) -> None:
    take(session, [closure("A", "bc")], BLOCK)
    before = effect(session)
    take(session, [changed])
    after = effect(session)
    assert after.made_of != before.made_of
    assert after.shut_pieces != before.shut_pieces
    kept = everything(session)
    rebuild_overlaps(session, TODAY)
    assert everything(session) == kept


def test_a_new_road_gives_a_closure_another_way_round(session: Session) -> None:
    take(session, [closure("A", "bc")], BLOCK)
    assert effect(session).way_round_m == pytest.approx(580, abs=1)
    take_batch(session, Batch(roads=[street("M1", "bl"), street("M2", "cm")]), TODAY)
    assert effect(session).way_round_m == pytest.approx(180, abs=1)
    with roads_joined() as joined:
        take(session, [closure("A", "bc", SUMMER)])
    assert joined.call_count == 0


def test_roads_that_came_while_nothing_was_judged_are_found_with_the_next_change(
    session: Session,
) -> None:
    take(session, [closure("A", "bc")], BLOCK)
    roads = [street("M1", "bl"), street("M2", "cm")]
    take_batch(session, Batch(roads=roads), TODAY, judge=False)
    assert effect(session).way_round_m == pytest.approx(580, abs=1)
    take(session, [closure("A", "bc", SUMMER)])
    assert effect(session).way_round_m == pytest.approx(180, abs=1)


def test_a_closure_without_a_way_round_has_none_however_far_one_looks(session: Session) -> None:
    far = street("F", "ab", shift=(0.0, 3_000.0))
    with roads_joined() as joined:
        take(session, [closure("A", "bc")], [*BLOCK[:3], far])
        joined.reset_mock()
        take(session, [closure("A", "cd")])
    assert effect(session).way_round_m is None
    assert 1 < joined.call_count < 8


def test_a_work_is_watched_again_when_the_diversion_beside_it_is_there_on_other_days(
    session: Session,
) -> None:
    take(session, [dig("D", "bc"), closure("A", "bc", unit="交警")], BLOCK)
    watched = text(
        "select w.code from jiantu.watch w join jiantu.zone z on z.id = w.zone_id where z.code = 'D'"
    )
    assert "no_diversion" not in session.scalars(watched).all()
    take(session, [closure("A", "bc", SUMMER, unit="交警")])
    assert "no_diversion" in session.scalars(watched).all()
    take(session, [closure("A", "bc", SPRING, unit="交警")])
    assert "no_diversion" not in session.scalars(watched).all()


SHAPES = {
    "an acute corner": Polygon([(0, 0), (60, 0), (60, 4)]),
    "a notch": Polygon([(0, 0), (40, 0), (40, 30), (21, 2), (19, 2), (0, 30)]),
    "a street that turns back": LineString([(0, 0), (50, 0), (2, 3)]),
    "a short line": LineString([(0, 0), (0.2, 0)]),
    "a point": Point(0, 0),
    "a ring": Point(0, 0).buffer(40, quad_segs=16).difference(Point(0, 0).buffer(30)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_widened_shape_holds_all_within_its_reach(session: Session, name: str) -> None:
    def there(shape: BaseGeometry) -> BaseGeometry:

        return to_wgs84(translate(shape, 438_000, 4_146_000), "EPSG:4548")

    take(session, [zone("relocation", "A", there(SHAPES[name]))])
    within = session.execute(
        text(
            "select st_covers(st_buffer(shape_wide, 0.001), st_buffer(shape_metric, reach_m, 32)) as covered,"
            " st_hausdorffdistance(shape_wide, st_buffer(shape_metric, reach_m, 32)) <= reach_m + 0.1 as close"
            " from jiantu.zone_part"
        )
    ).one()
    assert within.covered
    assert within.close
