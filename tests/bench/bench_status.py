"""How long the lamps of a city take: `python -m tests.bench.bench_status [SUBJECTS]` prints milliseconds a subject."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random
from time import perf_counter

from geo.rules import RulesVersion, load_rules
from geo.status import (
    Blocker,
    Facts,
    Milestone,
    Pause,
    PlannedDay,
    PlanVersion,
    Report,
    WorkCalendar,
    judge,
    spans,
)

TODAY = date(2026, 11, 23)
A_DAY = timedelta(days=1)
REPORTS = 25
HORIZON = 400 * A_DAY
VERSIONS = (
    RulesVersion(date(2026, 1, 1), load_rules(Path(__file__).parents[2] / "data" / "rules.toml")),
)
PAUSES = tuple(
    Pause(date(year, 12, 15), date(year + 1, 2, 20), "冬歇期") for year in (2025, 2026, 2027)
)
CALENDAR = WorkCalendar(
    holidays=frozenset(
        date(year, month, number)
        for year in (2026, 2027)
        for month, days in ((1, (1, 2, 3)), (5, (1, 2, 3, 4, 5)), (10, range(1, 9)))
        for number in days
    )
)


def make_facts(chance: Random) -> Facts:
    """Make a project that reported weekly for half a year, with milestones, money and now and then a blocker."""
    planned_start_on = TODAY - chance.randint(100, 300) * A_DAY
    planned_finish_on = planned_start_on + chance.randint(200, 700) * A_DAY
    start_on = planned_start_on + chance.randint(0, 40) * A_DAY
    length = (planned_finish_on - planned_start_on).days
    pace = chance.uniform(0.6, 1.1)
    filed = [TODAY - chance.randint(0, 3) * A_DAY - 7 * number * A_DAY for number in range(REPORTS)]
    return Facts(
        actual_start_on=start_on if chance.random() < 0.9 else None,
        plans=(
            PlanVersion(
                start=PlannedDay(planned_start_on),
                finish=PlannedDay(planned_finish_on),
                year_investments=((2026, 80_000_000), (2027, 50_000_000)),
                milestones=tuple(
                    Milestone(
                        f"节点{part}",
                        PlannedDay(planned_start_on + length * part // 5 * A_DAY),
                        20.0 * part,
                    )
                    for part in range(1, 5)
                ),
            ),
        ),
        reports=tuple(
            Report(
                day,
                max(0.0, min(99.0, 100 * pace * (day - planned_start_on).days / length)),
                invested_to_date_yuan=200_000 * max((day - planned_start_on).days, 0),
                id=number,
                known_on=day,
            )
            for number, day in enumerate(filed)
        ),
        blockers=tuple(
            Blocker(
                TODAY - chance.randint(0, 40) * A_DAY,
                "管线未迁",
                id=number,
                awaited_unit="供电公司",
            )
            for number in range(chance.choice((0, 0, 1, 2)))
        ),
        pauses=PAUSES,
        calendar=CALENDAR,
    )


def measure(name: str, facts: list[Facts], first_on: date, last_on: date) -> None:
    """Print the time that the spans of all subjects take."""
    begun = perf_counter()
    count = sum(len(spans(one, VERSIONS, first_on, last_on)) for one in facts)
    taken = perf_counter() - begun
    print(
        f"{name}: {len(facts)} subjects, {REPORTS} reports each, {count} spans, "
        f"{taken:.2f} s, {1000 * taken / len(facts):.3f} ms a subject"
    )


def main() -> None:
    """Measure today and the days to come, a rebuilt past, and single days."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 15_000
    chance = Random(1)  # noqa: S311  the same made-up city each time
    facts = [make_facts(chance) for _ in range(number)]
    measure("today and 400 days to come", facts, TODAY, TODAY + HORIZON)
    measure("400 days of the past", facts, TODAY - HORIZON, TODAY)
    begun = perf_counter()
    for one in facts:
        judge(one, TODAY, VERSIONS[0].rules)
    taken = perf_counter() - begun
    print(f"one day: {number} subjects, {taken:.2f} s, {1000 * taken / number:.3f} ms a subject")


if __name__ == "__main__":
    main()
