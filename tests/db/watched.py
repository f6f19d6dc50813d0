"""A city in which a place is watched, and what is told of it."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from geo.changes.subscriptions import (
    Place,
    Watcher,
    Ways,
    watch_place,
)
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.queries.watching import (
    Reader,
    list_told,
)
from tests.db.street import dig, street, take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from geo.queries.watching import Told

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
SOON = "2026-12-01..2026-12-31"
COMMAND = Identity(Role.COMMAND, "test:command")
ZONE = "Asia/Shanghai"
THE_COMMAND = Reader(None, whole_city=True, shared=True)
A_MEMBER = Reader(None)


def commit(engine: Engine, *zones: Any) -> None:
    with acting_session(engine, COMMAND) as session:
        take(session, list(zones))


@contextmanager
def watched_city(url: str) -> Iterator[Engine]:
    """A city with one road and a work on it behind the owner's `url`, in which commits are real."""
    made = make_engine(url.replace("//jiantu@", "//jiantu_staff@"), pool_size=3)
    with acting_session(made, COMMAND) as session:
        take(
            session, [dig("GS-1", "ab", SOON, name="供水迁改")], [street("A", "ae", name="东风路")]
        )
    yield made
    made.dispose()


def watch(engine: Engine, place: Place | None = None, ways: Ways | None = None, **more: Any) -> str:
    with acting_session(engine, COMMAND) as session:
        watcher = Watcher(more.get("unit_id"), more.get("account_id"))
        allowed = more.get("allowed", ())
        wanted = place or Place("东风路", road="东风路")
        return watch_place(session, watcher, wanted, ways or Ways(), allowed)[1]


def told(engine: Engine) -> list[Told]:
    with acting_session(engine, COMMAND) as session:
        return list_told(session, THE_COMMAND)


def sentences(engine: Engine) -> list[list[str]]:
    return [one.sentences("zh") for one in told(engine)]
