"""The year's dig plan: which shifts of tentative works remove most clashes, repeat digs and closed road-days.

The search itself is in `geo.planning.solve`, apart because its solver takes half a second to load.
"""

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
    "Task",
    "Work",
    "clashes_at",
    "cost_of",
    "effects_of",
    "explain_reason",
    "reasons_of",
    "score_of",
    "summarise",
]
