"""Pulling a feed: fetched, read through its mapping, compared with last time, taken in; or nothing and a warning."""

from __future__ import annotations

import hashlib
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import shapely

from geo.changes.batches import take_batch
from geo.changes.feeds import ItemChanges, keep_items, keep_pull, lock_feed
from geo.changes.undo import set_request
from geo.crs import parse_crs, to_metric
from geo.database.acting import Identity, Role, acting_session, reading_session
from geo.errors import JiantuError
from geo.importers.context import read_context
from geo.importers.feed_fetch import Fetched, fetch
from geo.importers.feed_match import Seen, match_works
from geo.importers.mapping import read_mapped
from geo.importers.placing import place_by_words
from geo.importers.run import (
    ImportOrder,
    ImportReport,
    count_refused,
    find_any_mapping,
    keep_report,
)
from geo.model.feeds import PullOutcome
from geo.queries.feeds import find_items, find_last_taken, get_feed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from geo.importers.mapping_file import Mapping
    from geo.importers.reading import Reading
    from geo.model.feeds import Feed, FeedItem, FeedPull
    from geo.records import ZoneRecord

ACTOR = "system:feed"
LEAST_SHARE = 0.5
"""Data of less than this share of last time's bytes or works are taken for broken."""
_SUFFIXES = {
    "workbook": ".xlsx",
    "csv": ".csv",
    "json": ".json",
    "wzdx": ".json",
    "shapefile": ".zip",
    "geopackage": ".gpkg",
    "kml": ".kml",
    "dxf": ".dxf",
    "flatgeobuf": ".fgb",
}
_SILENT = frozenset({"code", "source_key", "source", "parts", "made_for"})
"""Fields that say nothing of the work itself."""

Key = tuple[str, str]


@dataclass(slots=True)
class PullReport:
    """What came of a pull, with the codes of the works that it concerns."""

    feed: str
    outcome: PullOutcome = PullOutcome.TAKEN
    added: list[Key] = field(default_factory=list)
    changed: list[Key] = field(default_factory=list)
    moved_ends: list[tuple[Key, date | None, date | None]] = field(default_factory=list)
    """The work, its last day until now, and the new one."""
    gone: list[Key] = field(default_factory=list)
    renamed: list[tuple[Key, str]] = field(default_factory=list)
    """A work known already that the feed now calls otherwise."""
    warning: tuple[str, str] | None = None
    """Why nothing was changed, in both languages."""
    run_id: int | None = None


class _Warned(JiantuError):  # noqa: N818  ends a pull that must change nothing
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


@dataclass(slots=True)
class _Came:
    """What is known of the data of one pull, to be kept with it."""

    size_bytes: int | None = None
    rows: int | None = None
    sha256: str | None = None
    etag: str | None = None
    modified: str | None = None


Fetch = Callable[[str, "str | None", "str | None"], Fetched]


def pull_feed(
    engine: Engine, name: str, day: date, now: Callable[[], datetime], fetched: Fetch = fetch
) -> PullReport:
    """Pull one feed. Either all that it brings is taken in, or nothing is changed and the pull keeps a warning.

    Nothing is changed when the source does not answer, says that nothing is new, sends what cannot be read, nothing,
    or less than half of last time. Raises `NotFoundError`.
    """
    started_at = now()
    with reading_session(engine, Identity(Role.LEADER, ACTOR)) as session:
        feed = get_feed(session, name)
        last = find_last_taken(session, feed.id)
        session.expunge_all()
    report, came = PullReport(name), _Came()
    identity = Identity(Role.COMMAND, f"{ACTOR}:{name}")
    try:
        body = _fetch(feed, last, came, fetched)
        if body is None:
            report.outcome = PullOutcome.UNCHANGED
        else:
            with (
                tempfile.TemporaryDirectory() as folder,
                acting_session(engine, identity) as session,
            ):
                mapping = _mapping_of(session, feed)
                path = _written(Path(folder), feed, mapping, body)
                _take(session, feed, mapping, path, report, came, day, (started_at, now()))
                keep_pull(session, feed.id, _kept(report, came, started_at, now()))
                return report
    except JiantuError as error:
        report = PullReport(name, PullOutcome.WARNED)
        zh, _, en = str(error).partition(" / ")
        report.warning = (zh, en or zh)
    with acting_session(engine, identity) as session:
        keep_pull(session, feed.id, _kept(report, came, started_at, now()))
    return report


