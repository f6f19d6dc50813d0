"""Two pulls of a feed a month apart, over HTTP: what is added, changed, moved and gone, and what changes nothing."""

from __future__ import annotations

import copy
import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from geo.changes.feeds import FeedWords, add_feed, stop_feed
from geo.database.acting import Identity, Role, acting_session, make_engine
from geo.errors import ChangeRefusedError, NotFoundError
from geo.importers.feed_pull import PullReport, pull_feed
from geo.model.feeds import FeedItem, FeedPull, PullOutcome
from geo.model.imports import ImportRun
from geo.model.zones import Zone, ZonePart
from geo.queries.feeds import find_due, list_feeds
from tests.feed_server import Source, serving
from tests.realdata import real_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from tests.postgres import Server

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
COMMAND = Identity(Role.COMMAND, "test")
Feature = dict[str, Any]


@pytest.fixture
def source() -> Iterator[Source]:
    """A server on this machine."""
    with serving() as made:
        yield made


@pytest.fixture
def berlin(server: Server) -> Iterator[Engine]:
    """Berlin, with nothing in it."""
    engine = make_engine(server.make_database("berlin"))
    yield engine
    engine.dispose()


def berlin_feed() -> dict[str, Any]:
    """Berlin's file as it is."""
    found: dict[str, Any] = json.loads(real_file("berlin", "berlin.json").read_text("utf-8"))
    return found


def add(engine: Engine, source: Source, *, stable_ids: bool = True) -> None:
    with acting_session(engine, COMMAND) as session:
        add_feed(
            session,
            FeedWords("berlin", source.address, "berlin-road-works", 60, stable_ids=stable_ids),
        )


def pull(engine: Engine, day: date = MARCH, name: str = "berlin") -> PullReport:
    return pull_feed(engine, name, day, lambda: NOW)


def said(feed: dict[str, Any]) -> bytes:
    return json.dumps(feed, ensure_ascii=False).encode()


def zone_count(engine: Engine) -> int:
    with acting_session(engine, COMMAND) as session:
        return session.scalar(select(func.count(Zone.id))) or 0


class Month:
    """A month in the life of Berlin's file: works end, begin, are prolonged, are described anew. Knows the truth."""

    def __init__(self, seed: int, *, new_ids: bool) -> None:
        chance = random.Random(seed)  # noqa: S311  to be repeated
        self.before = berlin_feed()
        self.after = copy.deepcopy(self.before)
        listed: list[Feature] = self.after["features"]
        chance.shuffle(listed)
        alone = [each for each in listed if each["properties"]["validity"]["to"]]
        touched = chance.sample(alone, 60)
        self.gone = {each["properties"]["id"] for each in touched[:20]}
        self.moved: dict[str, date] = {}
        for each in touched[20:45]:
            last = datetime.strptime(each["properties"]["validity"]["to"], "%d.%m.%Y %H:%M")  # noqa: DTZ007
            later = last + timedelta(days=chance.randint(3, 60))
            each["properties"]["validity"]["to"] = later.strftime("%d.%m.%Y %H:%M")
            self.moved[each["properties"]["id"]] = later.date()
        self.reworded = {each["properties"]["id"] for each in touched[45:]}
        for each in touched[45:]:
            each["properties"]["content"] = f"{each['properties'].get('content', '')}, verlängert"
        self.after["features"] = [
            each for each in listed if each["properties"]["id"] not in self.gone
        ]
        self.truth = {each["properties"]["id"]: each["properties"]["id"] for each in listed}
        if new_ids:
            for each in self.after["features"]:
                fresh = f"n{chance.randrange(10**9)}"
                self.truth[fresh] = each["properties"]["id"]
                each["properties"]["id"] = fresh
        self.added: set[str] = set()
        for place in range(15):
            point = [13.20 + place / 100, 52.40 + chance.random() / 50]
            fresh = f"neu-{place}"
            self.added.add(fresh)
            self.after["features"].append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": point},
                    "properties": {
                        "id": fresh,
                        "subtype": "Baustelle",
                        "severity": "keine Sperrung",
                        "validity": {"from": "01.07.2022 07:00", "to": "01.08.2022 17:00"},
                        "street": f"Neue Straße {place}",
                        "section": None,
                        "content": "neu",
                        "direction": "Beidseitig",
                        "icon": "baustelle",
                    },
                }
            )


