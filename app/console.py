"""What the command line shows: lines, progress bars, reports and counts, in Chinese or English."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from geo.errors import JiantuError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from geo.importers.run import ImportReport
    from geo.placing import Candidate
    from geo.queries.accounts import AccountRow
    from geo.queries.overlaps import FoundPair, FoundWatch, ZoneBrief

Language = Literal["zh", "en"]

_NOTICES_SHOWN = 40
"""Notices of one import that the terminal shows; all of them are kept with the import."""

KINDS = {
    "districts": ("区县", "districts"),
    "ground": ("底图", "ground"),
    "roads": ("道路", "roads"),
    "units": ("单位", "units"),
    "leaders": ("分包领导", "leaders"),
    "pauses": ("冬歇与假日", "pauses"),
    "projects": ("项目", "projects"),
    "sites": ("点位", "sites"),
    "relocations": ("管线迁改", "relocations"),
    "diversions": ("交通导行", "diversions"),
    "haul_routes": ("渣土线路", "haul routes"),
    "control_areas": ("管控区", "control areas"),
    "events": ("活动", "events"),
    "zones": ("占用区域", "zones"),
    "plans": ("计划", "plans"),
    "milestones": ("节点", "milestones"),
    "reports": ("进展", "reports"),
    "procedures": ("手续", "procedures"),
    "funding": ("资金", "funding"),
    "land": ("用地征拆", "land"),
    "blockers": ("制约问题", "blockers"),
    "suspensions": ("停工", "suspensions"),
    "pavements": ("路面", "pavements"),
    "lamps": ("亮灯", "lamps"),
    "rows": ("未成记录的行", "rows that made no record"),
}
SHAPES = {"line": ("线", "line"), "point": ("点", "point"), "polygon": ("面", "area")}
LEVELS = {
    "refused": ("拒收", "refused"),
    "mended": ("已修正", "mended"),
    "noted": ("提示", "noted"),
}
LAMPS = {
    "red": ("红", "red", "◆"),
    "yellow": ("黄", "yellow", "▲"),
    "green": ("绿", "green", "●"),
    "paused": ("停", "paused", "‖"),
    "grey": ("未到期", "not due", "○"),
    "blue": ("完工", "finished", "✓"),
}


def say(line: str, *, error: bool = False) -> None:
    """Print a line."""
    click.echo(line, err=error)


def word(pair: tuple[str, ...], language: Language) -> str:
    """The Chinese or the English of a pair."""
    return pair[0] if language == "zh" else pair[1]


def utc_now() -> datetime:
    """The clock of the command line."""
    return datetime.now(UTC)


def today_of(time_zone: str) -> date:
    """The day it is in the city."""
    return utc_now().astimezone(ZoneInfo(time_zone)).date()


def parse_day(words: str | None, today: date) -> date:
    """The day that was asked for, else today. Raises `JiantuError` for what is no day."""
    if words is None:
        return today
    try:
        return date.fromisoformat(words)
    except ValueError as error:
        message = (
            f"“{words}”不是日期,应为 2026-03-01 的形式 / “{words}” is no day; write 2026-03-01"
        )
        raise JiantuError(message) from error


@contextmanager
def showing_progress(language: Language) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on a terminal: what is being done and how far it is. Elsewhere it stays silent."""
    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)

        def told(what: str, done: int, of: int) -> None:
            name = word(KINDS[what], language) if what in KINDS else what
            bar.update(task, description=name, completed=done, total=of or None)

        yield told


def print_report(report: ImportReport, language: Language) -> None:
    """Print what came of an import."""
    console = Console()
    zh = language == "zh"
    if report.refusal is not None:
        say(
            f"✗ 整个文件未导入:{report.refusal}"
            if zh
            else f"✗ Nothing was imported: {report.refusal}"
        )
        return
    heads = ("类别", "读取", "新增", "变更", "未变", "拒收")
    heads_en = ("kind", "read", "new", "changed", "unchanged", "refused")
    table = Table(box=None, pad_edge=False)
    for place, head in enumerate(heads if zh else heads_en):
        table.add_column(head, justify="left" if place == 0 else "right")
    for kind, tally in report.tallies.items():
        numbers = (tally.read, tally.new, tally.changed, tally.unchanged, tally.refused)
        table.add_row(word(KINDS.get(kind, (kind, kind)), language), *(str(n) for n in numbers))
    console.print(table)
    for notice in report.notices[:_NOTICES_SHOWN]:
        where = " ".join(
            part
            for part in (
                notice.sheet,
                (f"第{notice.row}行" if zh else f"row {notice.row}") if notice.row else None,
                notice.field,
            )
            if part
        )
        level = word(LEVELS.get(notice.level, (notice.level, notice.level)), language)
        text = notice.message_zh if zh else notice.message_en
        console.print(f"[{level}] {where}: {text}", markup=False, highlight=False)
    rest = len(report.notices) - _NOTICES_SHOWN
    if rest > 0:
        say(
            f"……另有{rest}条,均已随导入记录保存"
            if zh
            else f"… and {rest} more, kept with the import"
        )


