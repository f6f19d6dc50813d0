"""The search for the best plan, by OR-tools' CP-SAT: the shifts, their cost, and how far the proven bound is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ortools.sat.python import cp_model

from geo.overlap import Code
from geo.planning.facts import Effect
from geo.planning.score import closing, cost_of, diggers_of, joined_units, roads_of, shift_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.overlap import Days
    from geo.planning.facts import Shifts, Task, Work
    from geo.rules import CoordinateRules

Linear = Any
"""A linear expression of the solver's; its library's types are not exported."""
_FAR_DAYS = 4_000


@dataclass(frozen=True, slots=True)
class Solution:
    """Shifts other than none, their cost, the cost as it is now, and the bound below which no plan can come.

    `proven` when no plan is better. Costs are those of `cost_of`.
    """

    shifts: Shifts
    cost: int
    cost_before: int
    bound: int
    proven: bool

    @property
    def gap_percent(self) -> float:
        """How much of the improvement that may be possible is not proven to be impossible, in percent."""
        possible = self.cost_before - self.bound
        return 0.0 if possible <= 0 else 100.0 * (self.cost - self.bound) / possible


def solve(
    task: Task, rules: CoordinateRules, *, seconds: float, workers: int = 2, seed: int = 1
) -> Solution:
    """The best shifts found within `seconds`; never worse than leaving all as it is."""
    before = cost_of(task, {}, rules)
    if all(work.stays for work in task.works.values()):
        return Solution({}, before, before, before, proven=True)
    model = _Model(task, rules)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model.model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Solution({}, before, before, _bound(solver, before), proven=False)
    shifts = {
        work_id: by for work_id, shift in model.shifts.items() if (by := int(solver.value(shift)))
    }
    cost = cost_of(task, shifts, rules)
    return Solution(
        shifts, cost, before, min(_bound(solver, cost), cost), status == cp_model.OPTIMAL
    )


def _bound(solver: cp_model.CpSolver, at_most: int) -> int:
    bound = solver.best_objective_bound
    return min(round(bound), at_most) if abs(bound) < 1e15 else at_most  # noqa: PLR2004  none was found


class _Model:
    """The task as variables and constraints."""

    def __init__(self, task: Task, rules: CoordinateRules) -> None:
        self.task = task
        self.rules = rules
        self.model = cp_model.CpModel()
        self.costs: list[Linear] = []
        self.shifts: dict[int, Linear] = {
            work.id: self._shift(work) for work in task.works.values() if not work.stays
        }
        self._at: dict[int, dict[int, Linear]] = {}
        self._count_moves()
        self._count_clashes()
        self._count_pavements()
        self._count_crews()
        self._count_closed_days()
        self._count_joined()
        self.model.minimize(sum(self.costs))

    def _shift(self, work: Work) -> Linear:
        domain = cp_model.Domain.from_values(list(work.shifts))
        shift = self.model.new_int_var_from_domain(domain, f"shift_{work.id}")
        self.model.add_hint(shift, 0)
        return shift

    def _of(self, work_id: int) -> Linear:
        return self.shifts.get(work_id, 0)

    def _is_within(self, value: Linear, runs: Iterable[tuple[int, int]], name: str) -> Linear:
        """A literal that holds exactly while `value` lies in one of the runs."""
        inside = cp_model.Domain.from_intervals([list(run) for run in runs])
        literal = self.model.new_bool_var(name)
        self.model.add_linear_expression_in_domain(value, inside).only_enforce_if(literal)
        self.model.add_linear_expression_in_domain(value, inside.complement()).only_enforce_if(
            literal.negated()
        )
        return literal

    def _count_moves(self) -> None:
        for work_id, shift in self.shifts.items():
            work = self.task.works[work_id]
            most = max(abs(work.shifts[0]), abs(work.shifts[-1]))
            weeks = self.model.new_int_var(0, -(-most // 7), f"weeks_{work_id}")
            self.model.add(7 * weeks >= shift)
            self.model.add(7 * weeks >= -shift)
            stays = self._is_within(shift, [(0, 0)], f"stays_{work_id}")
            self.costs.append(weeks + self.rules.moved_weight * (1 - stays))
            if work.misplaced is not None:
                self.costs.append(self.rules.window_weight * stays)
        for work in self.task.works.values():
            if work.stays and work.misplaced is not None:
                self.costs.append(self.rules.window_weight)

    def _count_clashes(self) -> None:
        for number, clash in enumerate(self.task.clashes):
            parallel = Code.PARALLEL_CLOSED in clash.codes
            weight = self.rules.parallel_weight if parallel else self.rules.clash_weight
            apart = self._of(clash.a) - self._of(clash.b)
            self._charge(weight, apart, clash.while_apart, f"clash_{number}")

    def _charge(
        self, weight: int, value: Linear, runs: Iterable[tuple[int, int]], name: str
    ) -> None:
        """Add a cost while `value` lies in one of the runs."""
        if isinstance(value, int):
            if any(low <= value <= high for low, high in runs):
                self.costs.append(weight)
            return
        self.costs.append(weight * self._is_within(value, runs, name))

    def _count_pavements(self) -> None:
        for number, one in enumerate(self.task.protected):
            weight = self.rules.repeat_dig_weight
            self._charge(weight, self._of(one.work), [one.while_shifted], f"pavement_{number}")

    def _count_crews(self) -> None:
        """One interval for each dig of a unit; what there is beyond its crews costs."""
        for crew in self.task.crews:
            works = diggers_of(self.task, crew.unit)
            if len(works) <= crew.works:
                continue
            intervals = []
            for work in works:
                begin = (work.days.first_on - self.task.first_on).days
                length = _FAR_DAYS if work.days.count is None else work.days.count
                start = self._of(work.id) + begin
                intervals.append(
                    self.model.new_fixed_size_interval_var(start, length, f"dig_{work.id}")
                )
            short = self.model.new_int_var(0, len(works) - crew.works, f"short_{crew.unit}")
            self.model.add_cumulative(intervals, [1] * len(intervals), crew.works + short)
            self.costs.append(self.rules.crew_weight * short)

    def _count_closed_days(self) -> None:
        """A road is closed on a day when any closure covers it; told by a literal for each shift of each closure."""
        for road in roads_of(self.task):
            self._count_closed_days_of(road)

    def _count_closed_days_of(self, road: str) -> None:
        fixed: set[int] = set()
        moving: dict[int, list[Linear]] = defaultdict(list)
        for work, days in closing(self.task, road):
            if work.stays:
                fixed.update(self._days(days, 0))
                continue
            covering: dict[int, list[Linear]] = defaultdict(list)
            for by, literal in self._literals(work).items():
                for day in self._days(days, by):
                    covering[day].append(literal)
            for day, literals in covering.items():
                moving[day].append(sum(literals))  # one shift holds, so the sum is 0 or 1
        self.costs.append(self.rules.closed_day_weight * len(fixed))
        for day in moving.keys() - fixed:
            self.costs.append(self.rules.closed_day_weight * self._any(moving[day]))

    def _any(self, sums: list[Linear]) -> Linear:
        """1 when one of these sums is; free to be more, so it must cost something."""
        if len(sums) == 1:
            return sums[0]
        closed = self.model.new_bool_var("")
        for one in sums:
            self.model.add(closed >= one)
        return closed

    def _days(self, days: Days, by: int) -> range:
        """The task's days on which a closure stands, by number."""
        shifted = shift_days(days, by)
        last = self.task.last_on if shifted.last_on is None else shifted.last_on
        first = max((shifted.first_on - self.task.first_on).days, 0)
        return range(first, min((last - self.task.first_on).days, self._last_day()) + 1)

    def _last_day(self) -> int:
        return (self.task.last_on - self.task.first_on) // timedelta(days=1)

    def _literals(self, work: Work) -> Mapping[int, Linear]:
        """One literal for each shift that a work may take; exactly one of them holds."""
        if work.id not in self._at:
            literals = {
                by: self.model.new_bool_var(f"shift_{work.id}_is_{by}") for by in work.shifts
            }
            self.model.add_exactly_one(literals.values())
            self.model.add(
                self.shifts[work.id] == sum(by * literal for by, literal in literals.items())
            )
            self._at[work.id] = literals
        return self._at[work.id]

    def _count_joined(self) -> None:
        for number, offer in enumerate(self.task.offers):
            weight = -self.rules.joined_weight * joined_units(offer.saved_m)
            apart = self._of(offer.a) - self._of(offer.b)
            self._charge(weight, apart, [offer.while_apart], f"{Effect.JOINED}_{number}")