def _kept(
    report: PullReport, came: _Came, started_at: datetime, finished_at: datetime
) -> dict[str, Any]:
    return {
        **asdict(came),
        "started_at": started_at,
        "finished_at": finished_at,
        "outcome": report.outcome,
        "added": len(report.added),
        "changed": len(report.changed),
        "moved_ends": len(report.moved_ends),
        "gone": len(report.gone),
        "warning": report.warning[0] if report.warning else None,
        "warning_en": report.warning[1] if report.warning else None,
        "run_id": report.run_id,
    }


def _fetch(feed: Feed, last: FeedPull | None, came: _Came, fetched: Fetch) -> bytes | None:
    """The bytes to read; None when they are those of last time."""
    marks = (last.etag, last.modified) if last is not None else (None, None)
    found = fetched(feed.address, *marks)
    came.etag, came.modified = found.etag, found.modified
    if found.body is None:
        return None
    came.size_bytes = len(found.body)
    came.sha256 = hashlib.sha256(found.body).hexdigest()
    if not found.body.strip():
        zh, en = "数据源没有内容,未改动", "the source is empty: nothing was changed"
        raise _Warned(zh, en)
    if last is not None and last.sha256 == came.sha256:
        return None
    if last is not None and last.size_bytes and came.size_bytes < LEAST_SHARE * last.size_bytes:
        zh = f"数据只有 {came.size_bytes} 字节,上次 {last.size_bytes} 字节,不足一半,未改动"
        en = f"the data have {came.size_bytes} bytes, last time {last.size_bytes}, less than half: nothing was changed"
        raise _Warned(zh, en)
    return found.body


def _written(folder: Path, feed: Feed, mapping: Mapping, body: bytes) -> Path:
    """The bytes as a file whose name says its format: the mapping's, else the address's."""
    form = mapping.format
    suffix = (
        _SUFFIXES.get(form or "") or PurePosixPath(urlsplit(feed.address).path).suffix or ".json"
    )
    if form == "shapefile" and not body.startswith(b"PK"):
        suffix = ".shp"
    path = folder / f"{feed.name}{suffix}"
    path.write_bytes(body)
    return path


def _mapping_of(session: Session, feed: Feed) -> Mapping:
    mapping = find_any_mapping(session, feed.mapping)
    if feed.crs is not None and mapping.shape is not None:
        return replace(mapping, shape=replace(mapping.shape, crs=parse_crs(feed.crs)))
    return mapping


def _take(  # noqa: PLR0913, PLR0917  what a pull is made of
    session: Session,
    feed: Feed,
    mapping: Mapping,
    path: Path,
    report: PullReport,
    came: _Came,
    day: date,
    times: tuple[datetime, datetime],
) -> None:
    if not lock_feed(session, feed.id):
        zh, en = "同一数据源正在更新", "the same feed is being pulled already"
        raise _Warned(zh, en)
    context = read_context(session, day)
    reading = place_by_words(session, read_mapped(path, mapping, context))
    zones = reading.batch.zones
    came.rows = sum(reading.rows_read.values())
    items = find_items(session, feed.id)
    _refuse_halved(reading, [item for item in items if item.gone_on is None])
    known = [_seen_before(item, context.metric_srid) for item in items]
    found = [_seen_now(zone, context.metric_srid) for zone in zones]
    matched = match_works(known, found, ids_last=feed.stable_ids)
    called = _codes(zones, items, matched, day)
    changes = ItemChanges(
        gone=[
            item
            for place, item in enumerate(items)
            if item.gone_on is None and place not in set(matched.values())
        ]
    )
    report.gone = [(item.kind, item.code) for item in changes.gone]
    fresh: list[ZoneRecord] = []
    for place, zone in enumerate(zones):
        own = replace(zone, code=called[zone.kind, zone.code], made_for=_made_for(zone, called))
        said = _said(own)
        if place not in matched:
            report.added.append((own.kind, own.code))
            changes.added.append(
                {"kind": own.kind, "code": own.code, "source_code": zone.code, "said": said}
            )
            fresh.append(own)
            continue
        item = items[matched[place]]
        if _compare(item, zone.code, said, report):
            fresh.append(own)
        changes.listed.append((item, zone.code, said))
    batch = replace(reading.batch, zones=fresh)
    request = f"import:{secrets.token_hex(12)}"
    set_request(session, request)
    outcome = take_batch(session, batch, day)
    set_request(session, "")
    order = ImportOrder(path, feed.mapping, f"{ACTOR}:{feed.name}", day)
    notices = [*reading.notices, *outcome.notices]
    imported = ImportReport(
        path.name, feed.mapping, count_refused(reading, outcome.tallies), notices
    )
    report.run_id = keep_report(session, order, imported, came.sha256 or "", *times, request)
    keep_items(session, feed.id, changes, day)