def by_hand(month: Month) -> tuple[set[str], set[str], set[str], dict[str, Any]]:
    """The two files compared by nothing but dictionaries: added, changed, gone, moved ends (true ids)."""

    def listed(feed: dict[str, Any]) -> dict[str, Feature]:
        found = {}
        for each in feed["features"]:
            own = month.truth.get(each["properties"]["id"], each["properties"]["id"])
            without = {key: value for key, value in each["properties"].items() if key != "id"}
            found[own] = {"properties": without, "geometry": each["geometry"]}
        return found

    before, after = listed(month.before), listed(month.after)
    both = before.keys() & after.keys()
    changed = {key for key in both if before[key] != after[key]}
    moved = {
        key: after[key]["properties"]["validity"]["to"]
        for key in both
        if before[key]["properties"]["validity"]["to"] != after[key]["properties"]["validity"]["to"]
    }
    return after.keys() - before.keys(), changed, before.keys() - after.keys(), moved


@pytest.mark.parametrize("new_ids", [False, True])
def test_a_month_later_what_changed_is_what_an_independent_comparison_finds(
    berlin: Engine, source: Source, new_ids: bool
) -> None:
    month = Month(7, new_ids=new_ids)
    add(berlin, source, stable_ids=not new_ids)
    source.body = said(month.before)
    first = pull(berlin)
    assert (first.outcome, len(first.added)) == (PullOutcome.TAKEN, 241)
    source.body = said(month.after)
    second = pull(berlin, APRIL)
    assert second.warning is None
    added, changed, gone, moved = by_hand(month)
    assert {code for _, code in second.added} == added == month.added
    assert {code for _, code in second.changed} == changed == set(month.moved) | month.reworded
    assert {code for _, code in second.gone} == gone == month.gone
    assert {code: new for (_, code), _, new in second.moved_ends} == month.moved
    assert set(moved) == set(month.moved)
    assert len(second.renamed) == (221 if new_ids else 0)
    assert zone_count(berlin) == 241 + 15, "what is gone is flagged, never deleted"
    with acting_session(berlin, COMMAND) as session:
        flagged = session.scalars(select(FeedItem).where(FeedItem.gone_on.is_not(None))).all()
        assert {item.code for item in flagged} == gone
        assert {item.gone_on for item in flagged} == {APRIL}
        ends = dict(
            session.execute(
                select(Zone.code, Zone.planned_finish_on).where(Zone.code.in_(month.moved))
            ).all()
        )
        assert ends == month.moved
    source.body = said(month.before)
    third = pull(berlin, APRIL + timedelta(days=1))
    assert {code for _, code in third.gone} == month.added
    assert third.added == []
    with acting_session(berlin, COMMAND) as session:
        back = select(FeedItem.code).where(FeedItem.gone_on.is_not(None))
        assert set(session.scalars(back)) == month.added, "what came back is no longer gone"


def test_what_was_edited_here_stays_until_the_source_says_something_new(
    berlin: Engine, source: Source
) -> None:
    feed = berlin_feed()
    add(berlin, source)
    source.body = said(feed)
    pull(berlin)
    code = feed["features"][0]["properties"]["id"]
    with acting_session(berlin, COMMAND) as session:
        zone = session.scalars(select(Zone).where(Zone.code == code)).one()
        zone.note = "现场核实:已完成"
    feed["features"][1]["properties"]["content"] = "etwas anderes"
    source.body = said(feed)
    assert len(pull(berlin, APRIL).changed) == 1
    with acting_session(berlin, COMMAND) as session:
        assert session.scalar(select(Zone.note).where(Zone.code == code)) == "现场核实:已完成"


def broken(feed: dict[str, Any], source: Source, how: str) -> None:
    """The source goes wrong in this way."""
    half = {**feed, "features": feed["features"][:100]}
    bodies = {
        "empty": b"",
        "blank": b"  \n",
        "no features": b'{"type": "FeatureCollection", "features": []}' + b" " * 400_000,
        "half": said(half),
        "half, padded": said(half) + b" " * 400_000,
        "unparsable": said(feed)[:-5],
        "a page": b"<html>Wartung</html>" + b" " * 400_000,
        "other fields": json.dumps(
            {
                "type": "FeatureCollection",
                "features": [{**each, "properties": {"x": 1}} for each in feed["features"]],
            }
        ).encode()
        + b" " * 400_000,
        "elsewhere": said(feed).replace(b"[13.", b"[73.").replace(b"[12.", b"[72."),
    }
    if how in bodies:
        source.body = bodies[how]
    elif how == "error":
        source.status = 500
    else:
        source.body, source.cut_at = said(feed) + b" ", 1_000


@pytest.mark.parametrize(
    "how",
    [
        *("empty", "blank", "no features", "half", "half, padded", "unparsable", "a page"),
        *("other fields", "elsewhere", "error", "broken off"),
    ],
)
def test_a_source_gone_wrong_changes_nothing_and_leaves_a_warning(
    berlin_pulled: tuple[Engine, dict[str, Any]], source: Source, how: str
) -> None:
    engine, feed = berlin_pulled
    add(engine, source)
    before = state_of(engine)
    broken(feed, source, how)
    report = pull(engine, APRIL)
    assert report.outcome is PullOutcome.WARNED
    assert report.warning is not None
    assert all(report.warning)
    assert state_of(engine) == before
    with acting_session(engine, COMMAND) as session:
        [state] = list_feeds(session)
        assert state.latest is not None
        assert (state.latest.outcome, state.latest.warning) == (
            PullOutcome.WARNED,
            report.warning[0],
        )


