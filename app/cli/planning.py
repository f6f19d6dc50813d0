"""`jiantu coordinate`: the search for better dates from the command line, and what it prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.console import Language, say, utc_now
from geo.changes.dig_plans import keep_proposal
from geo.database.acting import Identity, Role, acting_session, reading_session
from geo.planning import reasons_of, score_of, summarise
from geo.planning.solve import solve
from geo.queries.facts import read_rules
from geo.queries.planning import read_task
from geo.rules import rules_on

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from geo.planning import Score, Task
    from geo.planning.solve import Solution

_SUMS = (
    ("clashes", "重叠", "clashes"),
    ("parallel", "平行道路同时封闭", "parallel closures"),
    ("crews_short", "超出施工队数", "crews short"),
    ("misplaced", "不在作业窗口", "out of window"),
    ("repeat_digs", "重复开挖", "repeat digs"),
    ("closed_road_days", "道路封闭天数", "closed road-days"),
    ("joined", "同槽同期", "joined digs"),
)


def propose_dates(  # noqa: PLR0913  where, when, how long, in which language, by whom
    engine: Engine, day: date, seconds: float, language: Language, actor: str, *, keep: bool
) -> Solution:
    """Search for `seconds` at most, print what was found, and keep it as a proposal when `keep`.

    The database is not held while the search goes on; a zone that changes meanwhile is not shifted later.
    """
    with reading_session(engine, Identity(Role.LEADER, actor)) as session:
        planned = read_task(session, day)
        rules = rules_on(read_rules(session), day).coordinate
    solution = solve(planned.task, rules, seconds=seconds)
    _print(planned.task, solution, language)
    if keep:
        with acting_session(engine, Identity(Role.COMMAND, actor)) as session:
            keep_proposal(session, planned, solution, day, utc_now())
        say(
            "已存为建议,待各单位逐项答复 / kept as a proposal: each owner decides its own part"
            if solution.shifts
            else "没有更好的日期 / no better dates were found"
        )
    return solution


def _print(task: Task, solution: Solution, language: Language) -> None:
    movable = sum(not work.stays for work in task.works.values())
    say(f"可调整的工程 / works that may be shifted: {movable}")
    before, after = score_of(task, {}), score_of(task, solution.shifts)
    for name, chinese, english in _SUMS:
        say(
            f"  {english if language == 'en' else chinese}: {_sum(before, name)} → {_sum(after, name)}"
        )
    proven = "已证明最优 / proven to be the best" if solution.proven else ""
    say(
        f"目标值 / cost: {solution.cost_before} → {solution.cost}, 下界 / bound {solution.bound},"
        f" 差距 / gap {solution.gap_percent:.1f} % {proven}"
    )
    for work_id, by in sorted(solution.shifts.items()):
        work = task.works[work_id]
        reasons = reasons_of(task, solution.shifts, work_id)
        say(f"· {work.name}({work.unit_name}):{summarise(work, by, reasons, language)}")


def _sum(score: Score, name: str) -> int:
    return int(getattr(score, name))
