"""Processes beside the web server: regular duties (new day, feeds, news, the database), the look of `--check`."""

from __future__ import annotations

import os
import re
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, date, datetime, timedelta
from threading import Lock, Thread
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from multiprocessing.synchronize import Event

    from sqlalchemy import Engine

    from app.config import Settings
    from geo.database.cluster import Cluster

_PATIENCE_S = 60.0
_PAUSE_S = 0.2
_FIRST_LOOK_S = 10.0
_LOOK_EVERY_S = 5.0
_LONGEST_SLEEP_S = 600.0
"""A machine that was asleep at midnight rolls at most this long after it wakes."""
_ROLL_AGAIN_S = 60.0
_FEEDS_EVERY_S = 60.0
"""How often is looked whether a feed is due; the first time as long after the start, which must not wait for it."""
_DATABASE_EVERY_S = 0.2
_DATABASE_AGAIN_S = 5.0
_starting_database = Lock()


def accompany(
    jobs_url: str,
    settings: Settings,
    time_zone: str,
    rolled_on: date,
    cluster: Cluster | None = None,
) -> None:
    """Do the regular duties, each in a thread of its own. Runs until its parent ends.

    `rolled_on` is the day to which the city was rolled at the start, which may have ended since; `cluster` is the
    private server, where there is one.

    They share one process: each would load the same half of the program while the web server starts.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    zone = ZoneInfo(time_zone)
    duties = [
        Thread(target=roll_at_midnight, args=(jobs_url, zone, rolled_on), daemon=True),
        Thread(target=pull_feeds_when_due, args=(jobs_url, zone), daemon=True),
        Thread(target=deliver_news, args=(jobs_url, settings, time_zone), daemon=True),
    ]
    if cluster is not None:
        duties.append(Thread(target=keep_database_running, args=(cluster,), daemon=True))
    for duty in duties:
        duty.start()
    for duty in duties:
        duty.join()


def _end(_signal: int, _frame: object) -> None:
    """End, but not while a server is on its way up: whoever stops it must find it."""
    _starting_database.acquire()
    os._exit(0)


def keep_database_running(cluster: Cluster) -> None:
    """Start the private server again when it died: killed for want of memory, or by mistake. Never returns."""
    while True:
        time.sleep(_DATABASE_EVERY_S)
        if cluster.status() is not None:
            continue
        try:
            with _starting_database:
                cluster.ensure_running("postgres")
        except Exception as error:  # noqa: BLE001  tried again, whatever it was
            print(f"✗ 数据库 / database: {error}", flush=True)  # noqa: T201
            time.sleep(_DATABASE_AGAIN_S)
        else:
            print("· 数据库已重新启动 / the database was started again", flush=True)  # noqa: T201


def roll_at_midnight(jobs_url: str, zone: ZoneInfo, rolled_on: date) -> None:
    """Bring lamps and pairs to the new day whenever one begins in the city. Never returns."""
    while True:
        now = datetime.now(zone)
        pause_s = seconds_to_sleep(now)
        if is_another_day(now, rolled_on):
            try:
                _roll(jobs_url, now.date())
                rolled_on = now.date()
            except Exception as error:  # noqa: BLE001  a new day is tried until it has begun, whatever it was
                print(f"✗ 换日 / new day: {error}", flush=True)  # noqa: T201
                pause_s = _ROLL_AGAIN_S
        time.sleep(pause_s)


def is_another_day(now: datetime, rolled_on: date) -> bool:
    """Whether the city is to be rolled: to a new day, or back to the right one when the clock had gone ahead."""
    return now.date() != rolled_on


def seconds_to_sleep(now: datetime) -> float:
    """Until a second after midnight, but never long: a machine may be asleep then, or its clock be set."""
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), now.tzinfo)
    return min((midnight - now).total_seconds() + 1.0, _LONGEST_SLEEP_S)


def _roll(jobs_url: str, day: date) -> None:
    """Roll to `day`. What it needs is loaded when the day comes: a start must not wait for it."""
    from geo.changes.roll import roll_day
    from geo.database.acting import Identity, Role, acting_session, make_engine

    engine = make_engine(jobs_url, pool_size=1)
    try:
        with acting_session(engine, Identity(Role.COMMAND, "system:roll")) as session:
            roll_day(session, day)
    finally:
        engine.dispose()


def pull_feeds_when_due(jobs_url: str, zone: ZoneInfo) -> None:
    """Pull each feed in its own rhythm, one after the other. Never returns."""
    while True:
        time.sleep(_FEEDS_EVERY_S)
        try:
            pull_due_feeds(jobs_url, zone)
        except Exception as error:  # noqa: BLE001  tried again in a minute, whatever it was
            print(f"✗ 数据源 / feeds: {error}", flush=True)  # noqa: T201


def pull_due_feeds(jobs_url: str, zone: ZoneInfo) -> int:
    """Pull the feeds that are due now; how many there were. A feed that fails does not keep the others waiting."""
    from geo.database.acting import Identity, Role, make_engine, reading_session
    from geo.importers.feed_pull import pull_feed
    from geo.queries.feeds import find_due

    engine = make_engine(jobs_url, pool_size=1)
    try:
        with reading_session(engine, Identity(Role.LEADER, "system:feed")) as session:
            due = find_due(session, datetime.now(UTC))
        for name in due:
            try:
                report = pull_feed(
                    engine, name, datetime.now(zone).date(), lambda: datetime.now(UTC)
                )
            except Exception as error:  # noqa: BLE001  the next feed may be well
                print(f"✗ {name}: {error}", flush=True)  # noqa: T201
            else:
                if report.warning is not None:
                    print(f"✗ {name}: {' / '.join(report.warning)}", flush=True)  # noqa: T201
        return len(due)
    finally:
        engine.dispose()


def deliver_news(jobs_url: str, settings: Settings, time_zone: str) -> None:
    """Send what is to be sent about watched places, all the time. Never returns."""
    time.sleep(_FIRST_LOOK_S)
    from geo.database.acting import make_engine

    engine = make_engine(jobs_url, pool_size=1)
    while True:
        try:
            deliver_all(engine, settings, time_zone)
        except Exception as error:  # noqa: BLE001  what is to be sent waits in the database
            print(f"✗ 发送 / sending: {error}", flush=True)  # noqa: T201
        time.sleep(_LOOK_EVERY_S)


def deliver_all(engine: Engine, settings: Settings, time_zone: str) -> int:
    """Send everything that is due now, each in a transaction of its own; how many were tried."""
    from sqlalchemy.exc import InterfaceError, OperationalError

    from app.outgoing import sender_of
    from geo.changes.deliveries import send_next
    from geo.database.acting import Identity, Role, acting_session

    send = sender_of(settings, time_zone)
    tried = 0
    try:
        while True:
            with acting_session(engine, Identity(Role.COMMAND, "system:deliveries")) as session:
                if not send_next(session, send, datetime.now(UTC)):
                    return tried
            tried += 1
    except (OperationalError, InterfaceError):
        # The database is away for a moment; what is to be sent waits in it.
        return tried


def look_once(address: str, server_pid: int, page_came: Event) -> None:
    """Ask the server for the page at `address` as a browser would, say what came, and end the server.

    In the demo city, where one may, it goes in by the sign-in page as the command office does and looks at the map.
    Sets `page_came` when the page came.
    """
    until = time.monotonic() + _PATIENCE_S
    problem = "no answer"
    found = False
    while not found and time.monotonic() < until:
        try:
            said = _look(address)
            print(f"✓ {said}", flush=True)  # noqa: T201
            found = True
        except urllib.error.HTTPError as error:
            problem = str(error)
            break
        except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
            problem = str(error)
            time.sleep(_PAUSE_S)
    if found:
        page_came.set()
    else:
        print(f"✗ {address}: {problem}", flush=True)  # noqa: T201
    os.kill(server_pid, signal.SIGTERM)


def _look(address: str) -> str:
    """The last page one gets to see, in a few words."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(address, timeout=_PATIENCE_S) as answer:
        page = answer.read().decode()
        said = f"{answer.url} → {answer.status}, {len(page):,} bytes"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if token is None or 'value="demo-command"' not in page:
        return said
    form = urllib.parse.urlencode({"csrf_token": token[1], "as": "demo-command"})
    with browser.open(f"{address}/demo", form.encode(), timeout=_PATIENCE_S) as answer:
        return f"{answer.url} → {answer.status}, {len(answer.read()):,} bytes"
