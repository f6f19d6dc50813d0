"""`jiantu backup` and `jiantu restore`: whole copies of the private server, and any moment since brought back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from app.cli.opening import city_option, installation_of
from app.console import say, utc_now

if TYPE_CHECKING:
    from app.config import Settings
    from geo.database.city_file import CityConfig


@click.command()
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    default=7,
    show_default=True,
    help="保留最近几份 / how many copies are kept",
)
@click.option(
    "--list", "only_list", is_flag=True, help="只列出已有备份 / only show those there are"
)
@city_option
@click.pass_obj
def backup(
    settings: Settings,
    keep: int,
    only_list: bool,  # noqa: FBT001  click passes flags by position
    city: CityConfig,
) -> None:
    """备份数据库,运行中即可 / make a whole copy of the database, also while it is used."""
    from app.installation import backups_of

    backups = backups_of(settings)
    if not only_list:
        with installation_of(settings, city):
            backups.back_up(utc_now, keep)
    zone = ZoneInfo(city.time_zone)
    for base in backups.bases():
        say(f"✓ {base.done_at.astimezone(zone):%Y-%m-%d %H:%M:%S}  {base.folder}")


@click.command()
@click.option(
    "--until",
    metavar='"YYYY-MM-DD HH:MM[:SS]"',
    help="恢复到哪一刻,按城市的钟;默认最后一刻 / to which moment, by the city's clock; by default the last there is",
)
@city_option
@click.pass_obj
def restore(settings: Settings, until: str | None, city: CityConfig) -> None:
    """把数据库恢复到某一刻,现有数据留在旁边 / bring the database back as of a moment; the present one is kept."""
    from app.installation import backups_of

    zone = ZoneInfo(city.time_zone)
    done = backups_of(settings).restore(None if until is None else _moment(until, zone), utc_now)
    if done.reached is None:
        say("✓ 已恢复 / restored")
    else:
        reached = f"{done.reached.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        say(f"✓ 已恢复,最后一次写入 / restored; the last change in it: {reached}")
    say(f"  备份 / from: {done.base.folder}")
    if done.former is not None:
        say(f"  原有数据 / the former data: {done.former}")


def _moment(words: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError as error:
        message = "时刻应写作 2026-11-25 16:30 / a moment is written as 2026-11-25 16:30"
        raise click.BadParameter(message, param_hint="--until") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
