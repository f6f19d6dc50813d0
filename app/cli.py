"""`jiantu …`: the command line. It calls `geo`, shows what happens and prints what came of it.

Heavy libraries are imported by the commands that need them, so that the others start at once.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.config import PROJECT_DIR, Settings
from app.console import (
    Language,
    parse_day,
    print_accounts,
    print_candidates,
    print_lamps,
    print_overlaps,
    print_report,
    print_why,
    say,
    showing_progress,
    today_of,
    utc_now,
)
from geo.database.city_file import CityConfig, load_city
from geo.errors import JiantuError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.installation import Installation

ACTOR = "system:cli"

day_option = click.option(
    "--day", "day_words", metavar="YYYY-MM-DD", help="哪一天,默认今天 / which day, by default today"
)
language_option = click.option(
    "--lang", "language", type=click.Choice(["zh", "en"]), default="zh", help="语言 / language"
)


class _Commands(click.Group):
    """Turns errors that a person can be told about into one sentence and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except JiantuError as error:
            say(f"✗ {error}", error=True)
            ctx.exit(1)


@click.group(cls=_Commands)
@click.version_option(package_name="jiantu")
@click.pass_context
def main(ctx: click.Context) -> None:
    """建图 Jiantu: 城市建设一张图 / the live map of a city's construction."""
    ctx.obj = Settings()


def find_city(settings: Settings, named: str | None = None) -> CityConfig:
    """The city file that was named, by path or by the name of one in `data/cities`; else the settings'."""
    if named is None:
        return load_city(settings.city_file)
    known = PROJECT_DIR / "data" / "cities" / f"{named}.toml"
    return load_city(known if known.exists() else Path(named))


@contextmanager
def _installation(settings: Settings, city: CityConfig) -> Iterator[Installation]:
    from app.installation import open_installation

    with open_installation(settings, city) as installation:
        yield installation


@contextmanager
def _engine(settings: Settings, city: CityConfig) -> Iterator[Engine]:
    """An engine on the city's database, which must have been set up."""
    from geo.database.acting import make_engine

    with _installation(settings, city) as installation:
        engine = make_engine(installation.jobs_url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _reading(settings: Settings, city: CityConfig) -> Iterator[Session]:
    from geo.database.acting import Identity, Role, reading_session

    with (
        _engine(settings, city) as engine,
        reading_session(engine, Identity(Role.LEADER, ACTOR)) as session,
    ):
        yield session


city_option = click.option(
    "--city",
    "city_name",
    metavar="NAME|FILE",
    help="城市(默认 JIANTU_CITY_FILE,再默认示范市) / which city (default: the settings', else the demo)",
)


@main.command()
@click.option(
    "--city", "city_name", required=True, metavar="NAME|FILE", help="城市文件 / city file"
)
@click.pass_obj
def init(settings: Settings, city_name: str) -> None:
    """设置一个城市的数据库 / set up a city's database (harmless to repeat)."""
    city = find_city(settings, city_name)
    with _installation(settings, city) as installation:
        made = installation.set_up(city)
    done = "已设置 / set up" if made else "已是最新 / up to date already"
    say(f"✓ {city.name} {city.name_en}: {done}")


@main.command("import")
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
    city_name: str | None,
    day_words: str | None,
    language: Language,
) -> None:
    """导入台账或其他文件 / import a ledger or any other file."""
    from geo.importers.run import ImportOrder, run_import

    settings: Settings = ctx.obj
    city = find_city(settings, city_name)
    day = parse_day(day_words, today_of(city.time_zone))
    order = ImportOrder(file, mapping, ACTOR, day, dry_run, crs)
    with _engine(settings, city) as engine, showing_progress(language) as progress:
        report = run_import(engine, order, utc_now, progress)
    print_report(report, language)
    if dry_run:
        say("试运行,未保存 / dry run: nothing was saved")
    if report.refusal is not None:
        ctx.exit(1)


@main.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@city_option
@click.pass_obj
def export_ledger(settings: Settings, file: Path, city_name: str | None) -> None:
    """导出项目台账 Excel / export the project ledger workbook."""
    from geo.exporters.ledger import write_ledger
    from geo.queries.batches import read_batch

    with _reading(settings, find_city(settings, city_name)) as session:
        write_ledger(file, read_batch(session))
    say(f"✓ {file}")


@main.command()
@click.argument("words")
@city_option
@language_option
@click.pass_obj
def place(settings: Settings, words: str, city_name: str | None, language: Language) -> None:
    """按文字定位,如“东风路(湖滨大道至迎宾大街段)北侧” / where on the city's roads a place in words may be."""
    from geo.placing import find_places
    from geo.queries.roads import read_road_index

    with _reading(settings, find_city(settings, city_name)) as session:
        candidates = find_places(read_road_index(session), words)
    print_candidates(candidates, language)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def template(file: Path) -> None:
    """写出台账模板 Excel / write an empty ledger workbook to fill in."""
    from geo.exporters.ledger_template import write_template

    write_template(file)
    say(f"✓ {file}")


