"""Files in and out: imports, the ledger workbook, its template, the snapshot; and places in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.opening import (
    ACTOR,
    city_option,
    day_option,
    engine_of,
    language_option,
    reading,
)
from app.console import print_candidates, print_report, say, showing_progress, today_of, utc_now

if TYPE_CHECKING:
    from datetime import date

    from app.config import Settings
    from app.console import Language
    from geo.database.city_file import CityConfig


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--mapping",
    default="ledger",
    show_default=True,
    help="对照名称,项目台账为 ledger / name of the mapping; ledger is the project ledger workbook",
)
@click.option(
    "--crs",
    metavar="EPSG:4548|GCJ-02|BD-09",
    help="坐标系,以此为准 / the coordinate system, whatever mapping and file say",
)
@click.option("--dry-run", is_flag=True, help="只试不存 / show what would happen, change nothing")
@city_option
@day_option
@language_option
@click.pass_context
def import_file(  # noqa: PLR0913, PLR0917  one for each option
    ctx: click.Context,
    file: Path,
    mapping: str,
    crs: str | None,
    dry_run: bool,  # noqa: FBT001  click passes flags by position
    city: CityConfig,
    day: date,
    language: Language,
) -> None:
    """导入台账或其他文件 / import a ledger or any other file."""
    from geo.importers.run import ImportOrder, run_import

    settings: Settings = ctx.obj
    order = ImportOrder(file, mapping, ACTOR, day, dry_run, crs)
    with engine_of(settings, city) as engine, showing_progress(language) as progress:
        report = run_import(engine, order, utc_now, progress)
    print_report(report, language)
    if dry_run:
        say("试运行,未保存 / dry run: nothing was saved")
    if report.refusal is not None:
        ctx.exit(1)


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@city_option
@click.pass_obj
def export_ledger(settings: Settings, file: Path, city: CityConfig) -> None:
    """导出项目台账 Excel / export the project ledger workbook."""
    from geo.exporters.ledger import write_ledger
    from geo.queries.batches import read_batch

    with reading(settings, city) as session:
        write_ledger(file, read_batch(session))
    say(f"✓ {file}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def template(file: Path) -> None:
    """写出台账模板 Excel / write an empty ledger workbook to fill in."""
    from geo.exporters.ledger_template import write_template

    write_template(file)
    say(f"✓ {file}")


@click.command()
def mappings() -> None:
    """列出可用的对照 / list the mappings that files can be imported by."""
    from geo.importers.mapping import list_mappings

    for mapping in list_mappings():
        say(f"{mapping.name:<28} {mapping.title}")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@city_option
@day_option
@language_option
@click.pass_obj
def snapshot(
    settings: Settings, file: Path, city: CityConfig, day: date, language: Language
) -> None:
    """导出单文件地图,断网可看 / write one HTML file with the map of a day; it opens without a network."""
    from app.leaflet_files import read_leaflet
    from geo.exporters.snapshot import write_snapshot

    with reading(settings, city) as session:
        write_snapshot(session, file, day, today_of(city.time_zone), language, read_leaflet())
    say(f"✓ {file}")


@click.command()
@click.argument("words")
@city_option
@language_option
@click.pass_obj
def place(settings: Settings, words: str, city: CityConfig, language: Language) -> None:
    """按文字定位,如“东风路(湖滨大道至迎宾大街段)北侧” / where on the city's roads a place in words may be."""
    from geo.placing import find_places
    from geo.queries.roads import read_road_index

    with reading(settings, city) as session:
        candidates = find_places(read_road_index(session), words)
    print_candidates(candidates, language)
