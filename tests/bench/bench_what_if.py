"""Looking ahead in a made-up city of many zones: what a stroke of the pen costs, beside saving it.

    python -m tests.bench.bench_what_if [zones]

The city is that of `bench_overlaps`, tables analysed; half of the looks are for new digs, half for changes of zones
that are there. The lock on overlaps is held by another transaction all the while: no look waits for it.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import text

from geo.changes.overlaps import lock_overlaps, rebuild_overlaps
from geo.changes.what_if import look_ahead, suggest_periods
from geo.changes.zones import Author, create_zone
from geo.crs import to_wgs84
from geo.database.acting import acting_session, make_engine
from geo.queries.zones import get_zone_draft
from geo.zoning import PartDraft, ZoneDraft
from tests.bench.street_city import COMMAND, DAY, METRIC, Streets, core_of, fill, settle
from tests.postgres import Server

if TYPE_CHECKING:
    from sqlalchemy import Engine

LOOKS = 200
WARM = 10
"""Looks before the measured ones: a program that runs has prepared its statements."""


def new_dig(dice: random.Random, streets: Streets) -> ZoneDraft:
    """A trench of up to 200 m along some street of the core, within two years."""
    shape = streets.strip(np.random.default_rng(dice.randrange(1_000_000)), "relocation", None)
    first = DAY + timedelta(days=dice.randrange(1, 365))
    return ZoneDraft(
        "relocation",
        name="look",
        utility="water",
        placement="underground",
        first_on=first,
        last_on=first + timedelta(days=dice.randrange(5, 115)),
        parts=(PartDraft(to_wgs84(shape, f"EPSG:{METRIC}")),),
    )


def told(name: str, times: list[float]) -> str:
    """Median and 99th of hundred, in milliseconds."""
    cuts = statistics.quantiles(times, n=100)
    return f"  {name}: median {statistics.median(times):.0f} ms, 95th {cuts[94]:.0f} ms, 99th {cuts[98]:.0f} ms"


def look(
    engine: Engine, ids: list[int], dice: random.Random, streets: Streets, many: int
) -> tuple[list[float], int]:
    """Milliseconds of each look, and how many pairs they told of, while another transaction holds the lock."""
    looks: list[float] = []
    found = 0
    with acting_session(engine, COMMAND) as holding:
        lock_overlaps(holding)
        for number in range(many):
            with acting_session(engine, COMMAND) as session:
                zone_id = dice.choice(ids) if number % 2 else None
                if zone_id is None:
                    draft = new_dig(dice, streets)
                else:
                    kept_draft = get_zone_draft(session, zone_id)
                    late = timedelta(days=dice.randrange(1, 60))
                    first, last = kept_draft.first_on, kept_draft.last_on
                    draft = replace(
                        kept_draft,
                        utility="water",
                        first_on=None if first is None else first + late,
                        last_on=None if last is None else last + late,
                    )
                began = time.perf_counter()
                forecast = look_ahead(session, draft, Author(), DAY, zone_id)
                looks.append((time.perf_counter() - began) * 1000)
                found += len(forecast.pairs)
    return looks, found


def main(zones: int) -> None:
    """Print what each look and each saving takes."""
    server = Server()
    try:
        url = server.make_database("dezhou")
        engine = make_engine(url)
        fill(engine, zones)
        with acting_session(engine, COMMAND) as session:
            kept = rebuild_overlaps(session, DAY)
        settle(url)
        print(f"{zones} zones, {kept.found} pairs")
        dice = random.Random(7)  # noqa: S311  no secret
        streets = Streets(core_of(zones))
        with acting_session(engine, COMMAND) as session:
            ids = list(
                session.scalars(
                    text("select id from jiantu.zone where kind = 'relocation' order by id")
                )
            )
        look(engine, ids, dice, streets, WARM)
        gc.freeze()  # as the web server does once it is loaded
        looks, found = look(engine, ids, dice, streets, LOOKS)
        print(told(f"what if ({found / LOOKS:.1f} pairs each, the lock held by another)", looks))
        times = []
        for _ in range(LOOKS // 4):
            with acting_session(engine, COMMAND) as session:
                draft = new_dig(dice, streets)
                began = time.perf_counter()
                suggest_periods(session, draft, Author(), DAY)
                times.append((time.perf_counter() - began) * 1000)
        print(told("nearest free periods", times))
        times = []
        for _ in range(LOOKS // 4):
            draft = new_dig(dice, streets)
            began = time.perf_counter()
            with acting_session(engine, COMMAND) as session:
                create_zone(session, draft, Author(), DAY)
            times.append((time.perf_counter() - began) * 1000)
        print(told("saving a new zone with its pairs", times))
        engine.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 14_000)