@main.command()
def mappings() -> None:
    """列出可用的对照 / list the mappings that files can be imported by."""
    from geo.importers.mapping import list_mappings

    for mapping in list_mappings():
        say(f"{mapping.name:<28} {mapping.title}")


@main.command()
@city_option
@day_option
@language_option
@click.pass_obj
def lamps(
    settings: Settings, city_name: str | None, day_words: str | None, language: Language
) -> None:
    """全市亮灯统计 / the city's lamp counts on a day."""
    from geo.queries.lamps import get_lamp_board

    city = find_city(settings, city_name)
    today = today_of(city.time_zone)
    with _reading(settings, city) as session:
        board = get_lamp_board(session, parse_day(day_words, today), today)
    print_lamps(board, city.name if language == "zh" else city.name_en, language)


@main.command()
@click.argument("code")
@city_option
@day_option
@language_option
@click.pass_obj
def why(
    settings: Settings, code: str, city_name: str | None, day_words: str | None, language: Language
) -> None:
    """一个项目为什么亮这个灯 / why a project has its lamp."""
    from geo.queries.project_sheet import get_project_sheet

    city = find_city(settings, city_name)
    today = today_of(city.time_zone)
    with _reading(settings, city) as session:
        sheet = get_project_sheet(session, code, parse_day(day_words, today), today, language)
    print_why(sheet, language)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@city_option
@day_option
@language_option
@click.pass_obj
def snapshot(
    settings: Settings, file: Path, city_name: str | None, day_words: str | None, language: Language
) -> None:
    """导出单文件地图,断网可看 / write one HTML file with the map of a day; it opens without a network."""
    from app.leaflet_files import read_leaflet
    from geo.exporters.snapshot import write_snapshot

    city = find_city(settings, city_name)
    today = today_of(city.time_zone)
    with _reading(settings, city) as session:
        day = parse_day(day_words, today)
        write_snapshot(session, file, day, today, language, read_leaflet())
    say(f"✓ {file}")


@main.command()
@city_option
@day_option
@click.pass_obj
def roll(settings: Settings, city_name: str | None, day_words: str | None) -> None:
    """零点滚动:亮灯预测延期,逾期未完的占地顺延 / the roll at midnight: lamps and pairs come to the new day."""
    from geo.changes.roll import roll_day
    from geo.database.acting import Identity, Role, acting_session

    city = find_city(settings, city_name)
    day = parse_day(day_words, today_of(city.time_zone))
    identity = Identity(Role.COMMAND, "system:roll")
    with _engine(settings, city) as engine, acting_session(engine, identity) as session:
        rolled = roll_day(session, day)
    say(f"✓ {day}: {rolled.projects} 个项目 / projects, {rolled.zones} 个工区 / zones")


@main.group()
def overlaps() -> None:
    """时空冲突 / what meets in space and time."""


@overlaps.command("rebuild")
@city_option
@day_option
@click.pass_obj
def rebuild_overlaps(settings: Settings, city_name: str | None, day_words: str | None) -> None:
    """全部重新查找 / find every pair anew; gives what was kept, or mends it."""
    from geo.changes.overlaps import rebuild_overlaps as rebuild
    from geo.database.acting import Identity, Role, acting_session

    city = find_city(settings, city_name)
    day = parse_day(day_words, today_of(city.time_zone))
    identity = Identity(Role.COMMAND, ACTOR)
    with _engine(settings, city) as engine, acting_session(engine, identity) as session:
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
def list_overlaps(
    settings: Settings, city_name: str | None, day_words: str | None, language: Language
) -> None:
    """某日的冲突与提醒 / the pairs and watches of a day, worst first."""
    from geo.queries.overlaps import OverlapFilter, find_overlaps, find_watches

    city = find_city(settings, city_name)
    wanted = OverlapFilter(day=parse_day(day_words, today_of(city.time_zone)))
    with _reading(settings, city) as session:
        pairs, watches = find_overlaps(session, wanted), find_watches(session, wanted)
    print_overlaps(pairs, watches, language)


@main.command()
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
    city_name: str | None,
    day_words: str | None,
    language: Language,
) -> None:
    """年度掘路计划:为未定工程提出错峰日期 / propose dates for tentative works that clash less."""
    from app.planning import propose_dates

    city = find_city(settings, city_name)
    day = parse_day(day_words, today_of(city.time_zone))
    with _engine(settings, city) as engine:
        propose_dates(engine, day, seconds, language, ACTOR, keep=not dry_run)


@main.group()
def ledger() -> None:
    """台账 / the city's ledger."""


