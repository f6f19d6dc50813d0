"""`jiantu public …`: what the public map tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.opening import city_option, commanding
from app.console import say

if TYPE_CHECKING:
    from app.config import Settings
    from geo.database.city_file import CityConfig


@click.group()
def public() -> None:
    """公众地图的发布 / what the public map tells."""


@public.command("show")
@click.argument("code")
@city_option
@click.pass_obj
def show_public(settings: Settings, code: str, city: CityConfig) -> None:
    """把项目放上公众地图 / put a project on the public map."""
    from geo.changes.releases import show_project

    with commanding(settings, city) as session:
        show_project(session, code, public=True)
    say(f"✓ {code}: 对外公开 / public")


@public.command("hide")
@click.argument("code")
@city_option
@click.pass_obj
def hide_public(settings: Settings, code: str, city: CityConfig) -> None:
    """把项目撤下公众地图 / take a project off the public map."""
    from geo.changes.releases import show_project

    with commanding(settings, city) as session:
        show_project(session, code, public=False)
    say(f"✓ {code}: 不公开 / not public")


@public.command("words")
@click.argument("code")
@click.option("--zh", help="中文简介 / introduction in Chinese")
@click.option("--en", help="英文简介 / introduction in English")
@click.option(
    "--investment", is_flag=True, help="同时公布总投资 / release the total investment, too"
)
@city_option
@click.pass_obj
def release_public_words(  # noqa: PLR0913, PLR0917  one for each option
    settings: Settings,
    code: str,
    zh: str | None,
    en: str | None,
    investment: bool,  # noqa: FBT001  click passes flags by position
    city: CityConfig,
) -> None:
    """发布项目简介(替换原有) / release plain words about a project, in place of those before."""
    from geo.changes.releases import PlainWords, release_words

    with commanding(settings, city) as session:
        release_words(session, code, PlainWords(zh, en, investment=investment))
    say(f"✓ {code}")


@public.command("extension")
@click.argument("code")
@click.argument("number", type=int)
@click.option("--zh", required=True, help="延期原因 / the reason in Chinese")
@click.option("--en", help="英文 / the reason in English")
@city_option
@click.pass_obj
def release_public_extension(  # noqa: PLR0913, PLR0917  one for each option
    settings: Settings, code: str, number: int, zh: str, en: str | None, city: CityConfig
) -> None:
    """公布第几次计划调整及原因 / tell a changed plan's finish with its reason."""
    from geo.changes.releases import release_extension

    with commanding(settings, city) as session:
        release_extension(session, code, number, zh, en)
    say(f"✓ {code} · {number}")


@public.command("lamps")
@click.argument("shown", type=click.Choice(["on", "off"]))
@city_option
@click.pass_obj
def show_public_lamps(settings: Settings, shown: str, city: CityConfig) -> None:
    """公众地图是否显示亮灯 / whether the public map shows lamps."""
    from geo.changes.releases import show_lamps

    with commanding(settings, city) as session:
        show_lamps(session, shown=shown == "on")
    say(f"✓ 亮灯 / lamps: {shown}")