@pytest.fixture(scope="module")
def berlin_pulled(server: Server) -> Iterator[tuple[Engine, dict[str, Any]]]:
    """Berlin with its feed pulled once."""
    engine = make_engine(server.make_database("berlin"))
    feed = berlin_feed()
    with serving() as source:
        add(engine, source)
        source.body = said(feed)
        assert len(pull(engine).added) == 241
    yield engine, feed
    engine.dispose()


def state_of(engine: Engine) -> tuple[Any, ...]:
    """All that a pull may change."""
    with acting_session(engine, COMMAND) as session:
        zones = session.execute(select(Zone.id, Zone.version).order_by(Zone.id)).all()
        items = session.execute(select(FeedItem.id, FeedItem.version).order_by(FeedItem.id)).all()
        parts = session.scalar(select(func.count(ZonePart.id)))
        runs = session.scalar(select(func.count(ImportRun.id)))
        return zones, items, parts, runs


def test_what_has_not_changed_is_not_read_again(berlin: Engine, source: Source) -> None:
    add(berlin, source)
    source.body = said(berlin_feed())
    pull(berlin)
    before = state_of(berlin)
    assert pull(berlin, APRIL).outcome is PullOutcome.UNCHANGED
    assert source.answered == [200, 304]
    source.with_etag = False
    assert pull(berlin, APRIL).outcome is PullOutcome.UNCHANGED, "the same bytes"
    assert state_of(berlin) == before


def test_taipeis_relocations_and_diversions_are_followed_by_their_applications(
    server: Server, source: Source
) -> None:
    engine = make_engine(server.make_database("taipei"))
    path = real_file("taiwan-roadworks", "taipei-road-digs-20260429.json")
    feed = json.loads(path.read_text("utf-8"))
    with acting_session(engine, COMMAND) as session:
        add_feed(session, FeedWords("taipei", source.address, "taipei-road-digs", 1_440))
    source.body = path.read_bytes()
    first = pull(engine, MARCH, "taipei")
    assert first.outcome is PullOutcome.TAKEN
    codes = sorted({code for _, code in first.added})
    chance = random.Random(3)  # noqa: S311  to be repeated
    gone, moved = set(chance.sample(codes, 10)), {}
    for code in chance.sample([code for code in codes if code not in gone], 10):
        rows = [each for each in feed["features"] if each["properties"]["Ac_no"] == code]
        if any(row["properties"]["Ce_Da"].startswith("199") for row in rows):
            continue
        moved[code] = date(2027, 1, 31)
        for row in rows:
            row["properties"]["Ce_Da"] = "116/01/31"
    feed["features"] = [
        each for each in feed["features"] if each["properties"]["Ac_no"] not in gone
    ]
    source.body = said(feed)
    second = pull(engine, APRIL, "taipei")
    assert second.warning is None
    assert second.added == []
    assert {code for _, code in second.gone} == gone
    assert {code: new for (_, code), _, new in second.moved_ends} == moved
    assert {kind for kind, _ in second.gone} <= {"relocation", "diversion"}
    engine.dispose()


def test_feeds_are_due_by_their_rhythm_and_stopped_ones_never(
    berlin: Engine, source: Source
) -> None:
    add(berlin, source)
    source.status = 500
    with acting_session(berlin, COMMAND) as session:
        assert find_due(session, NOW) == ["berlin"]
    pull(berlin)
    with acting_session(berlin, COMMAND) as session:
        assert find_due(session, NOW + timedelta(minutes=59)) == []
        assert find_due(session, NOW + timedelta(minutes=60)) == ["berlin"]
        stop_feed(session, "berlin")
        assert find_due(session, NOW + timedelta(days=9)) == []
        assert session.scalar(select(func.count(FeedPull.id))) == 1
    with pytest.raises(NotFoundError):
        pull(berlin, name="none")


@pytest.mark.parametrize(("name", "minutes"), [("", 5), ("Ä", 5), ("a b", 5), ("a", 0)])
def test_a_feed_that_cannot_be_is_refused_in_words(
    berlin_pulled: tuple[Engine, dict[str, Any]], name: str, minutes: int
) -> None:
    with (
        acting_session(berlin_pulled[0], COMMAND) as session,
        pytest.raises(ChangeRefusedError),
    ):
        add_feed(session, FeedWords(name, "http://a.example/", "wzdx", minutes))
