"""The lamps of a day, why a project has its own, the roll at midnight, and the end of the opening phase."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from app.cli.opening import city_option, commanding, day_option, language_option, reading
from app.console import print_lamps, print_why, say, today_of

if TYPE_CHECKING:
    from datetime import date

    from app.config import Settings
    from app.console import Language
    from geo.database.city_file import CityConfig


@click.command()
@city_option
@day_option
@language_option
@click.pass_obj
def lamps(settings: Settings, city: CityConfig, day: date, language: Language) -> None:
    """全市亮灯统计 / the city's lamp counts on a day."""
    from geo.queries.lamps import get_lamp_board

    with reading(settings, city) as session:
        board = get_lamp_board(session, day, today_of(city.time_zone))
    print_lamps(board, city.name if language == "zh" else city.name_en, language)


@click.command()
@click.argument("code")
@city_option
@day_option
@language_option
@click.pass_obj
def why(settings: Settings, code: str, city: CityConfig, day: date, language: Language) -> None:
    """一个项目为什么亮这个灯 / why a project has its lamp."""
    from geo.queries.project_sheet import get_project_sheet

    with reading(settings, city) as session:
        sheet = get_project_sheet(session, code, day, today_of(city.time_zone), language)
    print_why(sheet, language)


@click.command()
@city_option
@day_option
@click.pass_obj
def roll(settings: Settings, city: CityConfig, day: date) -> None:
    """零点滚动:亮灯预测延期,逾期未完的占地顺延 / the roll at midnight: lamps and pairs come to the new day."""
    from geo.changes.roll import roll_day

    with commanding(settings, city, "system:roll") as session:
        rolled = roll_day(session, day)
    say(f"✓ {day}: {rolled.projects} 个项目 / projects, {rolled.zones} 个工区 / zones")


@click.group()
def ledger() -> None:
    """台账 / the city's ledger."""


@ledger.command("close")
@city_option
@day_option
@click.pass_obj
def close_ledger(settings: Settings, city: CityConfig, day: date) -> None:
    """结束建账期,此后过去的亮灯不再改写 / end the opening phase: from now on the past is not rewritten."""
    from geo.changes.ledger import close_ledger as close

    with commanding(settings, city) as session:
        close(session, day)
    say(f"✓ 台账自{day}起封存过去 / the past is closed from {day} on")