def print_lamps(board: dict[str, Any], city_name: str, language: Language) -> None:
    """Print a day's counts."""
    zh = language == "zh"
    forecast = ("(预测)" if zh else " (forecast)") if board["forecast"] else ""
    say(f"{city_name} {board['day']}{forecast}")
    for lamp, names in LAMPS.items():
        count, computed = board["counts"][lamp], board["computed_counts"][lamp]
        beside = "" if computed == count else f"  ({'拟亮' if zh else 'computed'} {computed})"
        say(f"  {names[2]} {word(names, language):<8} {count:>5}{beside}")
    lines = (
        ("项目合计", "projects", board["projects_counted"]),
        ("未开工", "not started", board["not_started"]),
        ("其中应开未开", "  of these overdue", board["overdue_start"]),
        ("未解决制约问题", "open blockers", board["open_blockers"]),
        ("30天内将转红", "turning red in 30 days", board["turning_red_30"]),
        ("按核定亮灯", "lamps by ruling", board["ruled"]),
    )
    for name, name_en, number in lines:
        say(f"  {name if zh else name_en}: {number}")


def print_candidates(candidates: Sequence[Candidate], language: Language) -> None:
    """Print what a place in words may be, the likeliest first; ✓ marks what would be taken without asking."""
    zh = language == "zh"
    if not candidates:
        say("没有认出道路" if zh else "no road was recognised")
    for candidate in candidates:
        mark = "✓" if candidate.confident else "?"
        kind = word(SHAPES[candidate.kind], language)
        middle = candidate.shape.representative_point()
        how = candidate.how_zh if zh else candidate.how_en
        say(f"{mark} {candidate.confidence:.2f} {kind} {middle.x:.6f},{middle.y:.6f} {how}")


def print_why(sheet: dict[str, Any], language: Language) -> None:
    """Print one project's lamp and the reasons for it."""
    project = sheet["project"]
    name = project["name"] if language == "zh" else (project["name_en"] or project["name"])
    lamp = word(LAMPS[sheet["lamp"]], language) if sheet["lamp"] else "—"
    say(f"{project['code']} {name} · {sheet['day']} · {lamp}")
    if sheet["sentence"]:
        say(sheet["sentence"])
    for reason in sheet["reasons"]:
        say(f"  {LAMPS[reason['lamp']][2]} {reason['text']}")
    for mark in sheet["marks"]:
        say(f"  · {mark['text']}")


SEVERITIES = {
    "heavy": ("重叠", "overlap", "◆"),
    "light": ("邻近", "near", "▲"),
    "none": ("机会", "opportunity", "○"),
}


def print_overlaps(pairs: list[FoundPair], watches: list[FoundWatch], language: Language) -> None:
    """Print the pairs of a day, worst first, and what is watched on one side."""
    for pair in pairs:
        severity = SEVERITIES[pair.severity.value]
        say(f"{severity[2]} {word(severity, language)}  {_zone(pair.a)} × {_zone(pair.b)}")
        for sentence in pair.sentences(language):
            say(f"    {sentence}")
    for found in watches:
        say(f"! {_zone(found.zone)}")
        say(f"    {found.sentence(language)}")
    counted = ", ".join(
        f"{word(names, language)} {sum(pair.severity.value == key for pair in pairs)}"
        for key, names in SEVERITIES.items()
    )
    say(f"{counted}, {word(('单方提醒', 'watches'), language)} {len(watches)}")


def _zone(zone: ZoneBrief) -> str:
    unit = f" ({zone.unit})" if zone.unit else ""
    return f"{zone.code} {zone.name}{unit}"


ACCOUNT_ROLES = {
    "none": ("单位成员", "member"),
    "leader": ("市领导", "leader"),
    "command": ("指挥部", "command"),
    "admin": ("管理员", "administrator"),
    "reader": ("查看", "reader"),
    "editor": ("填报", "editor"),
    "unit_admin": ("单位管理员", "unit administrator"),
}


def print_accounts(accounts: Sequence[AccountRow], language: Language) -> None:
    """Print the accounts with their roles and places; ✗ marks those that are switched off."""
    for one in accounts:
        places = [
            f"{place.unit if language == 'zh' else place.unit_en}"
            f"({word(ACCOUNT_ROLES[place.role.value], language)})"
            for place in one.places
        ]
        role = word(ACCOUNT_ROLES[one.staff_role.value], language)
        since = one.password_changed_at
        password = f"{since:%Y-%m-%d}" if since else word(("未设密码", "no password yet"), language)
        mark = "✓" if one.active else "✗"
        say(f"{mark} {one.name:<20} {one.display_name} · {role} · {' '.join(places)} · {password}")
