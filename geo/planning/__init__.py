"""The year's dig plan: which shifts of tentative works remove most clashes, repeat digs and closed road-days."""

from __future__ import annotations

from geo.planning.facts import (
    Clash,
    Crew,
    Effect,
    Effects,
    Offer,
    Protected,
    Shifts,
    Task,
    Work,
)
from geo.planning.score import Score, clashes_at, cost_of, effects_of, score_of
from geo.planning.solve import Solution, solve
from geo.planning.words import Reason, explain_reason, reasons_of, summarise

__all__ = [
    "Clash",
    "Crew",
    "Effect",
    "Effects",
    "Offer",
    "Protected",
    "Reason",
    "Score",
    "Shifts",
    "Solution",
    "Task",
    "Work",
    "clashes_at",
    "cost_of",
    "effects_of",
    "explain_reason",
    "reasons_of",
    "score_of",
    "solve",
    "summarise",
]
