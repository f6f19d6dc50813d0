"""What looks doubtful in a row that was understood: shown with its figures, never refused. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo.importers.collection.findings import Finding
from geo.importers.collection.readings import TAKE, Choice, last_choice, percent_word, wan_word
from geo.records import Day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.importers.collection.findings import Row
    from geo.queries.collection_facts import ProjectFacts, RoundFacts

JUMP_POINTS = 40.0
"""A percent that rose by more than this within one period is shown."""
SUM_TOLERANCE_YUAN = 10_000
OVER_TOTAL = 1.1


def find_doubts(row: Row, facts: RoundFacts) -> None:
    """Add the row's doubtful findings."""
    project = facts.projects[row.project or ""]
    for rule in _RULES:
        row.findings.extend(rule(row, project, facts))


def _doubt(row: Row, field: str, kind: str, zh: str, en: str, *choices: Choice) -> Finding:
    return Finding(row.number, field, kind, row.name, zh, en, (TAKE, *choices), typed=True)


def _percent(row: Row, project: ProjectFacts, _facts: RoundFacts) -> Iterator[Finding]:
    now, last = row.values.get("percent"), project.last
    if now is None or last is None or last.percent is None:
        return
    was = last.percent
    if now < was:
        zh = f"进度由 {percent_word(was)} 降到 {percent_word(now)}"
        en = f"the percent fell from {percent_word(was)} to {percent_word(now)}"
        yield _doubt(row, "percent", "percent_fell", zh, en, last_choice(percent_word(was)))
    elif now - was > JUMP_POINTS:
        zh = f"进度一期内由 {percent_word(was)} 升到 {percent_word(now)}(升 {now - was:g} 个百分点)"
        en = f"the percent rose from {percent_word(was)} to {percent_word(now)} in one period ({now - was:g} points)"
        yield _doubt(row, "percent", "percent_jumped", zh, en, last_choice(percent_word(was)))


def _money(row: Row, project: ProjectFacts, _facts: RoundFacts) -> Iterator[Finding]:
    now, gained = row.values.get("to_date"), row.values.get("invested")
    was = project.last.to_date_yuan if project.last else None
    if now is not None and was is not None:
        if now < was:
            zh = f"累计完成投资由 {wan_word(was)} 降到 {wan_word(now)}"
            en = f"investment to date fell from {was:,} to {now:,} yuan"
            yield _doubt(row, "to_date", "cumulative_fell", zh, en, last_choice(wan_word(was)))
        elif gained is not None and abs(was + gained - now) > SUM_TOLERANCE_YUAN:
            zh = f"上期累计 {wan_word(was)} 加本期 {wan_word(gained)},不等于累计 {wan_word(now)}"
            en = f"{was:,} to date and {gained:,} in this period do not make {now:,} yuan"
            summed = Choice(
                f"value:{(was + gained) / 10_000:.10g}",
                wan_word(was + gained),
                f"{was + gained:,} yuan",
            )
            yield _doubt(row, "to_date", "sum_differs", zh, en, summed)
    total = project.total_yuan
    if (
        now is not None
        and total
        and now > total * OVER_TOTAL
        and (was is None or was <= total * OVER_TOTAL)
    ):
        zh = f"累计完成投资 {wan_word(now)} 超过总投资 {wan_word(total)} 一成以上"
        en = f"investment to date ({now:,}) is more than a tenth over the total ({total:,} yuan)"
        yield _doubt(row, "to_date", "over_total", zh, en)


def _words(row: Row, project: ProjectFacts, _facts: RoundFacts) -> Iterator[Finding]:
    said, last = row.values.get("narrative"), project.last
    if said is not None and last is not None and _same(said, last.narrative):
        zh = "形象进度与上期一字不差,可能没有更新"
        en = "the progress in words is that of last period: it may not have been renewed"
        yield _doubt(row, "narrative", "text_same", zh, en)
    if row.values.get("reporter") is None:
        zh, en = "没有填写填报人", "the reporter is not named"
        known = last.reporter if last else None
        more = (last_choice(known),) if known else ()
        yield _doubt(row, "reporter", "reporter_missing", zh, en, *more)


def _same(one: str, other: str | None) -> bool:
    return other is not None and "".join(one.split()) == "".join(other.split())


def _days(row: Row, project: ProjectFacts, facts: RoundFacts) -> Iterator[Finding]:
    start, finish = row.values.get("start"), row.values.get("finish")
    completed, percent = row.values.get("completed"), row.values.get("percent")
    planned = project.planned_finish
    undocumented = row.values.get("document") is None
    if undocumented and isinstance(finish, Day) and planned is not None and finish.on != planned.on:
        zh = f"计划完工由 {planned.on} 改为 {finish.on},没有调整文号"
        en = f"the planned finish moved from {planned.on} to {finish.on} without a document"
        yield _doubt(row, "finish", "date_moved", zh, en, last_choice(planned.on.isoformat()))
    was = project.actual_start_on
    if was is not None and start is not None and start != was:
        zh, en = (
            f"实际开工日期由 {was} 改为 {start}",
            f"the actual start moved from {was} to {start}",
        )
        yield _doubt(row, "start", "start_moved", zh, en, last_choice(was.isoformat()))
    for name, on in (("start", start), ("completed", completed)):
        if on is not None and on > facts.last_on:
            zh = f"日期 {on} 在填报期({facts.last_on} 止)之后"
            en = f"{on} comes after the period, which ends on {facts.last_on}"
            yield _doubt(
                row, name, "day_ahead", zh, en, Choice("blank", "按未填处理", "Take as not given")
            )
    begun = start or was
    ends = [("completed", completed), ("finish", finish.on if isinstance(finish, Day) else None)]
    for name, on in ends:
        if on is not None and begun is not None and on < begun:
            zh, en = (
                f"完工({on})早于开工({begun})",
                f"the finish ({on}) is before the start ({begun})",
            )
            yield _doubt(
                row,
                name,
                "finish_before_start",
                zh,
                en,
                Choice("blank", "按未填处理", "Take as not given"),
            )
            break
    if percent == 100 and completed is None and project.completed_on is None:  # noqa: PLR2004  percent
        zh, en = "进度为 100%,没有完工日期", "at 100 % without the day of completion"
        yield _doubt(row, "completed", "done_without_day", zh, en)
    if percent and begun is None:
        zh, en = (
            f"进度为 {percent_word(percent)},没有实际开工日期",
            f"at {percent_word(percent)} without an actual start",
        )
        yield _doubt(row, "start", "begun_without_start", zh, en)


_RULES: tuple[Callable[[Row, ProjectFacts, RoundFacts], Iterator[Finding]], ...] = (
    *(_percent, _money, _words, _days),
)
