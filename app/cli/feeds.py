"""`jiantu feed …`: data that are pulled again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.opening import city_option, day_option, engine_of, language_option

if TYPE_CHECKING:
    from datetime import date

    from app.config import Settings
    from app.console import Language
    from geo.database.city_file import CityConfig


@click.group()
def feed() -> None:
    """数据源 / data that are pulled again and again."""


@feed.command("add")
@click.argument("name")
@click.argument("address")
@click.option("--mapping", required=True, help="对照名称 / name of the mapping")
@click.option("--every", "every_minutes", type=int, default=1440, show_default=True, help="分钟")
@click.option("--crs", metavar="EPSG:4548|GCJ-02|BD-09", help="坐标系 / the coordinate system")
@click.option(
    "--new-ids", is_flag=True, help="编号每次都变,按图形、日期和文字辨认 / ids change at each pull"
)
@city_option
@click.pass_obj
def add_feed(  # noqa: PLR0913, PLR0917  one for each option
    settings: Settings,
    name: str,
    address: str,
    mapping: str,
    every_minutes: int,
    crs: str | None,
    new_ids: bool,  # noqa: FBT001  click passes flags by position
    city: CityConfig,
) -> None:
    """添加数据源,地址为 http(s):// 或 file:/ / add a feed or change it."""
    from app.cli.feeding import add
    from geo.changes.feeds import FeedWords

    words = FeedWords(name, address, mapping, every_minutes, crs, stable_ids=not new_ids)
    with engine_of(settings, city) as engine:
        add(engine, words)


@feed.command("pull")
@click.argument("name", required=False)
@city_option
@day_option
@language_option
@click.pass_obj
def pull_feed(
    settings: Settings,
    name: str | None,
    city: CityConfig,
    day: date,
    language: Language,
) -> None:
    """立即更新一个或全部数据源 / pull one feed, or all, now."""
    from app.cli.feeding import pull

    with engine_of(settings, city) as engine:
        pull(engine, name, day, language)


@feed.command("list")
@city_option
@language_option
@click.pass_obj
def list_feeds(settings: Settings, city: CityConfig, language: Language) -> None:
    """列出数据源和最近一次更新 / all feeds with their latest pull."""
    from app.cli.feeding import show

    with engine_of(settings, city) as engine:
        show(engine, language)


@feed.command("stop")
@click.argument("name")
@city_option
@click.pass_obj
def stop_feed(settings: Settings, name: str, city: CityConfig) -> None:
    """停止更新,已有数据不变 / pull a feed no more; what came from it stays."""
    from app.cli.feeding import stop

    with engine_of(settings, city) as engine:
        stop(engine, name)
