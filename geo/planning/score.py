"""How good a plan is: what goes wrong in it, counted without a solver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from geo.overlap import Code, Days
from geo.planning.facts import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from geo.planning.facts import Clash, Effects, Offer, Shifts, Task, Work
    from geo.rules import CoordinateRules


@dataclass(frozen=True, slots=True)
class Score:
    """The sums of a plan that people compare: clashes, protected pavements dug, closed road-days, metres shared."""

    clashes: int
    parallel: int
    crews_short: int
    misplaced: int
    repeat_digs: int
    closed_road_days: int
    joined: int
    joined_m: float
    moved: int
    moved_days: int


def shift_days(days: Days, by: int) -> Days:
    """The same days, so many later."""
    late = timedelta(days=by)
    return Days(days.first_on + late, None if days.last_on is None else days.last_on + late)


def clashes_at(clash: Clash, shifts: Shifts) -> bool:
    """Whether two works clash under these shifts."""
    apart = shifts.get(clash.a, 0) - shifts.get(clash.b, 0)
    return any(low <= apart <= high for low, high in clash.while_apart)


def is_joined(offer: Offer, shifts: Shifts) -> bool:
    """Whether two digs that could be one follow closely on one another, or run at once."""
    apart = shifts.get(offer.a, 0) - shifts.get(offer.b, 0)
    return offer.while_apart[0] <= apart <= offer.while_apart[1]


def effects_of(task: Task, shifts: Shifts) -> Effects:
    """Everything that counts for or against the plan, by what it is about."""
    return {
        (effect, about): amount
        for effect, about, amount in (
            *_clashing(task, shifts),
            *_badly_placed(task, shifts),
            *_short_of_crews(task, shifts),
            *_closed(task, shifts),
            *_joined(task, shifts),
        )
    }


_Found = tuple[Effect, object, float]


def _clashing(task: Task, shifts: Shifts) -> Iterator[_Found]:
    for clash in task.clashes:
        if clashes_at(clash, shifts):
            parallel = Code.PARALLEL_CLOSED in clash.codes
            yield Effect.PARALLEL if parallel else Effect.CLASH, clash, 1.0


def _badly_placed(task: Task, shifts: Shifts) -> Iterator[_Found]:
    for protected in task.protected:
        low, high = protected.while_shifted
        if low <= shifts.get(protected.work, 0) <= high:
            yield Effect.PAVEMENT, protected, 1.0
    for work in task.works.values():
        if work.misplaced is not None and shifts.get(work.id, 0) == 0:
            yield Effect.WINDOW, work.id, 1.0


def _short_of_crews(task: Task, shifts: Shifts) -> Iterator[_Found]:
    for crew in task.crews:
        short = most_at_once(diggers_of(task, crew.unit), shifts) - crew.works
        if short > 0:
            yield Effect.CREW, crew, float(short)


def _closed(task: Task, shifts: Shifts) -> Iterator[_Found]:
    for road in roads_of(task):
        days = closed_days(task, road, shifts)
        if days:
            yield Effect.CLOSED_DAYS, road, float(days)


def _joined(task: Task, shifts: Shifts) -> Iterator[_Found]:
    for offer in task.offers:
        if is_joined(offer, shifts):
            yield Effect.JOINED, offer, offer.saved_m


def diggers_of(task: Task, unit: int) -> list[Work]:
    """The works for which a unit needs a crew."""
    return [work for work in task.works.values() if work.digs and work.unit == unit]


def most_at_once(works: Sequence[Work], shifts: Shifts) -> int:
    """The most works that are there on one day."""
    periods = [shift_days(work.days, shifts.get(work.id, 0)) for work in works]
    return max((sum(day.first_on in other for other in periods) for day in periods), default=0)


def roads_of(task: Task) -> list[str]:
    """The roads that some work closes, by name."""
    return sorted({road for work in task.works.values() for road in work.closes})


def closing(task: Task, road: str) -> Iterator[tuple[Work, Days]]:
    """The works that close a road, with the days of each closure as they stand now."""
    for work in task.works.values():
        for days in work.closes.get(road, ()):
            yield work, days


def closed_days(task: Task, road: str, shifts: Shifts) -> int:
    """On how many of the task's days a road is closed."""
    whole = Days(task.first_on, task.last_on)
    closed: set[int] = set()
    for work, days in closing(task, road):
        seen = shift_days(days, shifts.get(work.id, 0)).shared(whole)
        if seen is not None and seen.last_on is not None:
            closed.update(range(seen.first_on.toordinal(), seen.last_on.toordinal() + 1))
    return len(closed)


def cost_of(task: Task, shifts: Shifts, rules: CoordinateRules) -> int:
    """The plan's cost: what the solver makes as small as it can."""
    return (
        sum(
            _weight(effect, rules) * _units(effect, amount)
            for (effect, _), amount in effects_of(task, shifts).items()
        )
        + rules.moved_weight * sum(1 for by in shifts.values() if by)
        + sum(-(-abs(by) // 7) for by in shifts.values())
    )


def _weight(effect: Effect, rules: CoordinateRules) -> int:
    return {
        Effect.PARALLEL: rules.parallel_weight,
        Effect.CLASH: rules.clash_weight,
        Effect.CREW: rules.crew_weight,
        Effect.WINDOW: rules.window_weight,
        Effect.PAVEMENT: rules.repeat_dig_weight,
        Effect.CLOSED_DAYS: rules.closed_day_weight,
        Effect.JOINED: -rules.joined_weight,
    }[effect]


def _units(effect: Effect, amount: float) -> int:
    """Metres of shared trench count by whole hundreds, at least one."""
    return joined_units(amount) if effect is Effect.JOINED else round(amount)


def joined_units(metres: float) -> int:
    """For how much a shared trench counts: its hundreds of metres, at least one and at most five."""
    return min(max(round(metres / 100), 1), 5)


def score_of(task: Task, shifts: Shifts) -> Score:
    """The plan in the numbers that people compare."""
    effects = effects_of(task, shifts)

    def count(effect: Effect) -> float:
        return sum(amount for (kind, _), amount in effects.items() if kind is effect)

    moved = [by for by in shifts.values() if by]
    return Score(
        clashes=round(count(Effect.CLASH)),
        parallel=round(count(Effect.PARALLEL)),
        crews_short=round(count(Effect.CREW)),
        misplaced=round(count(Effect.WINDOW)),
        repeat_digs=round(count(Effect.PAVEMENT)),
        closed_road_days=round(count(Effect.CLOSED_DAYS)),
        joined=sum(1 for kind, _ in effects if kind is Effect.JOINED),
        joined_m=round(count(Effect.JOINED), 1),
        moved=len(moved),
        moved_days=sum(abs(by) for by in moved),
    )
