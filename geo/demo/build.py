"""The demo city as records: pure, without database or clock, the same for the same arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.demo.districts import draw_districts
from geo.demo.ground import make_districts, make_ground, make_roads
from geo.demo.plan import draw_plan
from geo.demo.plane import Plane, columns_of, demo_bbox
from geo.demo.units import make_leaders, make_units
from geo.records import Batch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

__all__ = ["build_demo", "demo_bbox", "iter_batches"]

SEED = 20260101


def build_demo(day: date, *, scale: int = 1, seed: int = SEED) -> Batch:
    """The demo city as it stands on `day`, in one batch. `scale` makes 10 or 100 times as much, at the same density."""
    whole = Batch()
    for batch in iter_batches(day, scale, seed=seed):
        for name in Batch.__dataclass_fields__:
            getattr(whole, name).extend(getattr(batch, name))
    return whole


def iter_batches(day: date, scale: int, *, seed: int = SEED) -> Iterator[Batch]:
    """The same as `build_demo`, tile by tile, so that 100 cities need the memory of one."""
    for tile in range(scale):
        yield _build_tile(day, Plane(tile=tile, columns=columns_of(scale), seed=seed))


def _build_tile(day: date, plane: Plane) -> Batch:
    plan = draw_plan(plane)
    districts = draw_districts(plane, plan.waters, plan.skeleton)
    return Batch(
        districts=make_districts(plan, districts),
        ground=make_ground(plan, districts),
        roads=make_roads(plan),
        units=make_units(plane),
        leaders=make_leaders(plane),
    )