@ledger.command("close")
@city_option
@day_option
@click.pass_obj
def close_ledger(settings: Settings, city_name: str | None, day_words: str | None) -> None:
    """结束建账期,此后过去的亮灯不再改写 / end the opening phase: from now on the past is not rewritten."""
    from geo.changes.ledger import close_ledger as close
    from geo.database.acting import Identity, Role, acting_session

    city = find_city(settings, city_name)
    day = parse_day(day_words, today_of(city.time_zone))
    identity = Identity(Role.COMMAND, ACTOR)
    with _engine(settings, city) as engine, acting_session(engine, identity) as session:
        close(session, day)
    say(f"✓ 台账自{day}起封存过去 / the past is closed from {day} on")


@main.group()
def account() -> None:
    """账号 / who may sign in."""


@contextmanager
def _administering(settings: Settings, city_name: str | None) -> Iterator[Session]:
    """A session that acts as an administrator on the city's database."""
    from geo.database.acting import Identity, Role, acting_session

    identity = Identity(Role.ADMIN, ACTOR)
    with (
        _engine(settings, find_city(settings, city_name)) as engine,
        acting_session(engine, identity) as session,
    ):
        yield session


def _print_link(settings: Settings, url: str | None, token: str) -> None:
    from app.names import reachable
    from geo.changes.passwords import LINK_LASTS

    base = url or f"http://{reachable(settings.host)}:{settings.port}"
    hours = int(LINK_LASTS.total_seconds() // 3600)
    say(f"  {base.rstrip('/')}/account/reset/{token}")
    say(
        f"  一次性链接,{hours}小时内有效,用它设置密码 /"
        f" a one-time link, good for {hours} hours, by which the password is set"
    )


url_option = click.option(
    "--url", help="本系统的网址,用于链接 / this server's address, for the link (https://…)"
)


@account.command("add")
@click.argument("name")
@click.option("--name", "display_name", help="姓名,默认同账号 / the person's name")
@click.option(
    "--role",
    type=click.Choice(["none", "leader", "command", "admin"]),
    default="none",
    show_default=True,
    help="市领导、指挥部、管理员,或仅为单位成员 / leader, command office, administrator, or member of units",
)
@url_option
@city_option
@click.pass_obj
def add_account(  # noqa: PLR0913, PLR0917  one for each option
    settings: Settings,
    name: str,
    display_name: str | None,
    role: str,
    url: str | None,
    city_name: str | None,
) -> None:
    """新建账号,给出设置密码的一次性链接 / make an account and a one-time link for its password."""
    from geo.changes.accounts import add_account as add
    from geo.changes.passwords import make_link
    from geo.model.accounts import StaffRole

    with _administering(settings, city_name) as session:
        account_id = add(session, name, display_name or name, role=StaffRole(role))
        token = make_link(session, account_id, ACTOR, utc_now())
    say(f"✓ {name}")
    _print_link(settings, url, token)


@account.command("list")
@city_option
@language_option
@click.pass_obj
def list_accounts(settings: Settings, city_name: str | None, language: Language) -> None:
    """列出账号 / list the accounts."""
    from geo.queries.accounts import list_accounts as find

    with _administering(settings, city_name) as session:
        found = find(session)
    print_accounts(found, language)


@account.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="重新启用 / switch it on again")
@city_option
@click.pass_obj
def disable_account(
    settings: Settings,
    name: str,
    undo: bool,  # noqa: FBT001  click passes flags by position
    city_name: str | None,
) -> None:
    """停用账号,下一次请求即失效 / switch an account off; its next request is refused."""
    from geo.changes.accounts import end_sessions, get_account_id, set_active

    with _administering(settings, city_name) as session:
        account_id = get_account_id(session, name)
        set_active(session, account_id, active=undo)
        end_sessions(session, account_id)
    say(f"✓ {name}: {'已启用 / switched on' if undo else '已停用 / switched off'}")


@account.command("reset")
@click.argument("name")
@url_option
@city_option
@click.pass_obj
def reset_account(settings: Settings, name: str, url: str | None, city_name: str | None) -> None:
    """给出重设密码的一次性链接 / make a one-time link for a new password."""
    from geo.changes.accounts import get_account_id
    from geo.changes.passwords import make_link

    with _administering(settings, city_name) as session:
        token = make_link(session, get_account_id(session, name), ACTOR, utc_now())
    say(f"✓ {name}")
    _print_link(settings, url, token)


