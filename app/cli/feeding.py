"""`jiantu feed …`: feeds are added, pulled, listed and stopped by whoever runs the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.opening import ACTOR
from app.console import Language, say, utc_now
from geo.changes.feeds import FeedWords, add_feed, stop_feed
from geo.crs import parse_crs
from geo.database.acting import Identity, Role, acting_session, reading_session
from geo.errors import NotFoundError
from geo.importers.feed_fetch import check_address
from geo.importers.feed_pull import PullReport, pull_feed
from geo.importers.run import find_any_mapping
from geo.queries.feeds import list_feeds

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine


def pull_and_say(engine: Engine, name: str, day: date, language: Language) -> bool:
    """Pull one feed and print what came of it; False when it left a warning."""
    report = pull_feed(engine, name, day, utc_now)
    say(told(report, language), error=report.warning is not None)
    return report.warning is None


def told(report: PullReport, language: Language) -> str:
    """One line on a pull."""
    if report.warning is not None:
        return f"✗ {report.feed}: {report.warning[0 if language == 'zh' else 1]}"
    if report.outcome.value == "unchanged":
        return f"✓ {report.feed}: {'没有变化' if language == 'zh' else 'nothing new'}"
    figures = (len(report.added), len(report.changed), len(report.moved_ends), len(report.gone))
    if language == "zh":
        return "✓ {}: 新增 {}、变更 {}(其中改期 {})、消失 {}".format(report.feed, *figures)
    return "✓ {}: {} added, {} changed ({} with another end), {} gone".format(report.feed, *figures)


def add(engine: Engine, words: FeedWords) -> None:
    """Add a feed, after its address and mapping have been looked at."""
    check_address(words.address)
    if words.crs is not None:
        parse_crs(words.crs)
    with acting_session(engine, Identity(Role.COMMAND, ACTOR)) as session:
        find_any_mapping(session, words.mapping)
        add_feed(session, words)
    say(f"✓ {words.name}: {words.address}")


def pull(engine: Engine, name: str | None, day: date, language: Language) -> None:
    """Pull one feed, or all that are not stopped."""
    with reading_session(engine, Identity(Role.LEADER, ACTOR)) as session:
        names = [state.feed.name for state in list_feeds(session) if not state.feed.stopped]
    if name is None and not names:
        message = "没有数据源 / there are no feeds"
        raise NotFoundError(message)
    went = [pull_and_say(engine, each, day, language) for each in ([name] if name else names)]
    if not all(went):
        click.get_current_context().exit(1)


def show(engine: Engine, language: Language) -> None:
    """Print all feeds with their latest pull."""
    with reading_session(engine, Identity(Role.LEADER, ACTOR)) as session:
        for state in list_feeds(session):
            feed, latest = state.feed, state.latest
            if feed.stopped:
                rhythm = "已停止" if language == "zh" else "stopped"
            else:
                minutes = feed.every_minutes
                rhythm = f"每 {minutes} 分钟" if language == "zh" else f"every {minutes} minutes"
            say(f"{feed.name}  {feed.address}  {feed.mapping}  {rhythm}")
            say(
                f"  在列 {state.listed},消失 {len(state.gone)}"
                if language == "zh"
                else f"  {state.listed} listed, {len(state.gone)} gone"
            )
            if latest is not None:
                words = latest.warning if language == "zh" else latest.warning_en
                say(f"  {latest.started_at:%Y-%m-%d %H:%M}Z {words or latest.outcome.value}")


def stop(engine: Engine, name: str) -> None:
    """Pull a feed no more."""
    with acting_session(engine, Identity(Role.COMMAND, ACTOR)) as session:
        stop_feed(session, name)
    say(f"✓ {name}")
