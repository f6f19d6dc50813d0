"""`jiantu init` and `jiantu up`: a city's database, and everything from nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.opening import city_option, installation_of, read_city
from app.console import say

if TYPE_CHECKING:
    from app.config import Settings
    from geo.database.city_file import CityConfig


@click.command()
@click.option(
    "--city", required=True, metavar="NAME|FILE", callback=read_city, help="城市文件 / city file"
)
@click.pass_obj
def init(settings: Settings, city: CityConfig) -> None:
    """设置一个城市的数据库 / set up a city's database (harmless to repeat)."""
    with installation_of(settings, city) as installation:
        made = installation.set_up(city)
    done = "已设置 / set up" if made else "已是最新 / up to date already"
    say(f"✓ {city.name} {city.name_en}: {done}")


@click.command()
@click.option("--host", help="监听地址,默认 127.0.0.1 / address to listen on")
@click.option("--port", type=int, help="端口,默认 8000 / port")
@click.option(
    "--check", is_flag=True, help="启动、自查首页后退出 / start, look at the first page, stop"
)
@click.option(
    "--only",
    type=click.Choice(["public", "staff"]),
    help="只提供公众地图或只提供工作端 / serve only the public map, or only the staff's side",
)
@city_option
@click.pass_obj
def up(  # noqa: PLR0913, PLR0917  one for each option
    settings: Settings,
    host: str | None,
    port: int | None,
    check: bool,  # noqa: FBT001  click passes flags by position
    only: str | None,
    city: CityConfig,
) -> None:
    """从无到有:数据库、城市、示范数据、网页 / everything: database, city, demo data, web server."""
    from app.start import start

    changes = {"host": host, "port": port, "only": only}
    chosen = settings.model_copy(
        update={name: value for name, value in changes.items() if value is not None}
    )
    start(chosen, city, check=check)
