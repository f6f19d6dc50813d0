"""How fast the map of a moment is read: `python -m tests.bench.bench_moments [SITES]`.

The demo city as it is, and copied until it has 5,000 sites and works, every row of which was there once before in other
words: what the map reads, now and as of the moment before. Medians of nine, for the command and for a unit.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

from geo.database.acting import Identity, Role, make_engine, reading_session
from geo.database.city_file import load_city
from geo.demo.load import load_demo
from geo.queries.lamps import get_lamp_board, get_trend
from geo.queries.layers import read_packed
from geo.queries.overlaps import get_overlaps_layer
from geo.queries.packed import get_packed_layer
from geo.queries.project_sheet import get_project_sheet
from geo.queries.projects import list_projects
from tests.bench.bench_map import grow
from tests.clock import NOW
from tests.people import ensure_account
from tests.postgres import CITIES_DIR, Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

DAY = NOW.date()
TIMES = 9
READ: dict[str, Callable[[Session], object]] = {
    "lamps of a day": lambda session: get_lamp_board(session, DAY, DAY),
    "list": list_projects,
    "sites": lambda session: get_packed_layer(session, "sites", "zh"),
    "relocations": lambda session: read_packed(session, "relocations"),
    "diversions": lambda session: read_packed(session, "diversions"),
    "pairs": get_overlaps_layer,
    "a year's trend": lambda session: get_trend(session, DAY - timedelta(365), DAY),
    "one project": lambda session: get_project_sheet(session, "CJ-002", DAY, DAY, "zh"),
}


def measure(
    engine: Engine, identity: Identity, moment: datetime | None, read: Callable[[Session], object]
) -> float:
    """The median time of reading, in milliseconds; nine readings, the first of which is not counted."""
    taken = []
    for _ in range(TIMES + 1):
        with reading_session(engine, identity, moment) as session:
            begun = time.perf_counter()
            read(session)
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken[1:])


_BEFORE = ("now() - interval '1 day'", "now() - interval '1 hour'")
_NOW = ("now() - interval '1 hour'", "'infinity'")
_COLUMNS = text(
    "select string_agg(format('%I', attname), ', ' order by attnum) from pg_attribute"
    " where attrelid = cast(:twin as regclass) and attnum > 0 and not attisdropped"
    " and attname not in ('valid_from', 'valid_until', 'made_in', 'ended_in')"
)
_STANDS = text(
    "select exists (select from pg_attribute"
    " where attrelid = cast(:table as regclass) and attname = 'made_in' and not attisdropped)"
)
"""Whether the rows of a table say themselves since when they stand."""


def keep_twice(url: str) -> datetime:
    """Have every kept table's rows once as they are and once as they were before; the moment between."""
    engine = create_engine(url)
    with engine.begin() as connection:
        names = connection.scalars(
            text(
                "select substr(relname, 1, length(relname) - 5) from pg_class where relkind = 'r'"
                " and relnamespace = 'history'::regnamespace and relname like '%\\_kept'"
            )
        ).all()
        for name in names:
            told = {"twin": f"history.{name}_kept"}
            columns = connection.execute(_COLUMNS, told).scalar_one()
            connection.execute(text(f"delete from {told['twin']}"))  # noqa: S608  names of tables
            stands = connection.execute(_STANDS, {"table": f"jiantu.{name}"}).scalar_one()
            for since, until in (_BEFORE,) if stands else (_BEFORE, _NOW):
                connection.execute(
                    text(
                        f"insert into {told['twin']} ({columns}, valid_from, valid_until, made_in)"  # noqa: S608
                        f" select {columns}, {since}, {until}, 0 from jiantu.{name}"
                    )
                )
            if stands:  # without the triggers, which would say that it stands since now
                connection.execute(text("set local session_replication_role = replica"))
                connection.execute(
                    text(f"update jiantu.{name} set made_at = {_NOW[0]}, made_in = 0")  # noqa: S608
                )
                connection.execute(text("set local session_replication_role = origin"))
    with engine.begin() as connection:
        connection.execute(text("analyze"))
        moment: datetime = connection.execute(
            text("select now() - interval '2 hours'")
        ).scalar_one()
    engine.dispose()
    return moment


def main() -> None:
    """Measure both cities."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    server = Server({})
    try:
        url = server.make_database("demo")
        load_demo(url, url, load_city(CITIES_DIR / "demo.toml"), DAY, lambda: NOW)
        account = ensure_account(url, "editor:市住房和城乡建设局")
        engine = make_engine(url)
        people = {
            "command": Identity(Role.COMMAND, "bench"),
            "unit": Identity(Role.UNIT, "bench", account_id=account),
        }
        for size in (0, wanted):
            if size:
                grow(url, size, size)
            moment = keep_twice(url)
            with reading_session(engine, people["command"]) as session:
                counts = [
                    session.scalar(text(f"select count(*) from jiantu.{table}"))  # noqa: S608
                    for table in ("project", "zone", "status_span")
                ]
            print("projects, zones, spans:", *counts)
            for name, read in READ.items():
                figures = []
                for who, identity in people.items():
                    if name == "one project" and who == "unit":
                        continue
                    now, then = (measure(engine, identity, at, read) for at in (None, moment))
                    figures.append(f"{who} {now:.0f} → {then:.0f} ms")
                print(f"  {name}: {', '.join(figures)}", flush=True)
        engine.dispose()
    finally:
        server.remove()


if __name__ == "__main__":
    main()