@account.command("member")
@click.argument("name")
@click.argument("unit")
@click.option(
    "--role",
    type=click.Choice(["reader", "editor", "unit_admin", "none"]),
    default="editor",
    show_default=True,
    help="查看、填报、单位管理员,none 为移出 / reader, editor, unit administrator; none takes the place away",
)
@city_option
@click.pass_obj
def place_member(
    settings: Settings, name: str, unit: str, role: str, city_name: str | None
) -> None:
    """把账号编入单位 / give an account a place in a unit (its name, short name, code or alias)."""
    from geo.changes.accounts import get_account_id, put_member, remove_member
    from geo.changes.directory import Directory, read_units
    from geo.errors import NotFoundError
    from geo.model.accounts import MemberRole

    with _administering(settings, city_name) as session:
        directory = Directory()
        read_units(session, directory)
        if unit not in directory.units:
            message = f"没有单位“{unit}” / there is no unit “{unit}”"
            raise NotFoundError(message)
        account_id = get_account_id(session, name)
        if role == "none":
            remove_member(session, account_id, directory.units[unit])
        else:
            put_member(session, account_id, directory.units[unit], MemberRole(role))
    say(f"✓ {name} · {unit} · {role}")


@main.group()
def public() -> None:
    """公众地图的发布 / what the public map tells."""


@contextmanager
def _releasing(settings: Settings, city_name: str | None) -> Iterator[Session]:
    from geo.database.acting import Identity, Role, acting_session

    with (
        _engine(settings, find_city(settings, city_name)) as engine,
        acting_session(engine, Identity(Role.COMMAND, ACTOR)) as session,
    ):
        yield session


@public.command("show")
@click.argument("code")
@city_option
@click.pass_obj
def show_public(settings: Settings, code: str, city_name: str | None) -> None:
    """把项目放上公众地图 / put a project on the public map."""
    from geo.changes.releases import show_project

    with _releasing(settings, city_name) as session:
        show_project(session, code, public=True)
    say(f"✓ {code}: 对外公开 / public")


@public.command("hide")
@click.argument("code")
@city_option
@click.pass_obj
def hide_public(settings: Settings, code: str, city_name: str | None) -> None:
    """把项目撤下公众地图 / take a project off the public map."""
    from geo.changes.releases import show_project

    with _releasing(settings, city_name) as session:
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
    city_name: str | None,
) -> None:
    """发布项目简介(替换原有) / release plain words about a project, in place of those before."""
    from geo.changes.releases import PlainWords, release_words

    with _releasing(settings, city_name) as session:
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
    settings: Settings, code: str, number: int, zh: str, en: str | None, city_name: str | None
) -> None:
    """公布第几次计划调整及原因 / tell a changed plan's finish with its reason."""
    from geo.changes.releases import release_extension

    with _releasing(settings, city_name) as session:
        release_extension(session, code, number, zh, en)
    say(f"✓ {code} · {number}")


@public.command("lamps")
@click.argument("shown", type=click.Choice(["on", "off"]))
@city_option
@click.pass_obj
def show_public_lamps(settings: Settings, shown: str, city_name: str | None) -> None:
    """公众地图是否显示亮灯 / whether the public map shows lamps."""
    from geo.changes.releases import show_lamps

    with _releasing(settings, city_name) as session:
        show_lamps(session, shown=shown == "on")
    say(f"✓ 亮灯 / lamps: {shown}")


@main.group()
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
    city_name: str | None,
) -> None:
    """添加数据源,地址为 http(s):// 或 file:/ / add a feed or change it."""
    from app.feed_commands import add
    from geo.changes.feeds import FeedWords

    words = FeedWords(name, address, mapping, every_minutes, crs, stable_ids=not new_ids)
    with _engine(settings, find_city(settings, city_name)) as engine:
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
    city_name: str | None,
    day_words: str | None,
    language: Language,
) -> None:
    """立即更新一个或全部数据源 / pull one feed, or all, now."""
    from app.feed_commands import pull

    city = find_city(settings, city_name)
    with _engine(settings, city) as engine:
        pull(engine, name, day_words, city.time_zone, language)


@feed.command("list")
@city_option
@language_option
@click.pass_obj
def list_feeds(settings: Settings, city_name: str | None, language: Language) -> None:
    """列出数据源和最近一次更新 / all feeds with their latest pull."""
    from app.feed_commands import show

    with _engine(settings, find_city(settings, city_name)) as engine:
        show(engine, language)


@feed.command("stop")
@click.argument("name")
@city_option
@click.pass_obj
def stop_feed(settings: Settings, name: str, city_name: str | None) -> None:
    """停止更新,已有数据不变 / pull a feed no more; what came from it stays."""
    from app.feed_commands import stop

    with _engine(settings, find_city(settings, city_name)) as engine:
        stop(engine, name)


@main.command()
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
    city_name: str | None,
) -> None:
    """从无到有:数据库、城市、示范数据、网页 / everything: database, city, demo data, web server."""
    from app.start import start

    changes = {"host": host, "port": port, "only": only}
    chosen = settings.model_copy(
        update={name: value for name, value in changes.items() if value is not None}
    )
    start(chosen, find_city(settings, city_name), check=check)
