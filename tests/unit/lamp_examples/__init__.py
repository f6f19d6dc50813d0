"""Worked examples of the lamp: one row for each sentence of the rule, with a day and what must come out of it."""

from __future__ import annotations

from tests.unit.lamp_examples import (
    money_and_milestones,
    plans_and_marks,
    progress,
    rulings,
    sites,
    start_and_finish,
    stops,
)

EXAMPLES = [
    *start_and_finish.EXAMPLES,
    *progress.EXAMPLES,
    *money_and_milestones.EXAMPLES,
    *stops.EXAMPLES,
    *rulings.EXAMPLES,
    *plans_and_marks.EXAMPLES,
    *sites.EXAMPLES,
]
