"""`jiantu overlaps …` and `jiantu coordinate`: what meets in space and time, and dates that clash less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.opening import (
    ACTOR,
    city_option,
    commanding,
    day_option,
    engine_of,
    language_option,
    reading,
)
from app.console import print_overlaps, say

if TYPE_CHECKING:
    from datetime import date

    from app.config import Settings
    from app.console import Language
    from geo.database.city_file import CityConfig


@click.group()
def overlaps() -> None:
    """时空冲突 / what meets in space and time."""


@overlaps.command("rebuild")
@city_option
@day_option
@click.pass_obj
def rebuild_overlaps(settings: Settings, city: CityConfig, day: date) -> None:
    """全部重新查找 / find every pair anew; gives what was kept, or mends it."""
    from geo.changes.overlaps import rebuild_overlaps as rebuild

    with commanding(settings, city) as session:
        kept = rebuild(session, day)
    say(
        f"✓ {day}: {kept.found} 对,改写 {kept.written},去除 {kept.removed} /"
        f" {kept.found} pairs, {kept.written} written, {kept.removed} removed"
    )


@overlaps.command("list")
@city_option
@day_option
@language_option
@click.pass_obj
def list_overlaps(settings: Settings, city: CityConfig, day: date, language: Language) -> None:
    """某日的冲突与提醒 / the pairs and watches of a day, worst first."""
    from geo.queries.overlaps import OverlapFilter, find_overlaps, find_watches

    wanted = OverlapFilter(day=day)
    with reading(settings, city) as session:
        pairs, watches = find_overlaps(session, wanted), find_watches(session, wanted)
    print_overlaps(pairs, watches, language)


@click.command()
@click.option(
    "--seconds",
    type=click.FloatRange(1, 3_600),
    default=30.0,
    show_default=True,
    help="最多测算多久 / how long to search at most",
)
@click.option("--dry-run", is_flag=True, help="只看不存 / show the proposal, keep nothing")
@city_option
@day_option
@language_option
@click.pass_obj
def coordinate(  # noqa: PLR0913, PLR0917  one for each option
    settings: Settings,
    seconds: float,
    dry_run: bool,  # noqa: FBT001  click passes flags by position
    city: CityConfig,
    day: date,
    language: Language,
) -> None:
    """年度掘路计划:为未定工程提出错峰日期 / propose dates for tentative works that clash less."""
    from app.cli.planning import propose_dates

    with engine_of(settings, city) as engine:
        propose_dates(engine, day, seconds, language, ACTOR, keep=not dry_run)