def _refuse_halved(reading: Reading, listed: Sequence[FeedItem]) -> None:
    """Raise when the data have so few works that the source must be broken."""
    now, before = len(reading.batch.zones), len(listed)
    if before and now < LEAST_SHARE * before:
        zh = f"数据只有 {now} 项,上次 {before} 项,不足一半,未改动"
        en = f"the data have {now} works, last time {before}, less than half: nothing was changed"
        raise _Warned(zh, en)


def _codes(
    zones: Sequence[ZoneRecord], items: Sequence[FeedItem], matched: dict[int, int], day: date
) -> dict[Key, str]:
    """The code that each work has here: its own from before, else the feed's id, else that id with the day."""
    taken = {(item.kind, item.code) for item in items}
    called: dict[Key, str] = {}
    for place, zone in enumerate(zones):
        code = items[matched[place]].code if place in matched else zone.code
        if place not in matched and (zone.kind, code) in taken:
            code = f"{code}@{day:%Y%m%d}"
        taken.add((zone.kind, code))
        called[zone.kind, zone.code] = code
    return called


def _made_for(zone: ZoneRecord, called: dict[Key, str]) -> str | None:
    """What a diversion was made for, by the code which that has here."""
    if zone.made_for is None:
        return None
    return called.get(("relocation", zone.made_for), zone.made_for)


def _compare(item: FeedItem, source_code: str, said: dict[str, Any], report: PullReport) -> bool:
    """Tell how a known work differs from last time; whether it says anything else."""
    key = (item.kind, item.code)
    if item.source_code != source_code:
        report.renamed.append((key, source_code))
    if item.said["print"] == said["print"]:
        return False
    report.changed.append(key)
    if item.said["last"] != said["last"]:
        report.moved_ends.append((key, _day(item.said["last"]), _day(said["last"])))
    return True


def _day(word: str | None) -> date | None:
    return None if word is None else date.fromisoformat(word)


def _said(zone: ZoneRecord) -> dict[str, Any]:
    """What the feed says of a work, to know it again and to see whether anything changed."""
    seen = _seen_now(zone, None)
    told = [
        (each.name, repr(getattr(zone, each.name)))
        for each in fields(zone)
        if each.name not in _SILENT
    ]
    parts = [
        (
            part.role,
            part.mode,
            part.name,
            part.width_m,
            part.first_on,
            part.last_on,
            part.shape.wkb_hex,
        )
        for part in zone.parts
    ]
    content = repr((told, parts, zone.made_for)).encode()
    return {
        "wkb": None if seen.shape is None else seen.shape.wkb_hex,
        "first": None if seen.first_on is None else seen.first_on.isoformat(),
        "last": None if seen.last_on is None else seen.last_on.isoformat(),
        "words": seen.words,
        "print": hashlib.sha256(content).hexdigest(),
    }


def _seen_now(zone: ZoneRecord, metric_srid: int | None) -> Seen:
    shapes = [part.shape for part in zone.parts]
    shape = shapely.geometrycollections(shapes) if len(shapes) > 1 else next(iter(shapes), None)
    first = zone.planned_start.on if zone.planned_start else zone.actual_start_on
    last = zone.planned_finish.on if zone.planned_finish else zone.actual_finish_on
    words = " ".join(
        filter(None, (zone.name, zone.unit, zone.location_text, zone.note, zone.utility))
    )
    return _seen(Seen(zone.kind, zone.code, shape, first, last, words), metric_srid)


def _seen_before(item: FeedItem, metric_srid: int | None) -> Seen:
    said = item.said
    shape = None if said["wkb"] is None else shapely.from_wkb(bytes.fromhex(said["wkb"]))
    days = (_day(said["first"]), _day(said["last"]))
    return _seen(Seen(item.kind, item.code, shape, *days, said["words"]), metric_srid)


def _seen(seen: Seen, metric_srid: int | None) -> Seen:
    if metric_srid is None or seen.shape is None:
        return seen
    return replace(seen, shape=to_metric(seen.shape, metric_srid))
