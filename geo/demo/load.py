"""Putting the demo city into a database, and making it anew when its day has passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, insert, select, text

from geo.changes.batches import take_batch
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.database.setup import set_up_city
from geo.demo.calendar import anchor_of
from geo.demo.people import DEMO_CITY, add_demo_people
from geo.model.imports import ImportRun

__all__ = ["DEMO_CITY", "load_demo"]

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from sqlalchemy import Engine

    from geo.database.city_file import CityConfig

ACTOR = "system:demo"
_MAPPING = "demo"


def load_demo(  # noqa: PLR0913, PLR0917  two logins, the city, the day, a clock and a place for progress
    owner_url: str,
    staff_url: str,
    city: CityConfig,
    day: date,
    now: Callable[[], datetime],
    progress: Callable[[str, int, int], None] | None = None,
) -> int:
    """Bring the demo city to `day`; returns how many projects were loaded, 0 when it is there already.

    Its story hangs on the week, so within one the midnight roll keeps it true; in another it is made anew from
    nothing. One that somebody has worked in (imported a file, edited a record) stays as it is: nobody's work is
    thrown away for a fresher date.
    """
    engine = make_engine(staff_url)
    try:
        made_on, touched = _state(engine)
        if touched or (made_on is not None and anchor_of(made_on) == anchor_of(day)):
            return 0
    finally:
        engine.dispose()
    if made_on is not None:
        _clear(owner_url)
        set_up_city(owner_url, city)
    engine = make_engine(staff_url)
    try:
        started_at = now()
        if progress:
            progress("generate", 0, 0)
        # Drawing a city loads much; most starts draw none.
        from geo.demo.build import build_demo  # noqa: PLC0415
        from geo.demo.public import release_demo  # noqa: PLC0415

        batch = build_demo(day)
        with acting_session(engine, Identity(Role.COMMAND, ACTOR)) as session:
            take_batch(session, batch, day, progress=progress)
            release_demo(session, batch, day)
            session.execute(
                insert(ImportRun).values(
                    file_name="demo",
                    sha256="",
                    mapping=_MAPPING,
                    actor=ACTOR,
                    day=day,
                    started_at=started_at,
                    finished_at=now(),
                    counts={},
                )
            )
        with acting_session(engine, Identity(Role.ADMIN, ACTOR)) as session:
            add_demo_people(session)
    finally:
        engine.dispose()
    _count_rows(owner_url)
    return len(batch.projects)


def _state(engine: Engine) -> tuple[date | None, bool]:
    """The day the demo was made for, and whether anybody has worked in it since."""
    with acting_session(engine, Identity(Role.LEADER, ACTOR)) as session:
        runs = session.execute(select(ImportRun.mapping, ImportRun.day)).all()
        made = [run.day for run in runs if run.mapping == _MAPPING]
        touched = any(run.mapping != _MAPPING for run in runs) or bool(
            session.scalar(
                text(
                    """
                    select exists (select from history.project_version where actor not like 'system:%')
                        or exists (select from history.zone_version where actor not like 'system:%')
                        or exists (select from history.progress_report_version where actor not like 'system:%')
                        or exists (select from history.blocker_version where actor not like 'system:%')
                    """
                )
            )
        )
    return max(made, default=None), touched


def _count_rows(owner_url: str) -> None:
    """Let PostgreSQL count what there is: by itself it does so only after the first pages have been asked for."""
    engine = create_engine(owner_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text("analyze"))
    finally:
        engine.dispose()


def _clear(owner_url: str) -> None:
    engine = create_engine(owner_url)
    try:
        with engine.begin() as connection:
            connection.execute(text("drop schema jiantu cascade"))
            connection.execute(text("drop schema history cascade"))
    finally:
        engine.dispose()
